"""Which words do consents and disclosures use? Kinds, purposes, recipients, records, reasons."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

KINDS = ("tpo_single", "specific", "counselling_notes", "legal_proceeding", "contact_preference")
NOTES = "counselling_notes"
DATA_CLASSES = ("identity", "contact", "intake", "assessments", "plan", "appointments", NOTES)
TPO_PURPOSES = frozenset({"treatment", "payment", "operations"})
PURPOSES = (
    "treatment",
    "payment",
    "operations",
    "client_request",
    "legal_proceeding",
    "research",
    "reporting",
)
# What a consent can name: one purpose, or the phrase for treatment, payment and operations.
TPO = "tpo"
CONSENT_PURPOSES = (TPO, *PURPOSES)
RECIPIENT_CLASSES = (
    "treating_provider",
    "medical_personnel",
    "payer",
    "operations_contractor",
    "court",
    "family",
    "probation",
    "social_services",
    "research_body",
    "other",
)
EXPIRIES = ("on_date", "end_of_treatment", "none")
MEDICAL = frozenset({"treating_provider", "medical_personnel"})
REDISCLOSURE, HIPAA = "redisclosure", "hipaa_redisclosure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One written consent and what became of it.

    Recipients are folded names or classes; `expires_on` is the last day it counts;
    `is_ended` says that the event it was given until has happened.
    """

    id: uuid.UUID
    kind: str
    purpose: str
    data_classes: frozenset[str]
    signed_on: dt.date
    recipient_names: frozenset[str] = frozenset()
    recipient_classes: frozenset[str] = frozenset()
    expires_on: dt.date | None = None
    is_ended: bool = False
    revoked_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Emergency:
    """What must be written down at once when medical staff get records in an emergency (2.51)."""

    affiliation: str
    disclosed_by: str
    disclosed_at: dt.datetime | None
    nature: str

    @property
    def is_complete(self) -> bool:
        """Whether all four are there."""
        words = (self.affiliation, self.disclosed_by, self.nature)
        return all(word.strip() for word in words) and self.disclosed_at is not None


@dataclass(frozen=True, slots=True)
class CourtOrder:
    """An order that authorises disclosure (2.61): what it covers, since when, with a subpoena."""

    data_classes: frozenset[str]
    issued_on: dt.date
    has_subpoena: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who wants what, and why. `recipient` is a folded name."""

    recipient: str
    recipient_class: str
    purpose: str
    data_classes: frozenset[str]
    is_proceeding: bool = False
    emergency: Emergency | None = None
    court_order: CourtOrder | None = None


# What each reason means, in the sentence that a refusal shows.
REASONS: Mapping[str, str] = {
    "nothing_requested": "Nothing is asked for.",
    "unknown_data_class": "A kind of record is asked for that there isn't.",
    "notes_travel_alone": "Counselling notes are disclosed by themselves, on their own consent.",
    "notes_need_own_consent": "Counselling notes leave on their own kind of consent only.",
    "emergency_incomplete": "An emergency disclosure records affiliation, person, time and nature.",
    "not_medical_personnel": "An emergency disclosure goes to medical personnel only.",
    "order_does_not_cover": "The court order with its subpoena doesn't cover this.",
    "none": "The person has given no consent to disclosure.",
    "wrong_kind": "No consent of the kind that this needs is on record.",
    "other_recipient": "No consent names this recipient.",
    "other_purpose": "No consent is for this purpose.",
    "outside_scope": "The consent covers less than is asked for.",
    "not_yet_signed": "The consent counts only from the day it is signed.",
    "expired": "The consent has expired.",
    "revoked": "The consent was revoked.",
}
