"""What somebody asks to disclose, in the form the decision takes."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass

from intake.clinical.consent_terms import CourtOrder, Emergency, Request
from intake.crypto import fold


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is to receive it, and where."""

    name: str
    recipient_class: str
    address: str


@dataclass(frozen=True, slots=True)
class EmergencyOrder:
    """The four things 42 CFR 2.51 has written down at once, beside the recipient's name."""

    affiliation: str
    disclosed_by: uuid.UUID
    disclosed_at: dt.datetime
    nature: str


@dataclass(frozen=True, slots=True)
class CourtOrderOrder:
    """A court order (2.61): where it is, its day, what it names, and whether a subpoena came."""

    reference: str
    issued_on: dt.date
    data_classes: tuple[str, ...]
    has_subpoena: bool


@dataclass(frozen=True, slots=True)
class NewDisclosure:
    """A disclosure asked for. Counselling notes name whose they are."""

    recipient: Recipient
    purpose: str
    data_classes: tuple[str, ...]
    emergency: EmergencyOrder | None = None
    court_order: CourtOrderOrder | None = None
    notes_author_id: uuid.UUID | None = None


def request_of(order: NewDisclosure) -> Request:
    """The order as the decision takes it; names are compared without case and accents."""
    return Request(
        recipient=fold(order.recipient.name),
        recipient_class=order.recipient.recipient_class,
        purpose=order.purpose,
        data_classes=frozenset(order.data_classes),
        is_proceeding=order.purpose == "legal_proceeding",
        emergency=_emergency(order.emergency),
        court_order=_court_order(order.court_order),
    )


def circumstances(order: NewDisclosure) -> str | None:
    """What is kept, sealed, of an emergency or an order."""
    if order.emergency is not None:
        told = {"affiliation": order.emergency.affiliation, "nature": order.emergency.nature}
        return json.dumps(told)
    if order.court_order is not None:
        issued = order.court_order.issued_on.isoformat()
        return json.dumps({"reference": order.court_order.reference, "issued_on": issued})
    return None


def _emergency(order: EmergencyOrder | None) -> Emergency | None:
    if order is None:
        return None
    return Emergency(order.affiliation, str(order.disclosed_by), order.disclosed_at, order.nature)


def _court_order(order: CourtOrderOrder | None) -> CourtOrder | None:
    if order is None:
        return None
    return CourtOrder(
        frozenset(order.data_classes), order.issued_on, has_subpoena=order.has_subpoena
    )
