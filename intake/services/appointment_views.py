"""How does staff read an appointment? With where its reminders stand, in the same statement."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import NotFound
from intake.models import Appointment, Case, Reminder
from intake.services import audit, relations, timelines
from intake.services.appointment_times import ends, starts
from intake.services.audit import Event
from intake.services.reminder_reasons import settled

# Those of the schedule in force; the others were cancelled with it (GET /reminders has them all).
REMINDERS = (
    select(
        func.json_agg(
            aggregate_order_by(
                func.json_build_array(
                    Reminder.kind,
                    Reminder.state,
                    Reminder.send_after,
                    Reminder.id,
                    Reminder.settled_at,
                    Reminder.contact_attempt_id,
                    Reminder.resend_of,
                ),
                Reminder.send_after,
            )
        )
    )
    .where(
        Reminder.appointment_id == Appointment.id, Reminder.schedule_no == Appointment.schedule_no
    )
    .correlate(Appointment)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """Where one reminder stands; `settled` says what staff did about one that failed."""

    kind: str
    state: str
    send_after: dt.datetime
    id: uuid.UUID
    settled: str | None
    resend_of: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """An appointment as staff read it: nothing here says who the person is.

    `is_unresolved`: it is over and nobody has said whether the person came.
    """

    id: uuid.UUID
    version: int
    status: str
    kind: str
    mode: str
    case_id: uuid.UUID
    client_id: uuid.UUID
    staff_id: uuid.UUID
    follow_up_id: uuid.UUID | None
    local_start: dt.datetime
    time_zone: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    minutes: int
    is_late: bool
    left_early: bool
    is_unresolved: bool
    cancel_reason: str | None
    schedule_no: int
    created_at: dt.datetime
    reminders: tuple[ReminderLine, ...] = ()


@dataclass(frozen=True, slots=True)
class AppointmentSearch:
    """Which appointments: each filter narrows; `since` is a day in the site's calendar.

    `is_unresolved` asks for those that are over and of which nobody has said what became;
    `newest_first` turns the order round, which is otherwise the earliest first.
    """

    case_id: uuid.UUID | None = None
    staff_id: uuid.UUID | None = None
    status: str | None = None
    since: dt.date | None = None
    is_unresolved: bool = False
    newest_first: bool = False


def read(
    session: Session, appointment_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> AppointmentView:
    """One appointment; the read is recorded. Raises as `relations.require`."""
    query = _select().add_columns(Case).where(Appointment.id == appointment_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("appointment")
    found = row.Appointment
    relations.require(
        session, actor, Permission.APPOINTMENT_READ, row.Case, others=(found.staff_id,),
        what="appointment",
    )  # fmt: skip
    audit.record(session, Event("appointment", "read", "R", row=found, client_id=found.client_id))
    return _shown(row, now)


def list_page(
    session: Session, search: AppointmentSearch, wanted: timelines.Wanted, *, actor: Actor,
    now: dt.datetime,
) -> timelines.Timeline[AppointmentView]:  # fmt: skip
    """Appointments the actor may see, in order of time; the identifiers shown are recorded."""
    seen = relations.visible(
        session, actor, Permission.APPOINTMENT_READ, case_id=search.case_id,
        also=(Appointment.staff_id,),
    )  # fmt: skip
    query = _select().where(seen)
    if search.case_id is not None:
        query = query.where(Appointment.case_id == search.case_id)
    if search.staff_id is not None:
        query = query.where(Appointment.staff_id == search.staff_id)
    if search.status is not None:
        query = query.where(Appointment.status == search.status)
    if search.since is not None:
        query = query.where(Appointment.local_start >= dt.datetime.combine(search.since, dt.time()))
    if search.is_unresolved:
        over = func.upper(Appointment.during) <= now
        query = query.where(Appointment.status == "booked", over)
    columns = Appointment.__table__.c
    page = timelines.fetch(
        session,
        query,
        order=timelines.Order(columns.local_start, columns.id, search.newest_first),
        wanted=_without_zone(wanted),
        show=lambda row: _shown(row, now),
    )
    shown = tuple(one.id for one in page.rows)
    people = {one.client_id for one in page.rows}
    whose = people.pop() if len(people) == 1 else None
    audit.record_list(session, "appointment", shown, client_id=whose)
    return page


def coming(session: Session, case: Case, most: int, *, now: dt.datetime) -> list[AppointmentView]:
    """What is still to come of a case, and what nobody said the end of, the earliest first.

    For who was let through to the case, who records it.
    """
    columns = Appointment.__table__.c
    rows = session.execute(
        _select()
        .where(Appointment.case_id == case.id, Appointment.status.in_(("booked", "arrived")))
        .order_by(columns.local_start, columns.id)
        .limit(most)
    )
    return [_shown(row, now) for row in rows]


def view(
    appointment: Appointment, *, now: dt.datetime, reminders: tuple[ReminderLine, ...] = ()
) -> AppointmentView:
    """An appointment as staff read it."""
    start, end = starts(appointment.during), ends(appointment.during)
    return AppointmentView(
        id=appointment.id,
        version=appointment.version,
        status=appointment.status,
        kind=appointment.kind,
        mode=appointment.mode,
        case_id=appointment.case_id,
        client_id=appointment.client_id,
        staff_id=appointment.staff_id,
        follow_up_id=appointment.follow_up_id,
        local_start=appointment.local_start,
        time_zone=appointment.time_zone,
        starts_at=start,
        ends_at=end,
        minutes=(end - start) // dt.timedelta(minutes=1),
        is_late=appointment.is_late,
        left_early=appointment.left_early,
        is_unresolved=appointment.status == "booked" and end <= now,
        cancel_reason=appointment.cancel_reason,
        schedule_no=appointment.schedule_no,
        created_at=appointment.created_at,
        reminders=reminders,
    )


def _select() -> Select[Any]:
    return select(Appointment, REMINDERS.label("reminders")).join(Appointment.case)


def _shown(row: Row[Any], now: dt.datetime) -> AppointmentView:
    """One row of `_select`; the database gives times of the reminders as ISO text."""
    lines = tuple(
        ReminderLine(
            kind,
            state,
            dt.datetime.fromisoformat(at),
            uuid.UUID(id_),
            settled(since, attempt),
            uuid.UUID(before) if before else None,
        )
        for kind, state, at, id_, since, attempt, before in row.reminders or ()
    )
    return view(row.Appointment, now=now, reminders=lines)


def _without_zone(wanted: timelines.Wanted) -> timelines.Wanted:
    """The page of a list that is ordered by wall time."""
    after = wanted.after
    if after is None:
        return wanted
    return timelines.Wanted(wanted.limit, timelines.Place(after.at.replace(tzinfo=None), after.id))
