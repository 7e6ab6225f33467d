"""What a clinician decides: checked against the recommendation, put into force or left to wait.

A suggestion is never a decision: what was recommended, what was feasible and what was chosen are
stored side by side. While a choice below a safety floor waits for its sign-off, the schedule of
the decision before stays planned: nobody is left without a follow-up.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from intake.access import Actor, Permission
from intake.clinical import decision
from intake.clinical.decision import Circumstances
from intake.errors import (
    Conflict,
    FieldError,
    FieldErrors,
    NotFound,
    PreconditionFailed,
    ValidationFailed,
)
from intake.models import Case, Client, PlanDecision, Recommendation
from intake.services import (
    cases,
    consents,
    goals,
    identity,
    outbound_planning,
    plan_arms,
    plan_effects,
    plan_orders,
    plan_views,
    recommendations,
    relations,
)
from intake.services.plan_effects import Standing
from intake.services.plan_orders import NewPlan, PlanChange
from intake.services.plan_views import PlanView

# Treatment that has begun may be stepped up, stepped down or revised.
DECIDABLE = ("assessed", "plan_chosen", "active", "step_down")
IN_FORCE = aliased(PlanDecision)
WORDS = ("override_reason", "client_view", "change_reason")


def decide(
    session: Session, case_id: uuid.UUID, order: NewPlan, *, actor: Actor, now: dt.datetime
) -> PlanView:
    """Choose a setting beside the newest recommendation.

    `agreed` at once, or `awaiting_sign_off` below a safety floor. Raises ValidationFailed,
    NotFound, Conflict when case or recommendation doesn't allow it, Forbidden to name the key
    worker.
    """
    standing = _standing(session, case_id, order.recommendation_id, actor)
    case, today = standing.case, cases.local_date(now, actor)
    plan = _decision(session, standing, order, today=today)
    plan.decided_by = actor.staff_id
    said = {name: getattr(order, name) for name in WORDS}
    plan_views.add_words(standing.vault, plan, **said)
    named = plan_effects.new_key_worker(session, case, order.key_worker_id, actor)
    _take_the_place(session, standing, plan, today=today)
    session.add(plan)
    # Rows that point to it come next, and nothing else tells their order.
    session.flush()
    goals.add(session, plan, order.goals, client=standing.client, actor=actor, now=now)
    plan_effects.note(session, plan, case, "decide")
    if plan.state == "awaiting_sign_off":
        plan_effects.ask_for_sign_off(session, standing, now=now)
    else:
        is_first = standing.plan is None
        plan_effects.put_into_force(session, standing, plan, is_first=is_first, now=now)
        outbound_planning.plan_from(session, standing, plan, actor=actor, now=now)
    plan_effects.move_on(session, standing, plan, actor=actor, now=now, key_worker_id=named)
    if plan.state != "awaiting_sign_off":
        plan_effects.ask_for_dates(session, standing, plan, now=now)
    session.flush()
    return plan_views.view(plan, standing.vault)


def change(
    session: Session, plan_id: uuid.UUID, order: PlanChange, *, version: int, actor: Actor,
    now: dt.datetime,
) -> PlanView:  # fmt: skip
    """Set another day of review, or write down the person's view; the choice is decided anew.

    Raises NotFound, PreconditionFailed, ValidationFailed, Conflict when it no longer counts or the
    case has ended.
    """
    plan, case, client = plan_views.load(session, plan_id, actor, Permission.PLAN_DECIDE)
    if plan.version != version:
        raise PreconditionFailed(plan.version)
    cases.require_open(session, case)
    if plan.state in ("superseded", "returned"):
        raise Conflict(f"This decision is {plan.state}; change the one that counts.")
    errors, vault = FieldErrors(), identity.vault_of(session, client)
    if "review_on" in order.given:
        on, today = order.given["review_on"], cases.local_date(now, actor)
        plan_orders.check_review(on, today=today, errors=errors)
        errors.raise_if_any()
        plan.review_on = on
    if "client_view" in order.given:
        plan_views.add_words(vault, plan, client_view=order.given["client_view"])
    is_changed = session.is_modified(plan)
    act = "update" if is_changed else "read"
    plan_effects.note(session, plan, case, act, fields=tuple(order.given))
    session.flush()
    return plan_views.view(plan, vault)


def _take_the_place(
    session: Session, standing: Standing, plan: PlanDecision, *, today: dt.date
) -> None:
    """What counted until now no longer does; what is in force stays so until a sign-off."""
    before, case = standing.plan, standing.case
    if plan.state == "agreed":
        plan_arms.begin(session, standing, plan, today=today)
    if before is not None and before.state != "superseded":
        plan_effects.supersede(session, before, case)
    else:
        plan_effects.end_tasks(session, case, "cancelled")


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
    refuse_undecidable(locked.Case)
    row = session.execute(
        select(Recommendation, PlanDecision, IN_FORCE)
        .outerjoin(
            PlanDecision,
            and_(
                PlanDecision.case_id == Recommendation.case_id,
                PlanDecision.state.not_in(("superseded", "returned")),
            ),
        )
        .outerjoin(
            IN_FORCE,
            and_(IN_FORCE.case_id == Recommendation.case_id, plan_arms.is_open(IN_FORCE)),
        )
        .where(Recommendation.case_id == case_id, Recommendation.superseded_by.is_(None))
    ).one_or_none()
    if row is None or row[0].id != recommendation_id:
        _refuse_recommendation(session, recommendation_id)
        raise Conflict("This isn't the newest recommendation of the case; read it again.")
    if row[0].status != "complete":
        missing = ", ".join(row[0].result["missing"])
        raise Conflict(f"The recommendation is incomplete; it still needs: {missing}.")
    vault = identity.vault_of(session, locked.Client)
    return Standing(locked.Case, locked.Client, row[0], vault, plan=row[1], in_force=row[2])


def refuse_undecidable(case: Case) -> None:
    """A plan is decided from the assessment until the end. Raises Conflict."""
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


def _decision(
    session: Session, standing: Standing, order: NewPlan, *, today: dt.date
) -> PlanDecision:
    """The row of a checked order, its state included. Raises ValidationFailed."""
    known = recommendations.evaluation_of(standing.recommendation)
    suggested = known.recommendation.plan
    if suggested is None:
        raise Conflict("The recommendation is incomplete; compute it again.")
    recommended, setting = suggested.recommended_setting.code, order.chosen_setting
    before = standing.in_force.chosen_setting if standing.in_force else None
    dates = plan_orders.checked_dates(order, recommended=recommended, before=before, today=today)
    floors = decision.fired_floors(known)
    waits = decision.needs_sign_off(floors, setting, known.rule_set)
    consented = consents.current(session, standing.client.id, today=today)
    circumstances = Circumstances(consents_to_treatment=consented.get("treatment") == "given")
    cautions = decision.cautions(known, setting=setting, known=circumstances)
    return PlanDecision(
        site_id=standing.case.site_id,
        case_id=standing.case.id,
        recommendation_id=standing.recommendation.id,
        state="awaiting_sign_off" if waits else "agreed",
        recommended_setting=recommended,
        feasible_setting=suggested.feasible_setting.code,
        chosen_setting=setting,
        matches_recommendation=setting == recommended,
        override_code=order.override_code,
        shared_decision=order.shared_decision,
        agreed_on=order.agreed_on,
        agreed_how=order.agreed_how,
        adjuncts=None if order.adjuncts is None else sorted(set(order.adjuncts)),
        decided_on=dates.decided_on,
        admission_on=dates.admission_on,
        discharge_on=dates.discharge_on,
        review_on=order.review_on or decision.review_on(setting, dates.decided_on),
        change_code=order.change_code,
        cautions=[asdict(one) for one in cautions],
    )
