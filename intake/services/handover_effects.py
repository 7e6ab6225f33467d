"""What changes with a handover? The key workers of its cases, and what goes with them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from intake import database
from intake.models import Case, Handover, HandoverCase, Task
from intake.services import audit, sealed_text, takeovers
from intake.services.audit import Event
from intake.services.takeovers import Change

TASK_FIELD = "tasks.sealed"
ANSWER_WITHIN = dt.timedelta(days=2)
TASK_NOTE = "You are asked to take over cases of a colleague: read the handover, accept or refuse."


def offered(session: Session, row: Handover) -> Sequence[Case]:
    """The cases of a handover, locked in the order of their identifiers."""
    return session.scalars(
        select(Case)
        .join(HandoverCase, HandoverCase.case_id == Case.id)
        .where(HandoverCase.handover_id == row.id)
        .order_by(Case.id)
        .with_for_update(of=Case)
    ).all()


def give(session: Session, row: Handover, taken: Sequence[Case], now: dt.datetime) -> None:
    """Cases get their new key worker, each with its event; what is open in them goes too."""
    ids, to = [one.id for one in taken], row.to_staff_id
    if ids:
        session.execute(
            update(Case)
            .where(Case.id.in_(ids))
            .values(key_worker_id=to, version=Case.version + 1)
            .execution_options(synchronize_session=False)
        )
    for one in taken:
        set_committed_value(one, "key_worker_id", to)
        set_committed_value(one, "version", one.version + 1)
    note_cases(session, taken, "hand_over", fields=("key_worker_id",))
    change = Change(row.from_staff_id, to)
    takeovers.follow(session, ids, change, now=now, takes_all_tasks=row.takes_all_tasks)


def settle(
    session: Session, row: Handover, outcome: str, cases: Sequence[uuid.UUID] | None = None
) -> None:
    """What became of all cases of a handover, or of some."""
    which = HandoverCase.handover_id == row.id
    if cases is not None:
        which = which & HandoverCase.case_id.in_(cases)
    session.execute(
        update(HandoverCase)
        .where(which)
        .values(outcome=outcome)
        .execution_options(synchronize_session=False)
    )


def ask(session: Session, row: Handover, now: dt.datetime) -> uuid.UUID:
    """A task of the site for the colleague: an offer nobody answers would be forgotten."""
    task = Task(
        site_id=row.site_id,
        kind="accept_handover",
        owner_id=row.to_staff_id,
        due_at=now + ANSWER_WITHIN,
        state="open",
    )
    vault = database.keyring(session).application_vault()
    task.sealed = sealed_text.seal(TASK_FIELD, task.id, {"note": TASK_NOTE}, vault)
    session.add(task)
    session.flush()
    return task.id


def note_cases(
    session: Session, cases: Sequence[Case], act: str, *, fields: tuple[str, ...] = ()
) -> None:
    """One event for each case: its people read in its access log that it changed hands."""
    for one in cases:
        action = "U" if fields else "R"
        event = Event("case", act, action, row=one, client_id=one.client_id)
        audit.record(session, replace(event, fields=fields))
