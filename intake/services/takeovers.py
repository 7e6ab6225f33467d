"""What goes with a case to its new key worker? Open tasks, and the visits still to come.

The person is expected when they were expected: a visit keeps its time, its length and its
reminders, which name no member of staff. Where the new key worker is expected elsewhere, it stays
with the colleague and a task asks for an answer, so that nobody finds out at the door.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Row, func, or_, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from intake.models import Appointment, Case, Client, Task
from intake.services import appointment_clashes, appointment_times, audit, tasks
from intake.services.audit import Event
from intake.services.messages import day_of
from intake.services.task_changes import ASKS_ONE_PERSON
from intake.services.tasks import NewTask

# As long as a plan has that was decided anew; a visit that is sooner is settled before it begins.
SETTLE_WITHIN = dt.timedelta(hours=24)
CLASH_NOTE = (
    "The visit on {} at {:%H:%M} is still with the colleague who had this case before: you have "
    "another appointment then. Move it, or agree with the colleague that they keep it."
)


@dataclass(frozen=True, slots=True)
class Change:
    """Who answered for the cases before, and who does now."""

    before_id: uuid.UUID | None
    to_id: uuid.UUID


def follow(
    session: Session, case_ids: Collection[uuid.UUID], change: Change, *, now: dt.datetime,
    takes_all_tasks: bool = False,
) -> None:  # fmt: skip
    """Hand over what is open in cases whose key worker has changed.

    Raises Conflict when the new key worker is booked elsewhere at this very moment.
    """
    if change.before_id is None or change.before_id == change.to_id:
        return
    # The rows of the cases are written and so locked: no visit is booked between here and commit.
    session.flush()
    which: ColumnElement[bool] = Task.case_id.in_(case_ids)
    if takes_all_tasks:
        which = or_(which, Task.owner_id == change.before_id)
    _give_tasks(session, which, change)
    _give_visits(session, case_ids, change, now)


def _give_tasks(session: Session, which: ColumnElement[bool], change: Change) -> None:
    """Open tasks get their new owner, in one statement."""
    moved = session.execute(
        update(Task)
        .where(Task.state == "open", Task.owner_id == change.before_id, which)
        .where(Task.kind.not_in(ASKS_ONE_PERSON))
        .values(owner_id=change.to_id, version=Task.version + 1)
        .returning(Task.id)
        .execution_options(synchronize_session=False)
    ).all()
    if moved:
        shown = tuple(one.id for one in moved)
        act = Event("task", "hand_over", "U", hits=len(shown), returned_ids=shown)
        audit.record(session, replace(act, fields=("owner_id",), sensitivity="P1"))


def _give_visits(
    session: Session, case_ids: Collection[uuid.UUID], change: Change, now: dt.datetime
) -> None:
    """Visits to come go to the new key worker, or become a task where that can't be."""
    visits = session.execute(
        select(Appointment, Case, Client)
        .join(Appointment.case)
        .join(Case.client)
        .where(
            Appointment.case_id.in_(case_ids),
            Appointment.staff_id == change.before_id,
            Appointment.status == "booked",
            func.lower(Appointment.during) > now,
        )
        .order_by(Appointment.id)
        .with_for_update(of=Appointment)
    ).all()
    taken, free = _taken(session, [row.Appointment for row in visits], change.to_id), []
    for row in visits:
        if any(one.overlaps(row.Appointment.during) for one in taken):
            _ask(session, row, change.to_id, now)
        else:
            free.append(row.Appointment)
    if free:
        _reassign(session, free, change.to_id)


def _reassign(session: Session, visits: Sequence[Appointment], to_id: uuid.UUID) -> None:
    """Visits get their new member of staff in one statement, each with its event."""
    session.execute(
        update(Appointment)
        .where(Appointment.id.in_([one.id for one in visits]))
        .values(staff_id=to_id, version=Appointment.version + 1)
        .execution_options(synchronize_session=False)
    )
    for one in visits:
        set_committed_value(one, "staff_id", to_id)
        set_committed_value(one, "version", one.version + 1)
        act = Event("appointment", "reassign", "U", row=one, client_id=one.client_id)
        audit.record(session, replace(act, fields=("staff_id",)))


def _taken(
    session: Session, visits: Sequence[Appointment], staff_id: uuid.UUID
) -> list[Range[dt.datetime]]:
    """When somebody is expected elsewhere, in the days of some visits."""
    if not visits:
        return []
    first = min(appointment_times.starts(one.during) for one in visits)
    last = max(appointment_times.ends(one.during) for one in visits)
    return list(
        session.scalars(
            select(Appointment.during).where(
                Appointment.staff_id == staff_id,
                Appointment.status.in_(appointment_clashes.TAKEN),
                Appointment.during.overlaps(Range(first, last, bounds="[)")),
            )
        )
    )


def _ask(
    session: Session, row: Row[Appointment, Case, Client], to_id: uuid.UUID, now: dt.datetime
) -> None:
    """A task for the new key worker, naming the visit that stayed behind."""
    visit = row.Appointment
    due_at = min(now + SETTLE_WITHIN, appointment_times.starts(visit.during))
    note = CLASH_NOTE.format(day_of(visit.local_start), visit.local_start)
    order = NewTask("other", due_at, note, "appointment", to_id, appointment_id=visit.id)
    task = tasks.open_for_case(session, row.Case, row.Client, order)
    act = Event("task", "create", "C", row=task, client_id=row.Client.id)
    audit.record(session, replace(act, sensitivity="P1"))
