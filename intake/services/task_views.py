"""A task as staff read it: its words opened, with the case it belongs to."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from intake import database
from intake.access import Actor, Permission, Scope
from intake.crypto import Vault
from intake.errors import Forbidden, NotFound
from intake.models import Case, Client, Task
from intake.services import audit, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of

Query = Select[*tuple[Any, ...]]
FIELD = "tasks.sealed"


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as staff read it: `note` is what to do, `closing_note` what was done."""

    id: uuid.UUID
    version: int
    kind: str
    state: str
    source: str | None
    due_at: dt.datetime
    owner_id: uuid.UUID | None
    case_id: uuid.UUID | None
    case_reference: str | None
    alert_id: uuid.UUID | None
    note: str | None
    closing_note: str | None
    created_at: dt.datetime


def read(session: Session, task_id: uuid.UUID, *, actor: Actor) -> TaskView:
    """One task; the read is recorded. Raises as `loaded`."""
    row = loaded(session, task_id, actor, Permission.WORK_READ)
    whose = row.Client.id if row.Client else None
    audit.record(session, Event("task", "read", "R", row=row.Task, client_id=whose))
    return view(session, row)


def loaded(session: Session, task_id: uuid.UUID, actor: Actor, permission: Permission) -> Row[Any]:
    """A task with its case and person, in one statement.

    Some close what is theirs or nobody's, and see the rest: Forbidden. Raises NotFound, and as
    `relations.require`.
    """
    row = session.execute(selected().where(Task.id == task_id)).one_or_none()
    if row is None:
        raise NotFound("task")
    task, own = row.Task, actor.scope(permission) is Scope.OWN
    if row.Case is not None:
        needed = Permission.WORK_READ if own else permission
        relations.require(session, actor, needed, row.Case, others=(task.owner_id,), what="task")
    if own and task.owner_id is not None and task.owner_id not in actor.stands_for:
        raise Forbidden("This task belongs to a colleague; the clinical lead can hand it over.")
    return row


def open_of(session: Session, case: Case, most: int) -> list[TaskView]:
    """Open tasks of a case, the soonest due first, for who was let through and records it."""
    columns = Task.__table__.c
    rows = session.execute(
        selected()
        .where(Task.case_id == case.id, Task.state == "open")
        .order_by(columns.due_at, columns.id)
        .limit(most)
    )
    return [view(session, row) for row in rows]


def selected() -> Query:
    """Tasks with case and person: their key opens the note."""
    return select(Task, Case, Client).outerjoin(Task.case).outerjoin(Case.client)


def vault(session: Session, row: Row[Any]) -> Vault:
    """The person's key; the application's for a task of the site itself."""
    if row.Client is None:
        return database.keyring(session).application_vault()
    return vault_of(session, row.Client)


def view(session: Session, row: Row[Any]) -> TaskView:
    """One row of `selected`, opened."""
    task: Task = row.Task
    words = sealed_text.opened(FIELD, task.id, task.sealed, vault(session, row))
    return TaskView(
        id=task.id,
        version=task.version,
        kind=task.kind,
        state=task.state,
        source=task.source,
        due_at=task.due_at,
        owner_id=task.owner_id,
        case_id=task.case_id,
        case_reference=row.Case.reference if row.Case else None,
        alert_id=task.alert_id,
        note=words.get("note"),
        closing_note=words.get("closing_note"),
        created_at=task.created_at,
    )
