"""What a clinician decides, the second person's sign-off, and the follow-up that comes of it."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.plans import (
    FollowUpQuery,
    FollowUpsOut,
    NewPlanIn,
    PlanChangeIn,
    PlanLineOut,
    PlanMadeOut,
    PlanOut,
    PlanReturnIn,
)
from intake.schemas.shapes import PageQuery, page_of
from intake.services import follow_ups, plan_sign_off, plan_views, plans
from intake.services.plan_orders import NewPlan, PlanChange

blp = Blueprint("plans", __name__, description="Plan decisions and their follow-up")


@blp.route("/cases/<uuid:case_id>/plans", methods=["GET"])
@act(Permission.PLAN_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(PlanLineOut)())
def list_plans(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Decisions of a case, the newest first; each says from when until when it was in force."""
    now, wanted = work(), paging.wanted(query)
    return paging.envelope(plan_views.list_page(now.session, case_id, wanted, actor=now.actor))


@blp.route("/cases/<uuid:case_id>/plans", methods=["POST"])
@act(Permission.PLAN_DECIDE, creates=True)
@blp.arguments(NewPlanIn())
@blp.response(201, PlanMadeOut())
def decide_plan(order: NewPlan, case_id: uuid.UUID) -> Any:
    """Choose a setting; below a safety floor it waits for a clinical lead's sign-off."""
    now = work()
    made = plans.decide(now.session, case_id, order, actor=now.actor, now=now.now)
    return made, 201, concurrency.created(f"/api/v1/plans/{made.id}", made.version)


@blp.route("/plans/<uuid:plan_id>", methods=["GET"])
@act(Permission.PLAN_READ)
@blp.response(200, PlanOut())
def read_plan(plan_id: uuid.UUID) -> Any:
    """One decision with its reason."""
    found = plan_views.read(work().session, plan_id, actor=work().actor)
    return found, 200, concurrency.etag(found.version, whole=True)


@blp.route("/plans/<uuid:plan_id>", methods=["PATCH"])
@act(Permission.PLAN_DECIDE)
@blp.arguments(PlanChangeIn())
@blp.response(200, PlanOut())
def change_plan(order: PlanChange, plan_id: uuid.UUID) -> Any:
    """Set another day of review, or write down the person's view."""
    now, version = work(), concurrency.if_match()
    changed = plans.change(
        now.session, plan_id, order, version=version, actor=now.actor, now=now.now
    )
    return changed, 200, concurrency.etag(changed.version)


@blp.route("/plans/<uuid:plan_id>/actions/sign-off", methods=["POST"])
@act(Permission.PLAN_SIGN_OFF)
@blp.response(200, PlanOut())
def sign_off_plan(plan_id: uuid.UUID) -> Any:
    """Agree to somebody else's choice below a safety floor."""
    now = work()
    version = concurrency.if_match()
    agreed = plan_sign_off.sign_off(
        now.session, plan_id, version=version, actor=now.actor, now=now.now
    )
    return agreed, 200, concurrency.etag(agreed.version)


@blp.route("/plans/<uuid:plan_id>/actions/return", methods=["POST"])
@act(Permission.PLAN_SIGN_OFF)
@blp.arguments(PlanReturnIn())
@blp.response(200, PlanOut())
def return_plan(order: dict[str, str], plan_id: uuid.UUID) -> Any:
    """Return somebody else's choice with a comment; what was in force before stays so."""
    now, version = work(), concurrency.if_match()
    returned = plan_sign_off.send_back(
        now.session, plan_id, order["comment"], version=version, actor=now.actor, now=now.now
    )
    return returned, 200, concurrency.etag(returned.version)


@blp.route("/cases/<uuid:case_id>/follow-ups", methods=["GET"])
@act(Permission.FOLLOW_UP_READ)
@blp.arguments(FollowUpQuery(), location="query")
@blp.response(200, FollowUpsOut())
def list_follow_ups(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """What is due in a case, by due date."""
    now, state = work(), query.get("state")
    return {"data": follow_ups.list_for(now.session, case_id, actor=now.actor, state=state)}
