"""What happens when a text can't do it? Somebody calls the person: one open task per case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import Task
from intake.services import audit, tasks
from intake.services.audit import Event
from intake.services.messages import day_of
from intake.services.reminder_facts import Row
from intake.services.tasks import NewTask

ANSWER_WITHIN = dt.timedelta(hours=4)
"""A call that comes later than this rarely helps; one after the appointment never does."""


def ask_to_call(
    session: Session, reasons: Iterable[tuple[Row, str]], *, now: dt.datetime
) -> list[Task]:
    """Open the task "call the client" for each case that has none open; `reasons` are codes.

    The task goes to the key worker, or to nobody in particular while there is none. What it says
    is sealed with the person's key.
    """
    wanted = {row.case.id: (row, reason) for row, reason in reasons}
    if not wanted:
        return []
    open_already = set(
        session.scalars(
            select(Task.case_id).where(
                Task.case_id.in_(wanted), Task.kind == "call_client", Task.state == "open"
            )
        )
    )
    return [
        _open(session, row, reason, now=now)
        for case_id, (row, reason) in wanted.items()
        if case_id not in open_already
    ]


def _open(session: Session, row: Row, reason: str, *, now: dt.datetime) -> Task:
    """One task with its event."""
    start = row.appointment.during.lower or now
    local = start.astimezone(ZoneInfo(row.appointment.time_zone))
    note = (
        f"The reminder of the appointment on {day_of(local)} at {local:%H:%M} was not delivered "
        f"for certain ({reason}). Call the client."
    )
    due_at = max(now, min(now + ANSWER_WITHIN, start))
    order = NewTask(kind="call_client", due_at=due_at, note=note, source="appointment")
    task = tasks.open_for_case(session, row.case, row.client, order)
    audit.record(session, Event("task", "create", "C", row=task, client_id=row.client.id))
    return task
