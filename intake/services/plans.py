"""What a clinician decides: checked against the recommendation, signed off, put into force.

A suggestion is never a decision: what was recommended, what was feasible and what was chosen are
stored side by side. While a choice below a safety floor waits for its sign-off, the schedule of
the decision before stays planned: nobody is left without a follow-up.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import decision
from intake.errors import (
    Conflict,
    FieldError,
    Forbidden,
    NotFound,
    PreconditionFailed,
    ValidationFailed,
)
from intake.models import Case, Client, PlanDecision, Recommendation
from intake.services import (
    cases,
    goals,
    identity,
    plan_effects,
    plan_orders,
    plan_views,
    recommendations,
    relations,
)
from intake.services.plan_effects import Standing
from intake.services.plan_orders import NewPlan
from intake.services.plan_views import PlanView

DECIDABLE = ("assessed", "plan_chosen")


def decide(
    session: Session, case_id: uuid.UUID, order: NewPlan, *, actor: Actor, now: dt.datetime
) -> PlanView:
    """Choose a setting beside the newest recommendation.

    `agreed` at once, or `awaiting_sign_off` below a safety floor. Raises ValidationFailed,
    NotFound, Conflict when case or recommendation doesn't allow it, Forbidden to name the key
    worker.
    """
    standing = _standing(session, case_id, order.recommendation_id, actor)
    case, vault = standing.case, identity.vault_of(session, standing.client)
    plan = _decision(standing, order, today=cases.local_date(now, actor))
    plan.decided_by = actor.staff_id
    plan.sealed = plan_views.sealed_words(
        vault, plan.id, override_reason=order.override_reason, client_view=order.client_view
    )
    named = plan_effects.new_key_worker(case, order.key_worker_id, actor)
    before = standing.plan
    if before is not None:
        plan_effects.supersede(session, before, case)
    session.add(plan)
    goals.add(session, plan, order.goals, client=standing.client, actor=actor, now=now)
    plan_effects.note(session, plan, case, "decide")
    if plan.state == "awaiting_sign_off":
        plan_effects.ask_for_sign_off(session, standing, now=now)
    else:
        plan_effects.put_into_force(session, standing, plan, is_first=before is None, now=now)
    plan_effects.move_on(session, standing, plan, actor=actor, now=now, key_worker_id=named)
    if plan.state != "awaiting_sign_off":
        plan_effects.ask_for_dates(session, standing, plan, now=now)
    session.flush()
    return plan_views.view(plan, vault)


def sign_off(
    session: Session, plan_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> PlanView:
    """Agree to somebody else's choice below a safety floor; the plan comes into force.

    Raises NotFound, PreconditionFailed, Forbidden for one's own, Conflict when it doesn't wait for
    a sign-off or when a newer recommendation was computed since.
    """
    standing, plan = _of_plan(session, plan_id, actor)
    if plan.version != version:
        raise PreconditionFailed(plan.version)
    _refuse_sign_off(standing, plan, actor)
    plan.state, plan.signed_off_by = "agreed", actor.staff_id
    changed = ("state", "signed_off_by")
    plan_effects.note(session, plan, standing.case, "sign_off", fields=changed)
    plan_effects.end_tasks(session, standing.case, "done")
    plan_effects.put_into_force(session, standing, plan, is_first=False, now=now)
    plan_effects.move_on(session, standing, plan, actor=actor, now=now)
    session.flush()
    return plan_views.view(plan, identity.vault_of(session, standing.client))


def _standing(
    session: Session, case_id: uuid.UUID, recommendation_id: uuid.UUID, actor: Actor
) -> Standing:
    """Where a case stands. Raises NotFound, Conflict, ValidationFailed.

    The case is locked by a statement of its own: a join would show the other rows as they were
    before the lock was granted.
    """
    locked = session.execute(
        select(Case, Client).join(Case.client).where(Case.id == case_id).with_for_update(of=Case)
    ).one_or_none()
    if locked is None:
        raise NotFound("case")
    relations.require(session, actor, Permission.PLAN_DECIDE, locked.Case)
    _refuse_undecidable(locked.Case)
    row = session.execute(
        select(Recommendation, PlanDecision)
        .outerjoin(
            PlanDecision,
            and_(
                PlanDecision.case_id == Recommendation.case_id,
                PlanDecision.state.not_in(("superseded", "returned")),
            ),
        )
        .where(Recommendation.case_id == case_id, Recommendation.superseded_by.is_(None))
    ).one_or_none()
    if row is None or row.Recommendation.id != recommendation_id:
        _refuse_recommendation(session, recommendation_id)
        raise Conflict("This isn't the newest recommendation of the case; read it again.")
    if row.Recommendation.status != "complete":
        missing = ", ".join(row.Recommendation.result["missing"])
        raise Conflict(f"The recommendation is incomplete; it still needs: {missing}.")
    return Standing(locked.Case, locked.Client, row.Recommendation, row.PlanDecision)


def _refuse_undecidable(case: Case) -> None:
    cases.refuse_ended(case)
    if case.state not in DECIDABLE:
        raise Conflict(
            f"A plan is decided once a case is assessed; this one is {case.state}. "
            "Sign the instruments and compute a recommendation first."
        )


def _refuse_recommendation(session: Session, recommendation_id: uuid.UUID) -> None:
    """Tell an unknown id from an old one. Raises ValidationFailed."""
    known = select(Recommendation.id).where(Recommendation.id == recommendation_id)
    if session.execute(known).first() is None:
        message = "There is no such recommendation here."
        raise ValidationFailed(FieldError("/recommendation_id", "unknown", message))


def _decision(standing: Standing, order: NewPlan, *, today: dt.date) -> PlanDecision:
    """The row of a checked order, its state included. Raises ValidationFailed."""
    known = recommendations.evaluation_of(standing.recommendation)
    suggested = known.recommendation.plan
    if suggested is None:
        raise Conflict("The recommendation is incomplete; compute it again.")
    recommended = suggested.recommended_setting.code
    dates = plan_orders.checked_dates(order, recommended=recommended, today=today)
    floors = decision.fired_floors(known)
    waits = decision.needs_sign_off(floors, order.chosen_setting, known.rule_set)
    return PlanDecision(
        site_id=standing.case.site_id,
        case_id=standing.case.id,
        recommendation_id=standing.recommendation.id,
        state="awaiting_sign_off" if waits else "agreed",
        recommended_setting=recommended,
        feasible_setting=suggested.feasible_setting.code,
        chosen_setting=order.chosen_setting,
        matches_recommendation=order.chosen_setting == recommended,
        override_code=order.override_code,
        shared_decision=order.shared_decision,
        decided_on=dates.decided_on,
        admission_on=dates.admission_on,
        discharge_on=dates.discharge_on,
    )


def _of_plan(session: Session, plan_id: uuid.UUID, actor: Actor) -> tuple[Standing, PlanDecision]:
    """A decision and what it stands on, the case locked first. Raises NotFound."""
    row = session.execute(
        select(PlanDecision, Case, Client)
        .join(PlanDecision.case)
        .join(Case.client)
        .where(PlanDecision.id == plan_id)
        .with_for_update(of=Case)
    ).one_or_none()
    if row is None:
        raise NotFound("plan")
    relations.require(session, actor, Permission.PLAN_SIGN_OFF, row.Case, what="plan")
    recommendation = session.execute(
        select(Recommendation).where(Recommendation.id == row.PlanDecision.recommendation_id)
    ).scalar_one()
    return Standing(row.Case, row.Client, recommendation), row.PlanDecision


def _refuse_sign_off(standing: Standing, plan: PlanDecision, actor: Actor) -> None:
    """Only what waits, by somebody else, on the newest advice. Raises Conflict, Forbidden."""
    if plan.state != "awaiting_sign_off":
        raise Conflict(f"This decision is {plan.state}; it doesn't wait for a sign-off.")
    if plan.decided_by == actor.staff_id:
        raise Forbidden("A decision is signed off by somebody else than the person who took it.")
    if standing.recommendation.superseded_by is not None:
        raise Conflict("A newer recommendation was computed since; decide again beside it.")
    _refuse_undecidable(standing.case)
