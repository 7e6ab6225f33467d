"""Which reminders does an appointment get, and how does each stand?

Planning happens in the transaction that books, moves or cancels: the rows are the messages, so
what is booked is reminded, and nothing is published anywhere. Sending is `reminder_sending`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from intake import clock
from intake.clinical import reminder_times
from intake.clinical.reminder_times import QuietHours, Visit
from intake.errors import NotFound
from intake.models import Appointment, ContactPoint, Reminder, ReminderAttempt
from intake.models.reminders import UNSENT
from intake.services.messages import LANGUAGE
from intake.site_settings import SiteSettings

CHANNELS = ("sms",)
"""The channels that have a way out in this version, best first."""
LAST_VISITS = 3
UNSETTLED = and_(Reminder.state.in_(UNSENT), Reminder.settled_at.is_(None))
"""Failed, or nobody knows, and nobody has done anything about it yet."""


def contact_for(session: Session, client_id: uuid.UUID) -> ContactPoint | None:
    """Where reminders to this person go: a safe, confirmed number before any other; or None.

    Whether it may be used is decided at the moment of sending, not here.
    """
    return session.scalars(
        select(ContactPoint)
        .where(
            ContactPoint.client_id == client_id,
            ContactPoint.channel.in_(CHANNELS),
            ContactPoint.ended_at.is_(None),
        )
        .order_by(
            ContactPoint.is_safe.desc(),
            ContactPoint.needs_check,
            ContactPoint.confirmed_at.is_(None),
            ContactPoint.is_preferred.desc(),
            ContactPoint.id,
        )
        .limit(1)
    ).first()


def plan(
    session: Session, appointment: Appointment, *, contact: ContactPoint | None, now: dt.datetime,
    settings: SiteSettings,
) -> int:  # fmt: skip
    """Store the reminders of a booked or moved appointment; answer how many are new.

    Args:
        session: the booking's own transaction, flushed so far that the appointment has its row.
        appointment: as it stands after the booking or the move.
        contact: where they go (`contact_for`); without one there are none.
        now: clinic time.
        settings: of the appointment's site.

    Planning the same schedule again changes nothing: one logical reminder is one row.
    """
    start = appointment.during.lower
    if contact is None or start is None or appointment.status != "booked":
        return 0
    visit = Visit(
        start=start,
        zone=ZoneInfo(contact.time_zone or appointment.time_zone),
        booked_at=now,
        missed_recently=_missed_recently(session, appointment),
        moved=appointment.schedule_no > 1,
    )
    planned = reminder_times.plan(
        visit, now=now, quiet=quiet_hours_of(contact, settings), kinds=settings.reminder_kinds
    )
    rows = [_row(appointment, contact, one) for one in planned]
    if not rows:
        return 0
    session.flush()
    statement = (
        insert(Reminder)
        .values(rows)
        .on_conflict_do_nothing(index_elements=["site_id", "dedupe_key"])
        .returning(Reminder.id)
    )
    return len(session.execute(statement).all())


def cancel_superseded(session: Session, appointment: Appointment, *, reason: str) -> int:
    """End the reminders that an appointment's move or cancellation made wrong; answer how many.

    Call it after the appointment was changed and before `plan`. `reason` is a code that staff
    read, such as `rescheduled` or `appointment_cancelled`. What a worker holds right now is
    checked again by the worker before it is sent.
    """
    session.flush()
    statement = (
        update(Reminder)
        .where(Reminder.appointment_id == appointment.id, Reminder.state == "scheduled")
        .values(state="cancelled", state_reason=reason)
        .execution_options(synchronize_session=False)
    )
    if appointment.status == "booked":
        statement = statement.where(Reminder.schedule_no < appointment.schedule_no)
    found = session.execute(statement)
    return found.rowcount if isinstance(found, CursorResult) else 0


def redirect(session: Session, client_id: uuid.UUID) -> int:
    """Let what is planned follow a change of a person's contact points; answer how many.

    Only to a way that may be used, and only what was never tried: a provider knows an attempt by
    its key, which stays. Everything else keeps the contact it was planned for, and the gate says
    at the moment of sending why it doesn't leave, so that somebody calls.
    """
    session.flush()
    contact = contact_for(session, client_id)
    if contact is None or not contact.is_safe or contact.needs_check or not contact.confirmed_at:
        return 0
    tried = select(ReminderAttempt.n).where(
        ReminderAttempt.site_id == Reminder.site_id, ReminderAttempt.reminder_id == Reminder.id
    )
    found = session.execute(
        update(Reminder)
        .where(
            Reminder.client_id == client_id,
            Reminder.state == "scheduled",
            Reminder.channel == contact.channel,
            ~tried.exists(),
        )
        .values(contact_id=contact.id, contact_version=contact.version)
        .execution_options(synchronize_session=False)
    )
    return found.rowcount if isinstance(found, CursorResult) else 0


def find(
    session: Session, search: Search, seen: ColumnElement[bool] | None = None
) -> Sequence[Reminder]:
    """Reminders of the site, by the time they are sent; `seen` is about appointment and case."""
    statement = select(Reminder).order_by(Reminder.send_after, Reminder.id).limit(search.limit)
    if seen is not None:
        statement = statement.join(Reminder.appointment).join(Appointment.case).where(seen)
    if search.appointment_id is not None:
        statement = statement.where(Reminder.appointment_id == search.appointment_id)
    if search.client_id is not None:
        statement = statement.where(Reminder.client_id == search.client_id)
    if search.case_id is not None:
        of_case = select(Appointment.id).where(Appointment.case_id == search.case_id)
        statement = statement.where(Reminder.appointment_id.in_(of_case))
    if search.state is not None:
        statement = statement.where(Reminder.state == search.state)
    if search.after is not None:
        send_after, last = search.after
        statement = statement.where(
            or_(
                Reminder.send_after > send_after,
                (Reminder.send_after == send_after) & (Reminder.id > last),
            )
        )
    return session.scalars(statement).all()


def history(session: Session, reminder_id: uuid.UUID) -> History:
    """One reminder with its attempts in order. Raises NotFound."""
    reminder = session.scalars(select(Reminder).where(Reminder.id == reminder_id)).one_or_none()
    if reminder is None:
        raise NotFound("reminder")
    attempts = session.scalars(
        select(ReminderAttempt)
        .where(ReminderAttempt.reminder_id == reminder_id)
        .order_by(ReminderAttempt.n)
    ).all()
    return History(reminder, tuple(attempts))


def quiet_hours_of(contact: ContactPoint, settings: SiteSettings) -> QuietHours:
    """The hours in which nothing is sent to this contact, in the contact's zone."""
    person = None
    if contact.quiet_from is not None and contact.quiet_until is not None:
        person = QuietHours(contact.quiet_from, contact.quiet_until)
    return reminder_times.quiet_hours(site=QuietHours(*settings.quiet_hours), person=person)


