"""How a person may be reached: checking, storing and showing contact points."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import email_validator
import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake import database
from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import FieldError, FieldErrors, NotFound, ValidationFailed
from intake.models import Client, ContactPoint
from intake.services import audit, duplicates, identity, relations, reminders
from intake.services.audit import Event

# Numbers set aside for drama and demonstration: nobody has them.
FICTITIOUS = range(447700900000, 447700901000)
#: Where an order stands among several; of a single one the pointer begins at its fields.
FIRST = "/contacts/0"


@dataclass(frozen=True, slots=True)
class ContactOrder:
    """One way to reach a person, and what they allowed there."""

    channel: str
    value: str
    is_safe: bool = False
    is_preferred: bool = False
    may_leave_message: bool = False
    may_identify_service: bool = False
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    time_zone: str | None = None
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact point as staff read it, opened."""

    id: uuid.UUID
    version: int
    client_id: uuid.UUID
    channel: str
    value: str | None
    is_safe: bool
    is_preferred: bool
    may_leave_message: bool
    may_identify_service: bool
    quiet_from: dt.time | None
    quiet_until: dt.time | None
    time_zone: str | None
    confirmed_at: dt.datetime | None
    needs_check: bool
    ended_at: dt.datetime | None = None
    ended_reason: str | None = None


def add(
    session: Session, client: Client, vault: Vault, orders: Sequence[ContactOrder], *,
    now: dt.datetime,
) -> None:  # fmt: skip
    """Store contact points of a person. Raises ValidationFailed naming each wrong value."""
    _store(session, client, vault, orders, now=now)


def record(
    session: Session, client_id: uuid.UUID, order: ContactOrder, *, actor: Actor, now: dt.datetime
) -> ContactView:
    """Write down one more way to reach a person; a number is found again by duplicates.

    Reminders that are planned go there from now on, where it is the best way that may be used.
    The person is held: an erasure waits and empties this too, or came first and this is refused.
    Raises as `relations.require`, ValidationFailed, Conflict for an erased record.
    """
    client = relations.client(session, client_id, actor, Permission.CLIENT_EDIT, stays=True)
    identity.refuse_erased(client)
    made = append(session, client, order, now=now)
    reminders.redirect(session, client.id)
    return made


def append(
    session: Session, client: Client, order: ContactOrder, *, now: dt.datetime
) -> ContactView:
    """Store one contact point of a loaded person, with its event; it is found by duplicates.

    Raises ValidationFailed.
    """
    vault = identity.vault_of(session, client)
    try:
        (point,) = _store(session, client, vault, [order], now=now)
        numbers = phones(session, [order])
    except ValidationFailed as error:
        found = (replace(one, pointer=one.pointer.removeprefix(FIRST)) for one in error.fields)
        raise ValidationFailed(*found) from error
    duplicates.add_phones(session, client, numbers)
    act = Event("contact", "create", "C", row=point, client_id=client.id, sensitivity="P1")
    audit.record(session, act)
    session.flush()
    return view(point, vault)


def _store(
    session: Session, client: Client, vault: Vault, orders: Sequence[ContactOrder], *,
    now: dt.datetime,
) -> list[ContactPoint]:  # fmt: skip
    values, rows = _normalised(orders, is_production=database.is_production(session)), []
    for order, value in zip(orders, values, strict=True):
        point = ContactPoint(
            site_id=client.site_id,
            client_id=client.id,
            channel=order.channel,
            is_safe=order.is_safe,
            is_preferred=order.is_preferred,
            may_leave_message=order.may_leave_message,
            may_identify_service=order.may_identify_service,
            quiet_from=order.quiet_from,
            quiet_until=order.quiet_until,
            time_zone=order.time_zone,
            confirmed_at=now if order.is_confirmed else None,
        )
        point.value = vault.seal("contact_points.value", point.id, value)
        session.add(point)
        rows.append(point)
    return rows


def phones(session: Session, orders: Sequence[ContactOrder]) -> tuple[str, ...]:
    """The telephone numbers among contact points, E.164. Raises ValidationFailed as `add`."""
    values = _normalised(orders, is_production=database.is_production(session))
    pairs = zip(orders, values, strict=True)
    return tuple(sorted({value for order, value in pairs if order.channel in ("sms", "phone")}))


