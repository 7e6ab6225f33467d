"""Which setting was a person treated in, from when until when, and why did it change?

A decision in force is one arm of the treatment. It ends when another one comes into force or the
case ends; why is kept with it. A row changes once in a transaction, so that each of its versions
has its own event.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from intake.clinical import decision, lifecycle
from intake.clinical.lifecycle import Move
from intake.models import Case, PlanDecision
from intake.services import plan_effects, plan_views
from intake.services.plan_effects import Standing


def is_open(plan: type[PlanDecision]) -> ColumnElement[bool]:
    """Whether a decision is in force, whatever waits for a sign-off beside it."""
    return and_(plan.in_force_from.is_not(None), plan.in_force_until.is_(None))


def is_last(plan: type[PlanDecision]) -> ColumnElement[bool]:
    """Whether a decision is in force, or was when its case ended."""
    with_case = plan.end_code.in_(lifecycle.TERMINAL_STATES)
    return and_(plan.in_force_from.is_not(None), or_(plan.in_force_until.is_(None), with_case))


def begin(session: Session, standing: Standing, plan: PlanDecision, *, today: dt.date) -> None:
    """A decision comes into force; the arm before ends with the reason of the change."""
    before = standing.in_force
    if before is not None:
        words = plan_views.words_of(standing.vault, plan).get("change_reason")
        if words is not None:
            plan_views.add_words(standing.vault, before, end_reason=words)
        step = decision.step(before.chosen_setting, plan.chosen_setting)
        _end(session, before, standing.case, step, today=today)
        session.flush()
    plan.in_force_from = today


def follow(
    session: Session, case: Case, plan: PlanDecision | None, rule: Move, *, today: dt.date
) -> None:
    """A plan is taken back, or the case ends: what is in force ends with that.

    With the case the decision stays the last one; taken back, it no longer counts, and what waited
    for a sign-off isn't asked for any more.
    """
    is_end = rule.target in lifecycle.TERMINAL_STATES
    if not is_end and (rule.origin, rule.target) != ("plan_chosen", "assessed"):
        return
    query = select(PlanDecision).where(PlanDecision.case_id == case.id, is_open(PlanDecision))
    arm = session.execute(query).scalar_one_or_none()
    if arm is not None and is_end:
        _close(arm, rule.target, today)
        plan_effects.note(session, arm, case, "end", fields=("in_force_until", "end_code"))
    elif arm is not None:
        _end(session, arm, case, "withdrawn", today=today)
    if not is_end and plan is not None and plan is not arm:
        plan_effects.supersede(session, plan, case)
    elif not is_end:
        plan_effects.end_tasks(session, case, "cancelled")


def resume(session: Session, case: Case) -> None:
    """The arm that ended with a death goes on, whatever waited beside it.

    The entry was an error.
    """
    query = select(PlanDecision).where(
        PlanDecision.case_id == case.id, PlanDecision.end_code == "deceased"
    )
    plan = session.execute(query).scalar_one_or_none()
    if plan is not None:
        plan.in_force_until = plan.end_code = None
        changed = ("in_force_until", "end_code")
        plan_effects.note(session, plan, case, "resume", fields=changed)


def restore(session: Session, standing: Standing) -> None:
    """What stayed in force counts again: what should replace it was returned.

    Its schedule was never withdrawn.
    """
    plan = standing.in_force
    if plan is not None:
        session.flush()
        plan.state = "agreed"
        plan_effects.note(session, plan, standing.case, "resume", fields=("state",))


def _end(session: Session, plan: PlanDecision, case: Case, code: str, *, today: dt.date) -> None:
    """Another one takes its place, or nothing does: it no longer counts."""
    _close(plan, code, today)
    plan.state = "superseded"
    changed = ("state", "in_force_until", "end_code")
    plan_effects.note(session, plan, case, "supersede", fields=changed)


def _close(plan: PlanDecision, code: str, today: dt.date) -> None:
    plan.in_force_until, plan.end_code = max(today, plan.in_force_from or today), code
