"""Does a consent to disclosure hold everything that its kind must (42 CFR 2.31)?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from intake.clinical.consent_terms import NOTES, TPO
from intake.errors import FieldErrors

LEGAL = "legal_proceeding"
PREFERENCE = "contact_preference"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDisclosureConsent:
    """A signed consent. `information` says in the person's words what may be told."""

    kind: str
    information: str
    rights_version: str
    expiry: str
    signature_basis: str
    signed_on: dt.date
    evidence: str
    purpose: str | None = None
    data_classes: tuple[str, ...] = ()
    discloser: str | None = None
    recipient_names: tuple[str, ...] = ()
    recipient_classes: tuple[str, ...] = ()
    expires_on: dt.date | None = None


def check(order: NewDisclosureConsent, *, today: dt.date) -> None:
    """Refuse an incomplete or mixed consent. Raises ValidationFailed naming each field."""
    errors = FieldErrors()
    if order.kind != PREFERENCE:
        _check_whole(order, errors)
    _check_kind(order, errors)
    _check_dates(order, errors, today)
    errors.raise_if_any()


def _check_whole(order: NewDisclosureConsent, errors: FieldErrors) -> None:
    """What every consent of Part 2 names."""
    for name in ("purpose", "discloser", "data_classes"):
        if not getattr(order, name):
            errors.add(f"/{name}", "required", "A written consent to disclosure names this.")
    if not order.recipient_names and not order.recipient_classes:
        message = "Name who may receive it, or a class of recipients."
        errors.add("/recipient_names", "required", message)


def _check_kind(order: NewDisclosureConsent, errors: FieldErrors) -> None:
    """Kinds aren't combined: treatment in general, notes and proceedings are signed apart."""
    if order.purpose is not None and (order.kind == "tpo_single") != (order.purpose == TPO):
        message = "The kind tpo_single has the purpose tpo; no other kind has it."
        errors.add("/purpose", "wrong_kind", message)
    elif order.purpose is not None and (order.kind == LEGAL) != (order.purpose == LEGAL):
        message = "A proceeding needs a consent of its own: kind and purpose legal_proceeding."
        errors.add("/purpose", "wrong_kind", message)
    holds_notes = NOTES in order.data_classes
    is_pure = set(order.data_classes) == {NOTES}
    if order.data_classes and ((order.kind == NOTES) != holds_notes or holds_notes != is_pure):
        message = "Counselling notes need a consent of their own kind, with nothing else in it."
        errors.add("/data_classes", "not_combined", message)


def _check_dates(order: NewDisclosureConsent, errors: FieldErrors, today: dt.date) -> None:
    if order.signed_on > today:
        errors.add("/signed_on", "in_future", "Enter today or an earlier day.")
    if (order.expiry == "on_date") != (order.expires_on is not None):
        message = "Give expires_on with the expiry on_date, and with no other."
        errors.add("/expires_on", "expiry_day", message)
    elif order.expires_on is not None and order.expires_on < order.signed_on:
        errors.add("/expires_on", "before_signature", "Enter a day from the signature on.")
    if order.expiry == "none" and order.kind not in ("tpo_single", PREFERENCE):
        message = "Only a consent for treatment, payment and operations may have no end."
        errors.add("/expiry", "end_needed", message)
