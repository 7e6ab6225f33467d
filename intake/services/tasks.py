"""What somebody has to do: open a task, list what is due, hand it over, say that it is done."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from sqlalchemy import or_
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import PreconditionFailed
from intake.models import Case, Client, Task
from intake.services import audit, relations, sealed_text, task_changes, task_views, timelines
from intake.services.audit import Event
from intake.services.identity import vault_of
from intake.services.task_changes import TaskChange
from intake.services.task_views import FIELD, Query, TaskView


@dataclass(frozen=True, slots=True)
class NewTask:
    """Something to be done in a case by `due_at` (clinic time); `note` is stored sealed.

    `source` is what it came from, `assessment_id` or `appointment_id` the score or visit it
    answers; without an `owner_id` it is the key worker's.
    """

    kind: str
    due_at: dt.datetime
    note: str
    source: str = "person"
    owner_id: uuid.UUID | None = None
    assessment_id: uuid.UUID | None = None
    appointment_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class TaskSearch:
    """Which tasks; each filter narrows."""

    case_id: uuid.UUID | None = None
    state: str | None = None
    owner_id: uuid.UUID | None = None


def open_for_case(session: Session, case: Case, client: Client, order: NewTask) -> Task:
    """Open a task of a case for its owner, or for nobody in particular while there is none.

    Whoever calls it records the act that made it necessary.
    """
    task = Task(
        site_id=case.site_id,
        case_id=case.id,
        assessment_id=order.assessment_id,
        appointment_id=order.appointment_id,
        kind=order.kind,
        source=order.source,
        owner_id=order.owner_id or case.key_worker_id,
        due_at=order.due_at,
        state="open",
    )
    words = {"note": order.note}
    task.sealed = sealed_text.seal(FIELD, task.id, words, vault_of(session, client))
    session.add(task)
    return task


def list_page(
    session: Session, search: TaskSearch, wanted: timelines.Wanted, *, actor: Actor
) -> timelines.Timeline[TaskView]:
    """Tasks the actor may see, the soonest due first; the identifiers shown are recorded."""
    seen = relations.visible(session, actor, Permission.WORK_READ, also=(Task.owner_id,))
    query = task_views.selected().where(or_(seen, Task.case_id.is_(None)))
    if search.case_id is not None:
        query = query.where(Task.case_id == search.case_id)
    if search.state is not None:
        query = query.where(Task.state == search.state)
    if search.owner_id is not None:
        query = query.where(Task.owner_id == search.owner_id)
    return _page(session, query, wanted, client_id=None)


def of_case(
    session: Session, case_id: uuid.UUID, wanted: timelines.Wanted, *, actor: Actor,
    state: str | None = None,
) -> timelines.Timeline[TaskView]:  # fmt: skip
    """Tasks of one case, the soonest due first; it is recorded. Raises as `relations.require`."""
    case = relations.case(session, case_id, actor, Permission.WORK_READ)
    query = task_views.selected().where(Task.case_id == case.id)
    if state is not None:
        query = query.where(Task.state == state)
    return _page(session, query, wanted, client_id=case.client_id)


def change(
    session: Session, task_id: uuid.UUID, order: TaskChange, *, version: int, actor: Actor
) -> TaskView:
    """Finish a task, hand it over, or take back that it was finished.

    Raises NotFound, PreconditionFailed, Forbidden for somebody else's, ValidationFailed when
    nothing is asked or the new owner couldn't do it, Conflict when it is closed already, closes
    with something else, or asks one person alone.
    """
    row = task_views.loaded(session, task_id, actor, Permission.WORK_CLOSE)
    task = row.Task
    if task.version != version:
        raise PreconditionFailed(task.version)
    task_changes.refuse(session, task, order, actor)
    changed = _apply(task, order)
    if order.note is not None:
        vault = task_views.vault(session, row)
        words = sealed_text.opened(FIELD, task.id, task.sealed, vault)
        words["closing_note"] = order.note
        task.sealed = sealed_text.seal(FIELD, task.id, words, vault)
    whose = row.Client.id if row.Client else None
    what = "reopen" if order.state == "open" else order.state or "hand_over"
    act = Event("task", what, "U", row=task, client_id=whose)
    audit.record(session, replace(act, fields=changed, sensitivity="P1"))
    session.flush()
    return task_views.view(session, row)


def _apply(task: Task, order: TaskChange) -> tuple[str, ...]:
    """Write the change; the names of the fields it touched."""
    hands_over = order.owner_id is not None or order.releases
    task.state = order.state or task.state
    task.owner_id = order.owner_id if hands_over else task.owner_id
    asked = {"state": order.state, "owner_id": hands_over or None, "closing_note": order.note}
    return tuple(name for name, value in asked.items() if value is not None)


def _page(
    session: Session, query: Query, wanted: timelines.Wanted, *, client_id: uuid.UUID | None
) -> timelines.Timeline[TaskView]:
    columns = Task.__table__.c
    page = timelines.fetch(
        session,
        query,
        order=timelines.Order(columns.due_at, columns.id),
        wanted=wanted,
        show=lambda row: task_views.view(session, row),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "task", shown, client_id=client_id, sensitivity="P1")
    return page