def phone(session: Session, value: str, pointer: str) -> str:
    """A telephone number in E.164. Raises ValidationFailed at `pointer`."""
    number = _phone(value.strip(), is_production=database.is_production(session))
    if number is None:
        message = "Enter a telephone number with its country code, such as +44 20 7946 0018."
        raise ValidationFailed(FieldError(pointer, "phone_invalid", message))
    return number


def list_for(
    session: Session, client_id: uuid.UUID, *, actor: Actor, ended: bool = False
) -> list[ContactView]:
    """A person's contact points, opened; the read is recorded. Raises as `relations.require`.

    Those in use; with `ended` instead those that no longer are, the last one ended first.
    """
    client = relations.client(session, client_id, actor, Permission.CLIENT_READ)
    vault = identity.vault_of(session, client)
    kept = ContactPoint.ended_at.is_not(None) if ended else ContactPoint.ended_at.is_(None)
    points = session.execute(
        select(ContactPoint)
        .where(ContactPoint.client_id == client.id, kept)
        .order_by(ContactPoint.ended_at.desc(), ContactPoint.id)
    ).scalars()
    audit.record(
        session,
        Event("contact", "read", "R", row=client, client_id=client.id, sensitivity="P1"),
    )
    return [view(point, vault) for point in points]


def read(
    session: Session, contact_id: uuid.UUID, *, actor: Actor,
    permission: Permission = Permission.CLIENT_READ,
) -> ContactView:  # fmt: skip
    """One contact point, ended or not, opened; it is recorded. Raises as `relations.require`.

    `permission` is what it is opened for: who may only read it isn't shown a form to change it.
    """
    point = session.scalars(select(ContactPoint).where(ContactPoint.id == contact_id)).one_or_none()
    if point is None:
        raise NotFound("contact")
    client = relations.client(session, point.client_id, actor, permission)
    act = Event("contact", "read", "R", row=point, client_id=client.id, sensitivity="P1")
    audit.record(session, act)
    return view(point, identity.vault_of(session, client))


def view(point: ContactPoint, vault: Vault) -> ContactView:
    """One contact point, opened."""
    return ContactView(
        id=point.id,
        version=point.version,
        client_id=point.client_id,
        channel=point.channel,
        value=vault.open_optional("contact_points.value", point.id, point.value),
        is_safe=point.is_safe,
        is_preferred=point.is_preferred,
        may_leave_message=point.may_leave_message,
        may_identify_service=point.may_identify_service,
        quiet_from=point.quiet_from,
        quiet_until=point.quiet_until,
        time_zone=point.time_zone,
        confirmed_at=point.confirmed_at,
        needs_check=point.needs_check,
        ended_at=point.ended_at,
        ended_reason=point.ended_reason,
    )


def _normalised(orders: Sequence[ContactOrder], *, is_production: bool) -> list[str]:
    """Each value in one spelling: E.164 for numbers, lower-case domain for addresses."""
    errors, values = FieldErrors(), []
    for place, order in enumerate(orders):
        pointer = f"/contacts/{place}/value"
        value = order.value.strip()
        if order.channel in ("sms", "phone"):
            number = _phone(value, is_production=is_production)
            if number is None:
                errors.add(
                    pointer,
                    "phone_invalid",
                    "Enter a telephone number with its country code, such as +44 20 7946 0018.",
                )
            value = number or value
        elif order.channel == "email":
            try:
                value = email_validator.validate_email(value, check_deliverability=False).normalized
            except email_validator.EmailNotValidError:
                errors.add(pointer, "email_invalid", "Enter an address such as name@example.com.")
        values.append(value)
    errors.raise_if_any()
    return values


def _phone(value: str, *, is_production: bool) -> str | None:
    """A telephone number in E.164, or None. Fictitious ones count outside production only."""
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if int(e164[1:]) in FICTITIOUS:
        return None if is_production else e164
    return e164 if phonenumbers.is_valid_number(number) else None