def _missed_recently(session: Session, appointment: Appointment) -> bool:
    """Whether one of the person's last three visits before this one was missed."""
    last = session.scalars(
        select(Appointment.status)
        .where(
            Appointment.client_id == appointment.client_id,
            Appointment.status.in_(("fulfilled", "noshow")),
            Appointment.local_start < appointment.local_start,
        )
        .order_by(Appointment.local_start.desc())
        .limit(LAST_VISITS)
    ).all()
    return "noshow" in last


def _row(
    appointment: Appointment, contact: ContactPoint, planned: reminder_times.PlannedReminder
) -> dict[str, object]:
    """The columns of one planned reminder."""
    key = f"{appointment.id}:{appointment.schedule_no}:{planned.kind}:{contact.channel}"
    return {
        "id": clock.uuid7(),
        "site_id": appointment.site_id,
        "client_id": appointment.client_id,
        "appointment_id": appointment.id,
        "schedule_no": appointment.schedule_no,
        "kind": planned.kind,
        "channel": contact.channel,
        "contact_id": contact.id,
        "contact_version": contact.version,
        "locale": LANGUAGE,
        "dedupe_key": key,
        "send_after": planned.send_after,
        "next_attempt_at": planned.send_after,
        "expires_at": planned.expires_at,
    }


@dataclass(frozen=True, slots=True)
class Search:
    """What to list: each filter narrows; `after` is (send_after, id) of the last one shown."""

    appointment_id: uuid.UUID | None = None
    client_id: uuid.UUID | None = None
    case_id: uuid.UUID | None = None
    state: str | None = None
    after: tuple[dt.datetime, uuid.UUID] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class History:
    """One reminder and every physical attempt to send it."""

    reminder: Reminder
    attempts: tuple[ReminderAttempt, ...]
