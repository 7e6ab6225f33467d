"""How is a task finished, called off, or opened again?"""

from __future__ import annotations

import uuid
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.schemas.tasks import TaskChangeIn
from intake.services import plan_views, task_views, tasks
from intake.services.task_changes import CLOSES_WITH, SECOND_OPINION
from intake.services.task_views import TaskView
from intake.web import case_cards, case_words, forms, pages, words
from intake.web.proposal_words import PLACES, PROPOSED
from intake.web.screens import Screen

blp = Screen("tasks", __name__)
DONE = {"done": "task_done", "cancelled": "task_cancelled", "open": "task_open"}


@blp.page("/tasks/<uuid:task_id>")
@act(Permission.WORK_READ)
def show(task_id: uuid.UUID) -> Response:
    """One task, with what was said of it and how it is finished."""
    now = work()
    found = task_views.read(now.session, task_id, actor=now.actor)
    title, text = case_cards.task_words(found)
    return pages.page(
        "tasks/show.html",
        found=found,
        title=title,
        text=text,
        kind=case_words.of(case_words.TASKS, found.kind),
        due=words.moment(found.due_at, now.actor.time_zone),
        closes_with=CLOSES_WITH.get(found.kind, ""),
        form=forms.form(version=found.version),
        onward=_asked_about(found),
        may_close=now.actor.may(Permission.WORK_CLOSE),
    )


@blp.form("/tasks/<uuid:task_id>")
@act(Permission.WORK_CLOSE)
def change(task_id: uuid.UUID) -> Response:
    """It is done, not needed any more, or open again; the page of its case offers to undo that."""
    now, version = work(), form_parts.version()
    order = forms.load(TaskChangeIn())
    found = tasks.change(now.session, task_id, order, version=version, actor=now.actor)
    return _onward(found)


def _asked_about(found: TaskView) -> tuple[str, str] | None:
    """Where what the task asks about is read and answered: label and address."""
    now = work()
    if found.alert_id is not None:
        return "Go to the alert", url_for("console.alerts.show", alert_id=found.alert_id)
    if found.case_id is None:
        return None
    if found.kind == PROPOSED:
        return "Go to the proposal", url_for(PLACES[PROPOSED], case_id=found.case_id)
    if found.kind == SECOND_OPINION:
        is_asked = found.owner_id == now.actor.staff_id and found.state == "open"
        to = url_for("console.second_opinions.show", opinion_id=found.id)
        return ("Read the question", to) if is_asked else None
    plan_id = plan_views.asked_about(now.session, found.case_id, found.kind, actor=now.actor)
    if plan_id is None:
        return None
    return "Go to the decision", url_for("console.plans.decision", plan_id=plan_id)


def _onward(found: TaskView) -> Response:
    """To the case, where the act can be taken back; a task of the site has no case."""
    done = DONE[found.state]
    if found.case_id is None:
        return pages.go("console.tasks.show", task_id=found.id, done=done)
    undo: dict[str, Any] = (
        {} if found.state == "open" else {"undo": found.id, "undo_version": found.version}
    )
    return pages.go("console.cases.show", case_id=found.case_id, done=done, **undo)
