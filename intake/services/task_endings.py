"""Tasks that end with the act they asked for, or because nobody has to do them any more."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import update
from sqlalchemy.orm import Session

from intake.models import Case, Task


def end(session: Session, case: Case, kinds: Collection[str], state: str) -> None:
    """End the open tasks of some kinds in a case, in one statement.

    `state` is done or cancelled; whoever calls it records the act that ended them.
    """
    session.execute(
        update(Task)
        .where(Task.case_id == case.id, Task.kind.in_(kinds), Task.state == "open")
        .values(state=state, version=Task.version + 1)
        .execution_options(synchronize_session=False)
    )
