"""How does a draft stop without being handed in? Interrupted for a while, or given up for good."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.clinical import lifecycle
from intake.clinical.case_facts import Said
from intake.errors import Conflict, FieldError, ValidationFailed
from intake.models import Alert, Task
from intake.services import audit, case_endings, case_moves, cases, intakes, tasks
from intake.services.audit import Event
from intake.services.cases import Move
from intake.services.tasks import NewTask

# `no_contact` needs three attempts and goes through the case's own moves.
GIVEN_UP = ("client_declined", "not_eligible", "duplicate", "referred_elsewhere")
LONGEST_WAIT = dt.timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Interruption:
    """Why an intake stopped in the middle, and when to ring again (clinic time)."""

    reason: str
    call_back_at: dt.datetime


def interrupt(
    session: Session, intake_id: uuid.UUID, order: Interruption, *, version: int, actor: Actor,
    now: dt.datetime,
) -> Task:  # fmt: skip
    """Keep a draft whose caller is gone, and open the task to ring again, for whoever keeps it.

    Raises as `intakes.for_change`, ValidationFailed for a time that has passed or is far away.
    """
    draft = intakes.for_change(session, intake_id, version, actor)
    if not now < order.call_back_at <= now + LONGEST_WAIT:
        message = f"Enter a time that lies ahead, within {LONGEST_WAIT.days} days."
        raise ValidationFailed(FieldError("/call_back_at", "out_of_range", message))
    task = tasks.open_for_case(
        session,
        draft.case,
        draft.client,
        NewTask("call_back", order.call_back_at, order.reason, "intake", actor.staff_id),
    )
    audit.record(
        session,
        Event("task", "create", "C", row=task, client_id=draft.client.id, sensitivity="P1"),
    )
    session.flush()
    return task


def give_up(
    session: Session, intake_id: uuid.UUID, reason: str, *, version: int, actor: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    """End a draft for good: it is abandoned, kept as long as any, and the referral is declined.

    Raises as `intakes.for_change`; Conflict while somebody still has to answer an alert of it.
    """
    draft = intakes.for_change(session, intake_id, version, actor)
    if draft.case.state != "referred":
        raise Conflict("The case has moved on; decline or close it there.")
    waiting = select(Alert.code).where(
        Alert.case_id == draft.case.id,
        Alert.state == "open",
        Alert.priority.in_(("critical", "high")),
    )
    codes = sorted(session.execute(waiting).scalars())
    if codes:
        raise Conflict(
            f"Nobody has taken on {', '.join(codes)} yet. Answer the alert first; then give up."
        )
    draft.intake.state = "abandoned"
    audit.record(
        session,
        Event(
            "intake", "abandon", "U", row=draft.intake, client_id=draft.client.id,
            fields=("state",), sensitivity="P2",
        ),
    )  # fmt: skip
    case, client = draft.case, draft.client
    said = Said(decline_reason=reason)
    found = case_moves.needs(session, case, client, said, actor=actor, now=now)
    rule = lifecycle.find_move(case.state, "declined")
    cases.move(session, case, Move("declined", reason), fulfilled=found, actor=actor, now=now)
    case_endings.follow(session, case, client, rule, now=now)
    session.flush()
