"""Somebody moves a case: checked by the table against what is stored and said, with its effects."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import lifecycle
from intake.errors import PreconditionFailed
from intake.services import cases, move_making, reopening
from intake.services.cases import CaseView
from intake.services.move_making import Asked
from intake.services.transition_orders import NewTransition


def make(
    session: Session, case_id: uuid.UUID, order: NewTransition, *, version: int, actor: Actor,
    now: dt.datetime,
) -> CaseView:  # fmt: skip
    """Move a case; reopening gives the new case, the old one stays as it is.

    Raises NotFound, PreconditionFailed, Forbidden for the role, ValidationFailed for what doesn't
    belong to the move, InvalidTransition with what is missing.
    """
    case, client = move_making.locked(session, case_id, actor, Permission.CASE_MOVE)
    if case.version != version:
        raise PreconditionFailed(case.version)
    rule = lifecycle.find_move(case.state, order.to)
    lifecycle.permit(rule, actor.role)
    asked = Asked(case, client, rule, order)
    if case.state in lifecycle.TERMINAL_STATES:
        reopening.refuse_other_open(session, case)
    judged = move_making.judge(session, asked, actor=actor, now=now)
    lifecycle.require(rule, judged.fulfilled)
    if rule.event == "reopened":
        fresh = reopening.begin(session, judged, actor=actor, now=now)
        session.flush()
        return cases.view(fresh)
    move_making.carry_out(session, judged, actor=actor, now=now)
    session.flush()
    return cases.view(case)
