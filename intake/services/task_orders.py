"""How does a person give themselves or a colleague something to do in a case?"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import FieldError, NotFound, ValidationFailed
from intake.models import Case, Client, Task
from intake.services import audit, duties, relations, tasks
from intake.services.audit import Event
from intake.services.tasks import NewTask

# The other kinds are opened by what they belong to, and close with it.
BY_HAND = ("call_client", "call_back", "review", "other")
FURTHEST = dt.timedelta(days=730)


def add(
    session: Session, case_id: uuid.UUID, order: NewTask, *, actor: Actor, now: dt.datetime
) -> Task:
    """Open a task of a case by hand, for its owner or the key worker.

    Raises as `relations.require`; ValidationFailed for a time that has passed, and for an owner
    who couldn't do it.
    """
    row = session.execute(
        select(Case, Client, relations.DRAFT_AUTHOR).join(Case.client).where(Case.id == case_id)
    ).one_or_none()
    if row is None:
        raise NotFound("case")
    relations.require(session, actor, Permission.WORK_ADD, row.Case, others=(row.draft_author,))
    if not now <= order.due_at <= now + FURTHEST:
        message = "Enter a time that lies ahead, within two years."
        raise ValidationFailed(FieldError("/due_at", "out_of_range", message))
    if order.owner_id is not None:
        duties.refuse_owner(session, order.kind, order.owner_id, actor)
    task = tasks.open_for_case(session, row.Case, row.Client, order)
    audit.record(
        session,
        Event("task", "create", "C", row=task, client_id=row.Client.id, sensitivity="P1"),
    )
    session.flush()
    return task
