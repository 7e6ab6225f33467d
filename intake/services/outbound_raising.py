"""What if a decision asks for a referral that is open already, and for it more urgently now?"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.clinical.outbound import URGENCIES, Wanted
from intake.models import OutboundReferral, Task
from intake.services import audit, tasks
from intake.services.audit import Event
from intake.services.plan_effects import ANSWER_WITHIN, Standing
from intake.services.tasks import NewTask

# In an emergency as after a visit that was missed.
EMERGENCY_WITHIN = dt.timedelta(hours=2)
NOTE = (
    "A referral to another service left as {}, and the plan asks for it as {} now: tell them, and "
    "change it here."
)


def raise_to(
    session: Session, standing: Standing, row: OutboundReferral, wanted: Wanted, *, now: dt.datetime
) -> None:
    """One that didn't leave becomes as urgent; of one that left somebody tells the service.

    Nothing becomes less urgent by itself, and a day that a person set later stays where the
    urgency didn't rise.
    """
    if URGENCIES.index(wanted.urgency) <= URGENCIES.index(row.urgency):
        return
    if row.state == "planned":
        _bring_forward(session, standing, row, wanted)
    elif row.state in ("sent", "seen"):
        _ask_to_tell(session, standing, row, wanted, now=now)


def _bring_forward(
    session: Session, standing: Standing, row: OutboundReferral, wanted: Wanted
) -> None:
    row.urgency = wanted.urgency
    if wanted.due_by < row.due_by:
        row.due_by, row.overdue_at = wanted.due_by, None
    act = Event("outbound_referral", "update", "U", row=row, client_id=standing.client.id)
    audit.record(session, replace(act, fields=("urgency", "due_by"), sensitivity="P2"))


def _ask_to_tell(
    session: Session, standing: Standing, row: OutboundReferral, wanted: Wanted, *,
    now: dt.datetime,
) -> None:  # fmt: skip
    """What left says how urgent it was; a person changes both. Asked once at a time."""
    asked = select(Task.id).where(
        Task.outbound_referral_id == row.id, Task.kind == "other", Task.state == "open"
    )
    if session.execute(asked).first() is not None:
        return
    within = EMERGENCY_WITHIN if wanted.urgency == "emergency" else ANSWER_WITHIN
    note = NOTE.format(row.urgency, wanted.urgency)
    order = NewTask("other", now + within, note, "outbound_referral")
    task = tasks.open_for_case(session, standing.case, standing.client, order)
    task.outbound_referral_id = row.id
    audit.record(session, Event("task", "create", "C", row=task, client_id=standing.client.id))
