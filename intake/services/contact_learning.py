"""What if somebody on record is reached another way than we knew? It is added, once."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from intake.access import Actor
from intake.services import contacts
from intake.services.contacts import ContactOrder, ContactView

NUMBERS = ("sms", "phone")


def learn(
    session: Session, client_id: uuid.UUID, order: ContactOrder, *, actor: Actor, now: dt.datetime
) -> ContactView | None:
    """Write down a way to reach somebody on record; None where they are reached there already.

    What they allow at a number that is known stays as it is: a form that asks for a number once
    more isn't the place to widen it. Raises as `contacts.record`.
    """
    value = order.value.strip()
    if order.channel in NUMBERS:
        value = contacts.phone(session, value, "/value")
    known = contacts.list_for(session, client_id, actor=actor)
    if value in {one.value for one in known}:
        return None
    return contacts.record(session, client_id, order, actor=actor, now=now)
