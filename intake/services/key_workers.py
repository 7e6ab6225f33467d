"""Who answers for a case? A clinical lead names the key worker; the case may move on with it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from sqlalchemy.orm import Session

from intake.access import Actor
from intake.errors import PreconditionFailed
from intake.models import Case
from intake.services import audit, case_moves, cases, duties, takeovers
from intake.services.audit import Event
from intake.services.cases import CaseView, Move
from intake.services.takeovers import Change


def assign(
    session: Session, case_id: uuid.UUID, key_worker_id: uuid.UUID, *, version: int, actor: Actor,
    now: dt.datetime,
) -> CaseView:  # fmt: skip
    """Name the key worker. An assessed case that lacked nothing else moves on to `plan_chosen`.

    What the one before had open in the case goes too: tasks, and visits to come.
    Raises NotFound, PreconditionFailed, Conflict when the case has ended, or ValidationFailed for
    somebody who can't answer for a case here.
    """
    case, client = cases.get_with_client(session, case_id)
    if case.version != version:
        raise PreconditionFailed(case.version)
    cases.require_open(session, case)
    refuse_unable(session, key_worker_id, actor)
    change = Change(case.key_worker_id, key_worker_id)
    onward = Move("plan_chosen", "key_worker_named", key_worker_id=key_worker_id)
    if case.state != "assessed" or not case_moves.advance(
        session, case, client, onward, actor=actor, now=now
    ):
        case.key_worker_id = key_worker_id
        note(session, case)
    takeovers.follow(session, {case.id}, change, now=now)
    session.flush()
    return cases.view(case)


def refuse_unable(session: Session, key_worker_id: uuid.UUID, actor: Actor) -> None:
    """Refuse a key worker who couldn't answer for the case. Raises ValidationFailed."""
    duties.refuse_unable(
        session, key_worker_id, duties.ANSWER_FOR_CASES, pointer="/key_worker_id", actor=actor
    )


def note(session: Session, case: Case) -> None:
    """The event of a key worker named where the case didn't move; a move has its own."""
    act = Event("case", "assign", "U", row=case, client_id=case.client_id)
    audit.record(session, replace(act, fields=("key_worker_id",)))
