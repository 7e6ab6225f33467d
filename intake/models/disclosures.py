"""What may leave the house, on whose word, and what did leave. All of it is append-only."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.clinical import consent_terms as terms
from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, closed, who, within_site
from intake.models.cases import Case

SIGNATURE_BASES = ("client", "parent_or_guardian", "personal_representative")
REVOKED_HOW = ("in_writing", "spoken", "electronic")
BASES = ("consent", "emergency", "court_order")
_CLASSES = ", ".join(f"'{name}'" for name in terms.DATA_CLASSES)
_KNOWN = f"data_classes <@ ARRAY[{_CLASSES}]::text[]"
_NOTES_ALONE = f"cardinality(data_classes) = 1 OR NOT '{terms.NOTES}' = ANY (data_classes)"


class DisclosureConsent(SiteRow, Base):
    """A written consent to disclosure with everything 42 CFR 2.31 asks of it."""

    __tablename__ = "disclosure_consents"
    __table_args__ = (
        within_site("case_id", "cases"),
        closed("kind", terms.KINDS),
        closed("purpose", terms.CONSENT_PURPOSES),
        closed("signature_basis", SIGNATURE_BASES),
        closed("expiry", terms.EXPIRIES),
        CheckConstraint(_KNOWN, name="data_classes_known"),
        CheckConstraint(
            "kind = 'contact_preference' OR (purpose IS NOT NULL AND discloser IS NOT NULL"
            " AND cardinality(data_classes) > 0"
            " AND (recipients IS NOT NULL OR cardinality(recipient_classes) > 0))",
            name="part2_whole",
        ),
        CheckConstraint("(kind = 'tpo_single') = (coalesce(purpose, '') = 'tpo')", name="tpo"),
        CheckConstraint(
            "(kind = 'counselling_notes') = ('counselling_notes' = ANY (data_classes))",
            name="notes_own_kind",
        ),
        CheckConstraint(_NOTES_ALONE, name="notes_alone"),
        CheckConstraint(
            "(kind = 'legal_proceeding') = (coalesce(purpose, '') = 'legal_proceeding')",
            name="proceeding_own_kind",
        ),
        CheckConstraint("(expiry = 'on_date') = (expires_on IS NOT NULL)", name="expiry_day"),
        CheckConstraint(
            "expiry <> 'none' OR kind IN ('tpo_single', 'contact_preference')", name="endless_tpo"
        ),
        CheckConstraint("expires_on >= signed_on", name="expiry_after_signature"),
        Index(None, "site_id", "case_id"),
        Index(
            "ix_disclosure_consents_ending",
            "site_id",
            "expires_on",
            "id",
            postgresql_where=text("expires_on IS NOT NULL"),
        ),
    )

    #: The case whose records it is about
    case_id: Mapped[uuid.UUID]
    #: tpo_single, specific, counselling_notes, legal_proceeding or contact_preference
    kind: Mapped[str]
    #: What for; `tpo` stands for treatment, payment and operations together
    purpose: Mapped[str | None]
    #: Which kinds of record it covers
    data_classes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: Who may disclose, by name or class: sealed
    discloser: Mapped[Sealed | None]
    #: The information in the person's words: sealed
    information: Mapped[Sealed]
    #: Who may receive, by name: sealed; empty where classes are named
    recipients: Mapped[Sealed | None]
    #: Who may receive, by class
    recipient_classes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: Which wording of the right to revoke, and how, was shown
    rights_version: Mapped[str]
    #: on_date, end_of_treatment, or none where the law allows that
    expiry: Mapped[str]
    #: The last day it counts
    expires_on: Mapped[dt.date | None]
    #: Who signed: the client, or who may sign for them
    signature_basis: Mapped[str]
    #: The day of the signature
    signed_on: Mapped[dt.date]
    #: Where the signed form is and who witnessed it: sealed
    evidence: Mapped[Sealed]
    #: Who wrote it down
    recorded_by: Mapped[uuid.UUID] = who()

    case: Mapped[Case] = relationship(foreign_keys="DisclosureConsent.case_id", lazy="raise")


class ConsentRevocation(SiteRow, Base):
    """The end of a consent to disclosure by the person's word; nothing leaves on it from then."""

    __tablename__ = "consent_revocations"
    __table_args__ = (
        within_site("consent_id", "disclosure_consents"),
        closed("how", REVOKED_HOW),
        UniqueConstraint("site_id", "consent_id"),
    )

    #: Which consent
    consent_id: Mapped[uuid.UUID]
    #: When the person revoked it (clinic time)
    revoked_at: Mapped[dt.datetime]
    #: in_writing, spoken or electronic
    how: Mapped[str]
    #: Who wrote it down
    recorded_by: Mapped[uuid.UUID] = who()


class Disclosure(SiteRow, Base):
    """One line of the accounting of disclosures, with the sealed copy of what left."""

    __tablename__ = "disclosures"
    __table_args__ = (
        within_site("case_id", "cases"),
        within_site("consent_id", "disclosure_consents"),
        within_site("notes_key_id", "counselling_note_keys"),
        closed("basis", BASES),
        closed("purpose", terms.PURPOSES),
        closed("recipient_class", terms.RECIPIENT_CLASSES),
        CheckConstraint("(basis = 'consent') = (consent_id IS NOT NULL)", name="consent_named"),
        CheckConstraint(
            "(basis = 'emergency') = (emergency_at IS NOT NULL)"
            " AND (basis = 'emergency') = (emergency_by IS NOT NULL)"
            " AND (basis = 'consent') = (circumstances IS NULL)",
            name="circumstances_told",
        ),
        CheckConstraint(f"cardinality(data_classes) > 0 AND {_KNOWN}", name="data_classes_known"),
        CheckConstraint(_NOTES_ALONE, name="notes_alone"),
        CheckConstraint(
            f"('{terms.NOTES}' = ANY (data_classes)) = (notes_key_id IS NOT NULL)",
            name="notes_of_one",
        ),
        CheckConstraint("octet_length(artefact_hash) = 32", name="artefact_hash_sha256"),
        Index(None, "site_id", "case_id", "id"),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: When it was released (clinic time)
    released_at: Mapped[dt.datetime]
    #: Who released it
    released_by: Mapped[uuid.UUID] = who()
    #: consent, emergency or court_order
    basis: Mapped[str]
    #: On which consent
    consent_id: Mapped[uuid.UUID | None]
    #: Name and address of who received it: sealed
    recipient: Mapped[Sealed]
    #: What kind of recipient
    recipient_class: Mapped[str]
    #: What for
    purpose: Mapped[str]
    #: Which kinds of record
    data_classes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: A brief description of what was disclosed, without a name
    description: Mapped[str]
    #: Emergency: affiliation and nature. Court: the order. Sealed
    circumstances: Mapped[Sealed | None]
    #: Emergency: when it was disclosed
    emergency_at: Mapped[dt.datetime | None]
    #: Emergency: who disclosed it
    emergency_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: Counselling notes: whose, by their key
    notes_key_id: Mapped[uuid.UUID | None]
    #: SHA-256 of the artefact
    artefact_hash: Mapped[bytes] = mapped_column(LargeBinary)
    #: What left, sealed: by the client's key, counselling notes by their own
    artefact: Mapped[Sealed]

    case: Mapped[Case] = relationship(foreign_keys="Disclosure.case_id", lazy="raise")
