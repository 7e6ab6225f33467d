"""May these records leave the house? A person's consents against one request.

In the shape of 42 CFR Part 2. Pure and total: every request gets an answer, and what nothing
allows is denied. One consent must cover the whole request; consents are never added up. A
disclosure to medical staff in an emergency (2.51) and one under a court order with its subpoena
(2.61) need no consent, but neither ever opens counselling notes: those leave on a consent of
their own kind alone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from intake.clinical.consent_terms import (
    DATA_CLASSES,
    HIPAA,
    KINDS,
    MEDICAL,
    NOTES,
    REDISCLOSURE,
    TPO,
    TPO_PURPOSES,
    Consent,
    CourtOrder,
    Emergency,
    Request,
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may leave: on which consent (none: emergency or court order), how much, with what said."""

    consent_id: uuid.UUID | None
    scope: frozenset[str]
    notices: tuple[str, ...]
    basis: str = "consent"


@dataclass(frozen=True, slots=True)
class Denied:
    """It may not; `reason` is a code of consent_terms.REASONS."""

    reason: str


Check = Callable[[Consent, Request, dt.datetime], bool]


def decide(consents: Iterable[Consent], request: Request, now: dt.datetime) -> Allowed | Denied:
    """Whether a request may be answered. `now` is aware and in the site's zone: its day counts.

    The reason of a refusal is that of the consent that came nearest.
    """
    impossible = _impossible(request)
    if impossible is not None:
        return Denied(impossible)
    if request.emergency is not None:
        return _in_emergency(request, request.emergency, now)
    if request.court_order is not None:
        return _under_order(request, request.court_order, now)
    judged = [(_first_failure(one, request, now), one) for one in consents]
    fitting = [one for failure, one in judged if failure is None]
    if fitting:
        chosen = min(fitting, key=lambda one: (KINDS.index(one.kind), one.signed_on, one.id))
        return Allowed(chosen.id, request.data_classes, _notices(chosen))
    order = list(CHECKS)
    nearest = max((failure for failure, _ in judged if failure), key=order.index, default="none")
    return Denied(nearest)


def is_live(consent: Consent, now: dt.datetime) -> bool:
    """Whether a consent still counts: signed, not revoked, not past its day or event."""
    return (
        consent.signed_on <= now.date()
        and not _is_revoked(consent, now)
        and not _is_expired(consent, now)
    )


def _impossible(request: Request) -> str | None:
    """Why no consent whatever could allow it."""
    if not request.data_classes:
        return "nothing_requested"
    if not request.data_classes <= frozenset(DATA_CLASSES):
        return "unknown_data_class"
    if NOTES in request.data_classes and len(request.data_classes) > 1:
        return "notes_travel_alone"
    return None


def _in_emergency(request: Request, emergency: Emergency, now: dt.datetime) -> Allowed | Denied:
    """42 CFR 2.51: to medical staff, written down whole, never counselling notes."""
    if not emergency.is_complete:
        return Denied("emergency_incomplete")
    if emergency.disclosed_at is not None and emergency.disclosed_at > now:
        return Denied("emergency_incomplete")
    if request.recipient_class not in MEDICAL or request.is_proceeding:
        return Denied("not_medical_personnel")
    if NOTES in request.data_classes:
        return Denied("notes_need_own_consent")
    return Allowed(None, request.data_classes, (REDISCLOSURE,), "emergency")


def _under_order(request: Request, order: CourtOrder, now: dt.datetime) -> Allowed | Denied:
    """42 CFR 2.61: an order opens what it names, for a proceeding, and only with its subpoena."""
    if NOTES in request.data_classes:
        return Denied("notes_need_own_consent")
    is_valid = order.has_subpoena and order.issued_on <= now.date() and request.is_proceeding
    if not is_valid or not request.data_classes <= order.data_classes:
        return Denied("order_does_not_cover")
    return Allowed(None, request.data_classes, (REDISCLOSURE,), "court_order")


def _first_failure(consent: Consent, request: Request, now: dt.datetime) -> str | None:
    """The first check a consent fails, or None when it allows the whole request."""
    return next((why for why, holds in CHECKS.items() if not holds(consent, request, now)), None)


def _is_of_kind(consent: Consent, request: Request, now: dt.datetime) -> bool:
    """Notes and proceedings need their own kinds; those kinds serve nothing else."""
    del now
    if consent.kind == NOTES:
        is_pure = consent.data_classes == {NOTES}
        return is_pure and request.data_classes == {NOTES} and not request.is_proceeding
    if consent.kind == "legal_proceeding":
        return request.is_proceeding and NOTES not in request.data_classes
    is_ordinary = consent.kind in ("tpo_single", "specific")
    return is_ordinary and not request.is_proceeding and NOTES not in request.data_classes


def _names_recipient(consent: Consent, request: Request, now: dt.datetime) -> bool:
    del now
    is_named = request.recipient in consent.recipient_names
    return is_named or request.recipient_class in consent.recipient_classes


def _is_for_purpose(consent: Consent, request: Request, now: dt.datetime) -> bool:
    del now
    if consent.kind == "tpo_single":
        return consent.purpose == TPO and request.purpose in TPO_PURPOSES
    return consent.purpose == request.purpose


def _covers_scope(consent: Consent, request: Request, now: dt.datetime) -> bool:
    del now
    return request.data_classes <= consent.data_classes


def _is_signed(consent: Consent, request: Request, now: dt.datetime) -> bool:
    del request
    return consent.signed_on <= now.date()


def _is_expired(consent: Consent, now: dt.datetime) -> bool:
    is_past = consent.expires_on is not None and consent.expires_on < now.date()
    return is_past or consent.is_ended


def _is_revoked(consent: Consent, now: dt.datetime) -> bool:
    return consent.revoked_at is not None and consent.revoked_at <= now


def _notices(consent: Consent) -> tuple[str, ...]:
    """Every artefact says what the recipient may not do; a TPO consent adds HIPAA's exception."""
    return (REDISCLOSURE, HIPAA) if consent.kind == "tpo_single" else (REDISCLOSURE,)


# In this order; its keys are the reasons, from the farthest to the nearest.
CHECKS: Mapping[str, Check] = {
    "wrong_kind": _is_of_kind,
    "other_recipient": _names_recipient,
    "other_purpose": _is_for_purpose,
    "outside_scope": _covers_scope,
    "not_yet_signed": _is_signed,
    "expired": lambda consent, _, now: not _is_expired(consent, now),
    "revoked": lambda consent, _, now: not _is_revoked(consent, now),
}
