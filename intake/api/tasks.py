"""Tasks: what is due, hand it over, say that it is done."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, timelines
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.shapes import CreatedOut, page_of
from intake.schemas.tasks import CaseTaskQuery, NewTaskIn, TaskChangeIn, TaskOut, TaskQuery
from intake.services import task_orders, tasks
from intake.services.task_changes import TaskChange
from intake.services.tasks import NewTask, TaskSearch

blp = Blueprint("tasks", __name__, description="What somebody has to do")
TASKS = page_of(TaskOut)()


@blp.route("/tasks", methods=["GET"])
@act(Permission.WORK_READ)
@blp.arguments(TaskQuery(), location="query")
@blp.response(200, TASKS)
def list_tasks(query: dict[str, Any]) -> Any:
    """Tasks of this site, the soonest due first."""
    search = TaskSearch(
        case_id=query.get("case_id"), state=query.get("state"), owner_id=query.get("owner_id")
    )
    now, wanted = work(), timelines.wanted(query)
    return timelines.envelope(tasks.list_page(now.session, search, wanted, actor=now.actor))


@blp.route("/cases/<uuid:case_id>/tasks", methods=["GET"])
@act(Permission.WORK_READ)
@blp.arguments(CaseTaskQuery(), location="query")
@blp.response(200, TASKS)
def list_tasks_of_case(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Tasks of one case, the soonest due first."""
    now, wanted = work(), timelines.wanted(query)
    page = tasks.of_case(now.session, case_id, wanted, actor=now.actor, state=query.get("state"))
    return timelines.envelope(page)


@blp.route("/cases/<uuid:case_id>/tasks", methods=["POST"])
@act(Permission.WORK_ADD, creates=True)
@blp.arguments(NewTaskIn())
@blp.response(201, CreatedOut())
def add_task(order: NewTask, case_id: uuid.UUID) -> Any:
    """Give somebody something to do in a case."""
    now = work()
    task = task_orders.add(now.session, case_id, order, actor=now.actor, now=now.now)
    return task, 201, concurrency.created(f"/api/v1/cases/{case_id}/tasks", task.version)


@blp.route("/tasks/<uuid:task_id>", methods=["PATCH"])
@act(Permission.WORK_CLOSE)
@blp.arguments(TaskChangeIn())
@blp.response(200, TaskOut())
def change_task(order: TaskChange, task_id: uuid.UUID) -> Any:
    """Finish a task, or hand it over."""
    now, version = work(), concurrency.if_match()
    task = tasks.change(now.session, task_id, order, version=version, actor=now.actor)
    return task, 200, concurrency.etag(task.version)
