"""What a person wants to reach: set with a plan, changed as it goes, every version kept."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import Conflict, FieldError, NotFound, PreconditionFailed, ValidationFailed
from intake.models import Case, Client, Goal, GoalVersion, PlanDecision
from intake.services import audit, case_moves, cases, goal_views, relations, sealed_text
from intake.services.audit import Event
from intake.services.cases import Move, local_date
from intake.services.goal_views import FIELD, VERSION_FIELD, GoalView
from intake.services.identity import vault_of
from intake.services.plan_orders import NewGoal

WORDS = ("statement", "problem", "measure", "baseline", "target")
PLAIN = ("domain", "status", "due_on", "confidence")
# More than anybody works on; a list of goals is one page.
MOST = 50


@dataclass(frozen=True, slots=True)
class GoalChange:
    """The given fields of a goal, None to clear `baseline`, `target` or `confidence`."""

    given: dict[str, Any]


def add(
    session: Session, plan: PlanDecision, orders: Iterable[NewGoal], *, client: Client,
    actor: Actor, now: dt.datetime,
) -> list[Goal]:  # fmt: skip
    """Store goals with a decision, each with its event. Raises ValidationFailed for a past date."""
    made = []
    for place, order in enumerate(orders):
        _refuse_past(order.due_on, local_date(now, actor), f"/goals/{place}/due_on")
        goal = Goal(
            site_id=plan.site_id,
            case_id=plan.case_id,
            plan_decision_id=plan.id,
            domain=order.domain,
            status="active",
            due_on=order.due_on,
            confidence=order.confidence,
            set_by=actor.staff_id,
        )
        said = {name: getattr(order, name) for name in WORDS}
        words = {name: value for name, value in said.items() if value is not None}
        _write(session, goal, words, client=client, actor=actor, now=now)
        _note(session, goal, client, "create", "C")
        made.append(goal)
    return made


def create(
    session: Session, plan_id: uuid.UUID, order: NewGoal, *, actor: Actor, now: dt.datetime
) -> GoalView:
    """Set one more goal with a plan; an assessed case that lacked nothing else moves on.

    Raises NotFound, ValidationFailed, Conflict when the plan is no longer in force, the case has
    ended or there are 50 goals already.
    """
    _refuse_past(order.due_on, local_date(now, actor), "/due_on")
    row = session.execute(
        select(PlanDecision, Case, Client)
        .join(PlanDecision.case)
        .join(Case.client)
        .where(PlanDecision.id == plan_id)
        .with_for_update(of=Case)
    ).one_or_none()
    if row is None:
        raise NotFound("plan")
    plan, case, client = row.PlanDecision, row.Case, row.Client
    relations.require(session, actor, Permission.PLAN_DECIDE, case, what="plan")
    cases.refuse_ended(case)
    if plan.state in ("superseded", "returned"):
        raise Conflict(f"This decision is {plan.state}; set goals with the one in force.")
    count = select(func.count()).where(Goal.case_id == case.id)
    if session.execute(count).scalar_one() >= MOST:
        raise Conflict(f"This case has {MOST} goals; finish or drop some of them first.")
    (goal,) = add(session, plan, [order], client=client, actor=actor, now=now)
    if case.state == "assessed":
        onward = Move("plan_chosen", "goal_set")
        case_moves.advance(session, case, client, onward, actor=actor, now=now)
    session.flush()
    return goal_views.view(goal, vault_of(session, client))


def change(
    session: Session, goal_id: uuid.UUID, order: GoalChange, *, version: int, actor: Actor,
    now: dt.datetime,
) -> GoalView:  # fmt: skip
    """Change a goal; what it was is kept as a version.

    Raises NotFound, PreconditionFailed, ValidationFailed, Conflict when the case has ended.
    """
    goal, case, client = goal_views.load(session, goal_id, actor, Permission.PLAN_DECIDE)
    if goal.version != version:
        raise PreconditionFailed(goal.version)
    cases.require_open(session, case)
    given = order.given
    if given.get("due_on") not in (None, goal.due_on):
        _refuse_past(given["due_on"], local_date(now, actor), "/due_on")
    vault = vault_of(session, client)
    words: dict[str, Any] = sealed_text.opened(FIELD, goal.id, goal.sealed, vault)
    before = {name: getattr(goal, name) for name in PLAIN} | {n: words.get(n) for n in WORDS}
    changed = tuple(name for name, value in given.items() if before[name] != value)
    if changed:
        for name in PLAIN:
            if name in given:
                setattr(goal, name, given[name])
        words |= {name: value for name, value in given.items() if name in WORDS}
        kept = {name: value for name, value in words.items() if value is not None}
        _write(session, goal, kept, client=client, actor=actor, now=now)
    act, action = ("update", "U") if changed else ("read", "R")
    _note(session, goal, client, act, action, fields=changed)
    session.flush()
    return goal_views.view(goal, vault)


def _write(
    session: Session, goal: Goal, words: dict[str, str], *, client: Client, actor: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    """The goal as it is now, and the same as a version that stays."""
    vault = vault_of(session, client)
    goal.sealed = sealed_text.seal(FIELD, goal.id, words, vault)
    kept = GoalVersion(
        site_id=goal.site_id,
        goal_id=goal.id,
        changed_by=actor.staff_id,
        changed_at=now,
        **{name: getattr(goal, name) for name in PLAIN},
    )
    kept.sealed = sealed_text.seal(VERSION_FIELD, kept.id, words, vault)
    session.add(goal)
    session.flush()
    kept.number = goal.version
    session.add(kept)


def _refuse_past(due_on: dt.date, today: dt.date, pointer: str) -> None:
    if due_on < today:
        message = "Enter today or a later day: when it is looked at again."
        raise ValidationFailed(FieldError(pointer, "in_past", message))


def _note(
    session: Session, goal: Goal, client: Client, act: str, action: str, *,
    fields: tuple[str, ...] = (),
) -> None:  # fmt: skip
    event = Event("goal", act, action, row=goal, client_id=client.id, sensitivity="P2")
    audit.record(session, replace(event, fields=fields))
