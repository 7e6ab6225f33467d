"""Tasks that end with the act they asked for, or because nobody has to do them any more."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.orm import Session

from intake.models import Case, Task


def end(session: Session, case: Case, kinds: Collection[str], state: str) -> None:
    """End the open tasks of some kinds in a case, in one statement.

    `state` is done or cancelled; whoever calls it records the act that ended them.
    """
    _end(session, and_(Task.case_id == case.id, Task.kind.in_(kinds)), state)


def end_for_referral(session: Session, referral_id: uuid.UUID, state: str) -> None:
    """End what asks after a referral out; as `end`."""
    _end(session, Task.outbound_referral_id == referral_id, state)


def end_for_placement(session: Session, placement_id: uuid.UUID, state: str) -> None:
    """End what offers a place; as `end`."""
    _end(session, Task.placement_id == placement_id, state)


def _end(session: Session, which: ColumnElement[bool], state: str) -> None:
    session.execute(
        update(Task)
        .where(which, Task.state == "open")
        .values(state=state, version=Task.version + 1)
        .execution_options(synchronize_session=False)
    )
