"""How a way to reach a person changes, is replaced or ends; what it was is kept.

A number is never written over: another number is another contact point, for which the person says
anew what is safe. So no change of a number keeps what they allowed at the one before.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, fields, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import Conflict, FieldError, NotFound, PreconditionFailed, ValidationFailed
from intake.models import Client, ContactPoint
from intake.services import audit, contacts, duplicates, identity, relations, reminders
from intake.services.audit import Event
from intake.services.contacts import ContactOrder, ContactView

#: What restricts: it goes over to the number that replaces one, unless that one says otherwise.
RESTRICTIONS = ("quiet_from", "quiet_until", "time_zone")
NUMBERS = ("sms", "phone")


@dataclass(frozen=True, slots=True)
class AllowedOrder:
    """What a person allows at a way to reach them, said whole: what isn't said isn't allowed.

    `is_confirmed` means read back to the person now; without it an earlier reading back stands.
    """

    is_safe: bool = False
    is_preferred: bool = False
    may_leave_message: bool = False
    may_identify_service: bool = False
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    time_zone: str | None = None
    is_confirmed: bool = False


def allow(
    session: Session, contact_id: uuid.UUID, order: AllowedOrder, *, version: int, actor: Actor,
    now: dt.datetime,
) -> ContactView:  # fmt: skip
    """Write down what the person allows there from now on; planned reminders follow.

    Raises as `_loaded`, ValidationFailed for half of the quiet hours.
    """
    if (order.quiet_from is None) != (order.quiet_until is None):
        name = "quiet_until" if order.quiet_until is None else "quiet_from"
        message = "Enter both times, or neither."
        raise ValidationFailed(FieldError(f"/{name}", "needs_both", message))
    point, client = _loaded(session, contact_id, version=version, actor=actor)
    said = {one.name: getattr(order, one.name) for one in fields(AllowedOrder)}
    if said.pop("is_confirmed"):
        said |= {"confirmed_at": now, "needs_check": False}
    changed = tuple(name for name, value in said.items() if getattr(point, name) != value)
    for name in changed:
        setattr(point, name, said[name])
    if changed:
        _record(session, "update", point, changed)
        session.flush()
        reminders.redirect(session, client.id)
    return contacts.view(point, identity.vault_of(session, client))


def end(
    session: Session, contact_id: uuid.UUID, reason: str, *, version: int, actor: Actor,
    now: dt.datetime,
) -> ContactView:  # fmt: skip
    """Cease to use it: it stays as history, and nothing is sent there. Raises as `_loaded`.

    Planned reminders go to the best way that is left and may be used; without one, somebody is
    asked to call when they are due. A number entered in error no longer finds this person.
    """
    point, client = _loaded(session, contact_id, version=version, actor=actor)
    _end(session, point, reason, now=now)
    if reason == "entered_in_error" and point.channel in NUMBERS:
        _forget(session, client, point)
    reminders.redirect(session, client.id)
    return contacts.view(point, identity.vault_of(session, client))


def supersede(
    session: Session, contact_id: uuid.UUID, order: ContactOrder, *, version: int, actor: Actor,
    now: dt.datetime,
) -> ContactView:  # fmt: skip
    """Put another number or address in its place, with what the person allows at that one.

    Nothing that was allowed goes over; quiet hours do. Raises as `_loaded`, ValidationFailed.
    """
    point, client = _loaded(session, contact_id, version=version, actor=actor)
    kept = {name: getattr(point, name) for name in RESTRICTIONS if getattr(order, name) is None}
    made = contacts.append(session, client, replace(order, **kept), now=now)
    _end(session, point, "replaced", now=now)
    reminders.redirect(session, client.id)
    return made


def _loaded(
    session: Session, contact_id: uuid.UUID, *, version: int, actor: Actor
) -> tuple[ContactPoint, Client]:
    """A contact point in use, locked, and whose it is, who is held as an erasure holds them first.

    Raises NotFound, BreakGlassRequired, PreconditionFailed, Conflict when it has ended or the
    record is erased.
    """
    known = select(ContactPoint).where(ContactPoint.id == contact_id)
    client_id = session.scalar(known.with_only_columns(ContactPoint.client_id))
    if client_id is None:
        raise NotFound("contact")
    client = relations.client(session, client_id, actor, Permission.CLIENT_EDIT, stays=True)
    identity.refuse_erased(client)
    point = session.scalars(known.with_for_update().execution_options(populate_existing=True)).one()
    if point.ended_at is not None:
        raise Conflict("This way to reach the person is no longer in use.")
    if point.version != version:
        raise PreconditionFailed(point.version)
    return point, client


def _end(session: Session, point: ContactPoint, reason: str, *, now: dt.datetime) -> None:
    point.ended_at, point.ended_reason = now, reason
    point.is_safe = point.is_preferred = False
    _record(session, "end", point, ("ended_at", "ended_reason", "is_safe", "is_preferred"))
    session.flush()


def _forget(session: Session, client: Client, wrong: ContactPoint) -> None:
    """Let a number that was never theirs find them no more, unless it stands elsewhere too."""
    vault = identity.vault_of(session, client)
    points = session.scalars(
        select(ContactPoint).where(
            ContactPoint.client_id == client.id,
            ContactPoint.channel.in_(NUMBERS),
            ContactPoint.ended_reason.is_distinct_from("entered_in_error"),
        )
    )
    others = {contacts.view(one, vault).value for one in points}
    number = contacts.view(wrong, vault).value
    if number is not None and number not in others:
        duplicates.drop_phone(session, client, number)


def _record(session: Session, act: str, point: ContactPoint, changed: tuple[str, ...]) -> None:
    event = Event("contact", act, "U", row=point, client_id=point.client_id, fields=changed)
    audit.record(session, replace(event, sensitivity="P1"))
