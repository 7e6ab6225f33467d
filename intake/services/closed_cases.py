"""A case that has ended is frozen: what was written stays, and nothing is added."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.models import Case, Client
from intake.services import cases, relations


def writable(
    session: Session, case_id: uuid.UUID, actor: Actor, permission: Permission
) -> tuple[Case, Client]:
    """A case to write in, held until the transaction ends, and its person.

    Raises as `relations.require`, Conflict when the case has ended.
    """
    case, client = cases.get_with_client(session, case_id)
    relations.require(session, actor, permission, case)
    cases.require_open(session, case)
    return case, client
