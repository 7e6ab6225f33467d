"""Which consents allow a request? The rules again, written as a reader of 42 CFR Part 2 would.

Shares no line with the product: one question per paragraph of the rule, over plain values.
"""

from __future__ import annotations

import datetime as dt
import uuid

from intake.clinical.consent_terms import Consent, Request


def without_consent(request: Request, now: dt.datetime) -> bool:
    """2.51 and 2.61: whether an emergency or an order opens it."""
    wanted = set(request.data_classes)
    if not wanted or "counselling_notes" in wanted:
        return False
    if urgent := request.emergency:
        told = [urgent.affiliation.strip(), urgent.disclosed_by.strip(), urgent.nature.strip()]
        known = urgent.disclosed_at is not None and not urgent.disclosed_at > now
        medical = request.recipient_class in ("treating_provider", "medical_personnel")
        return "" not in told and known and medical and not request.is_proceeding
    order = request.court_order
    if order is None or not order.has_subpoena or not request.is_proceeding:
        return False
    return order.issued_on <= now.date() and not wanted - set(order.data_classes)


def allowing(consents: list[Consent], request: Request, now: dt.datetime) -> set[uuid.UUID]:
    """2.31: the consents of which each alone allows the whole request."""
    if request.emergency or request.court_order or not request.data_classes:
        return set()
    if "counselling_notes" in request.data_classes:
        kinds = set() if request.is_proceeding else {"counselling_notes"}
    else:
        kinds = {"legal_proceeding"} if request.is_proceeding else {"tpo_single", "specific"}
    tpo = request.purpose in ("treatment", "payment", "operations")
    return {
        c.id for c in consents if c.kind in kinds
        and (c.kind != "counselling_notes" or len(c.data_classes) == 1)
        and not set(request.data_classes) - set(c.data_classes)
        and (request.recipient in c.recipient_names
             or request.recipient_class in c.recipient_classes)
        and (c.purpose == "tpo" and tpo if c.kind == "tpo_single" else c.purpose == request.purpose)
        and c.signed_on <= now.date() <= (c.expires_on or dt.date.max)
        and not c.is_ended and (c.revoked_at is None or now < c.revoked_at)
    }  # fmt: skip
