"""The second person's word on a choice below a safety floor: signed off, or returned."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from intake.access import Actor, Permission
from intake.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from intake.models import Case, Client, PlanDecision, Recommendation
from intake.services import (
    cases,
    identity,
    outbound_planning,
    plan_arms,
    plan_effects,
    plan_views,
    plans,
    relations,
)
from intake.services.plan_effects import Standing
from intake.services.plan_views import PlanView

IN_FORCE = aliased(PlanDecision)


def sign_off(
    session: Session, plan_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> PlanView:
    """Agree to somebody else's choice below a safety floor; the plan comes into force.

    Raises NotFound, PreconditionFailed, Forbidden for one's own, Conflict when it doesn't wait for
    a sign-off or when a newer recommendation was computed since.
    """
    standing, plan = _of_plan(session, plan_id, version, actor)
    _refuse(standing, plan, actor)
    if standing.recommendation.superseded_by is not None:
        raise Conflict("A newer recommendation was computed since; decide again beside it.")
    today = cases.local_date(now, actor)
    plan_arms.begin(session, standing, plan, today=today)
    plan.state, plan.signed_off_by = "agreed", actor.staff_id
    changed = ("state", "signed_off_by", "in_force_from")
    plan_effects.note(session, plan, standing.case, "sign_off", fields=changed)
    plan_effects.end_tasks(session, standing.case, "done")
    plan_effects.put_into_force(session, standing, plan, is_first=False, now=now)
    outbound_planning.plan_from(session, standing, plan, actor=actor, now=now)
    plan_effects.move_on(session, standing, plan, actor=actor, now=now)
    session.flush()
    return plan_views.view(plan, standing.vault)


def send_back(
    session: Session, plan_id: uuid.UUID, comment: str, *, version: int, actor: Actor,
    now: dt.datetime,
) -> PlanView:  # fmt: skip
    """Return somebody else's choice with a comment; whoever decided is asked to decide again.

    The decision before, if there is one, stays in force with its schedule. Raises as `sign_off`,
    save that newer advice doesn't matter here.
    """
    standing, plan = _of_plan(session, plan_id, version, actor)
    _refuse(standing, plan, actor)
    plan.state, plan.returned_by = "returned", actor.staff_id
    plan_views.add_words(standing.vault, plan, return_comment=comment)
    changed = ("state", "returned_by", "return_comment")
    plan_effects.note(session, plan, standing.case, "return", fields=changed)
    plan_effects.end_tasks(session, standing.case, "done")
    plan_effects.ask_to_decide_again(session, standing, plan, now=now)
    plan_arms.restore(session, standing)
    session.flush()
    return plan_views.view(plan, standing.vault)


def _of_plan(
    session: Session, plan_id: uuid.UUID, version: int, actor: Actor
) -> tuple[Standing, PlanDecision]:
    """A decision and what it stands on, the case locked first. Raises as `sign_off`."""
    row = session.execute(
        select(PlanDecision, Case, Client)
        .join(PlanDecision.case)
        .join(Case.client)
        .where(PlanDecision.id == plan_id)
        .with_for_update(of=Case)
    ).one_or_none()
    if row is None:
        raise NotFound("plan")
    plan = row.PlanDecision
    relations.require(session, actor, Permission.PLAN_SIGN_OFF, row.Case, what="plan")
    if plan.version != version:
        raise PreconditionFailed(plan.version)
    beside = session.execute(
        select(Recommendation, IN_FORCE)
        .outerjoin(
            IN_FORCE,
            and_(IN_FORCE.case_id == Recommendation.case_id, plan_arms.is_open(IN_FORCE)),
        )
        .where(Recommendation.id == plan.recommendation_id)
    ).one()
    vault = identity.vault_of(session, row.Client)
    return Standing(row.Case, row.Client, beside[0], vault, in_force=beside[1]), plan


def _refuse(standing: Standing, plan: PlanDecision, actor: Actor) -> None:
    """Only what waits, by somebody else. Raises Conflict, Forbidden."""
    if plan.state != "awaiting_sign_off":
        raise Conflict(f"This decision is {plan.state}; it doesn't wait for a sign-off.")
    if plan.decided_by == actor.staff_id:
        raise Forbidden("A decision is signed off by somebody else than the person who took it.")
    plans.refuse_undecidable(standing.case)
