"""What a clinician decides, the second person's sign-off, and the follow-up that comes of it."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.plans import FollowUpQuery, FollowUpsOut, NewPlanIn, PlanLineOut, PlanOut
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import follow_ups, plan_views, plans
from intake.services.plan_orders import NewPlan

blp = Blueprint("plans", __name__, description="Plan decisions and their follow-up")


@blp.route("/cases/<uuid:case_id>/plans", methods=["GET"])
@act(Permission.PLAN_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(PlanLineOut)())
def list_plans(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Decisions of a case, the newest first."""
    now, wanted = work(), paging.wanted(query)
    return paging.envelope(plan_views.list_page(now.session, case_id, wanted, actor=now.actor))


@blp.route("/cases/<uuid:case_id>/plans", methods=["POST"])
@act(Permission.PLAN_DECIDE, creates=True)
@blp.arguments(NewPlanIn())
@blp.response(201, CreatedOut())
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


@blp.route("/plans/<uuid:plan_id>/actions/sign-off", methods=["POST"])
@act(Permission.PLAN_SIGN_OFF)
@blp.response(200, PlanOut())
def sign_off_plan(plan_id: uuid.UUID) -> Any:
    """Agree to somebody else's choice below a safety floor."""
    now = work()
    version = concurrency.if_match()
    agreed = plans.sign_off(now.session, plan_id, version=version, actor=now.actor, now=now.now)
    return agreed, 200, concurrency.etag(agreed.version)


@blp.route("/cases/<uuid:case_id>/follow-ups", methods=["GET"])
@act(Permission.FOLLOW_UP_READ)
@blp.arguments(FollowUpQuery(), location="query")
@blp.response(200, FollowUpsOut())
def list_follow_ups(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """What is due in a case, by due date."""
    now, state = work(), query.get("state")
    return {"data": follow_ups.list_for(now.session, case_id, actor=now.actor, state=state)}
