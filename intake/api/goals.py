"""Goals of a plan: set, read with their history, change."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.goals import GoalChangeIn, GoalHistoryOut, GoalOut, NewGoalIn
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import goal_views, goals
from intake.services.goals import GoalChange
from intake.services.plan_orders import NewGoal

blp = Blueprint("goals", __name__, description="What a person wants to reach")


@blp.route("/plans/<uuid:plan_id>/goals", methods=["GET"])
@act(Permission.PLAN_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(GoalOut)())
def list_goals(query: dict[str, Any], plan_id: uuid.UUID) -> Any:
    """Goals of a plan, the newest first; with the plan in force, every active one of the case."""
    now, wanted = work(), paging.wanted(query)
    return paging.envelope(goal_views.list_page(now.session, plan_id, wanted, actor=now.actor))


@blp.route("/plans/<uuid:plan_id>/goals", methods=["POST"])
@act(Permission.PLAN_DECIDE, creates=True)
@blp.arguments(NewGoalIn())
@blp.response(201, CreatedOut())
def set_goal(order: NewGoal, plan_id: uuid.UUID) -> Any:
    """Set a goal; a case that lacked nothing else moves on to plan_chosen."""
    now = work()
    made = goals.create(now.session, plan_id, order, actor=now.actor, now=now.now)
    return made, 201, concurrency.created(f"/api/v1/goals/{made.id}", made.version)


@blp.route("/goals/<uuid:goal_id>", methods=["GET"])
@act(Permission.PLAN_READ)
@blp.response(200, GoalHistoryOut())
def read_goal(goal_id: uuid.UUID) -> Any:
    """One goal with every version of it."""
    found = goal_views.read(work().session, goal_id, actor=work().actor)
    return found, 200, concurrency.etag(found.version, whole=True)


@blp.route("/goals/<uuid:goal_id>", methods=["PATCH"])
@act(Permission.PLAN_DECIDE)
@blp.arguments(GoalChangeIn())
@blp.response(200, GoalOut())
def change_goal(order: GoalChange, goal_id: uuid.UUID) -> Any:
    """Change a goal, or say how far it got; what it was is kept."""
    now, version = work(), concurrency.if_match()
    changed = goals.change(
        now.session, goal_id, order, version=version, actor=now.actor, now=now.now
    )
    return changed, 200, concurrency.etag(changed.version)
