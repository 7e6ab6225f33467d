"""A death was entered in error: the case goes back to where it was, the person's record too."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy.orm import Session

from intake.access import Actor
from intake.clinical import lifecycle
from intake.services import audit, cases, move_making, plan_arms, reopening, tasks
from intake.services.audit import Event
from intake.services.move_making import Judged
from intake.services.tasks import NewTask

LOOK_WITHIN = dt.timedelta(hours=24)
NOTE = (
    "A death was entered in error and taken back. The visits and follow-ups that were cancelled "
    "then stay cancelled: arrange with the person what is still wanted, and tell whoever was told."
)


def take_back(session: Session, judged: Judged, *, actor: Actor, now: dt.datetime) -> None:
    """Undo the two states. What was cancelled stays cancelled: a person must arrange it anew.

    Raises Conflict when the person has another open case by now.
    """
    asked = judged.asked
    case, client = asked.case, asked.client
    if asked.rule.target not in lifecycle.TERMINAL_STATES:
        reopening.refuse_other_open(session, case)
    row = cases.carry_out(session, case, move_making.onward(judged), actor=actor, now=now)
    move_making.seal(session, row, asked)
    plan_arms.resume(session, case)
    client.state = "active"
    act = Event("client", "death_corrected", "U", row=client, client_id=client.id)
    audit.record(session, replace(act, fields=("state",), sensitivity="P1"))
    tasks.open_for_case(session, case, client, NewTask("call_client", now + LOOK_WITHIN, NOTE))
