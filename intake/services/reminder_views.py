"""How does staff read reminders? Where each stands and why, in sentences; no text, no number."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import NotFound
from intake.models import Appointment, Case, Reminder, ReminderAttempt
from intake.services import audit, relations, reminders, timelines
from intake.services.audit import Event
from intake.services.reminder_reasons import explanation, settled
from intake.services.reminders import Search

OUTCOMES = {
    "accepted": "The gateway took it.",
    "permanent": "The gateway refused it for good.",
    "config": "The gateway refused our credentials.",
    "throttled": "The gateway asked to slow down.",
    "transient": "The gateway failed or was out of reach; it did not take it.",
    "unknown": "The gateway's answer was lost.",
}
NO_OUTCOME = "Nobody knows yet how it ended."


@dataclass(frozen=True, slots=True)
class ReminderView:
    """A reminder in a list: where it stands, and why, as code and in words.

    `settled` says what staff did about one that failed: `resent`, or `spoken` with the person.
    """

    id: uuid.UUID
    appointment_id: uuid.UUID
    kind: str
    channel: str
    schedule_no: int
    state: str
    state_reason: str | None
    explanation: str
    send_after: dt.datetime
    expires_at: dt.datetime
    next_attempt_at: dt.datetime
    resend_of: uuid.UUID | None
    settled: str | None
    settled_at: dt.datetime | None
    contact_attempt_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One physical attempt; times are machine time."""

    n: int
    started_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: str | None
    explanation: str
    http_status: int | None


@dataclass(frozen=True, slots=True)
class ExplainedReminder(ReminderView):
    """One reminder with its attempts in order."""

    case_id: uuid.UUID
    attempts: tuple[AttemptView, ...]


def list_page(
    session: Session, search: Search, wanted: timelines.Wanted, *, actor: Actor
) -> timelines.Timeline[ReminderView]:
    """Reminders the actor may see, the soonest first; the identifiers shown are recorded."""
    after = (wanted.after.at, wanted.after.id) if wanted.after else None
    seen = relations.visible(session, actor, Permission.REMINDER_READ, case_id=search.case_id)
    found = reminders.find(session, replace(search, after=after, limit=wanted.limit + 1), seen)
    rows = found[: wanted.limit]
    shown = tuple(row.id for row in rows)
    people = {row.client_id for row in rows}
    audit.record_list(
        session, "reminder", shown, client_id=people.pop() if len(people) == 1 else None
    )
    return timelines.Timeline(
        rows=[ReminderView(**_parts(row)) for row in rows],
        has_more=len(found) > wanted.limit,
        last=timelines.Place(rows[-1].send_after, rows[-1].id) if rows else None,
    )


def read(session: Session, reminder_id: uuid.UUID, *, actor: Actor) -> ExplainedReminder:
    """One reminder with every attempt, in one statement; the read is recorded.

    Raises as `relations.require`.
    """
    of_it = and_(
        ReminderAttempt.site_id == Reminder.site_id, ReminderAttempt.reminder_id == Reminder.id
    )
    rows = session.execute(
        select(Reminder, Case, ReminderAttempt)
        .join(Reminder.appointment)
        .join(Appointment.case)
        .outerjoin(ReminderAttempt, of_it)
        .where(Reminder.id == reminder_id)
        .order_by(ReminderAttempt.n)
    ).all()
    if not rows:
        raise NotFound("reminder")
    relations.require(session, actor, Permission.REMINDER_READ, rows[0].Case, what="reminder")
    reminder = rows[0].Reminder
    audit.record(
        session, Event("reminder", "read", "R", row=reminder, client_id=reminder.client_id)
    )
    attempts = (row.ReminderAttempt for row in rows if row.ReminderAttempt)
    return explained(reminder, rows[0].Case, *attempts)


def explained(reminder: Reminder, case: Case, *attempts: ReminderAttempt) -> ExplainedReminder:
    """One reminder with its attempts in order."""
    shown = tuple(_attempt(one) for one in attempts)
    return ExplainedReminder(**_parts(reminder), case_id=case.id, attempts=shown)


def _parts(reminder: Reminder) -> dict[str, Any]:
    """What a list shows of a reminder."""
    shown = {one.name: getattr(reminder, one.name, None) for one in fields(ReminderView)}
    how = settled(reminder.settled_at, reminder.contact_attempt_id)
    return shown | {"explanation": explanation(reminder), "settled": how}


def _attempt(attempt: ReminderAttempt) -> AttemptView:
    return AttemptView(
        n=attempt.n,
        started_at=attempt.started_at,
        finished_at=attempt.finished_at,
        outcome=attempt.outcome,
        explanation=NO_OUTCOME if attempt.outcome is None else OUTCOMES[attempt.outcome],
        http_status=attempt.http_status,
    )
