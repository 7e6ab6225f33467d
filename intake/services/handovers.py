"""One worker's cases go to a colleague who accepts them; until then they stay where they are.

Acceptance is the handover: no case and no task is without an owner at any moment. What changed
hands or ended since the offer is left out and told.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake import database
from intake.access import Actor
from intake.clinical import lifecycle
from intake.errors import Conflict, FieldErrors, NotFound, PreconditionFailed
from intake.models import Case, Handover, HandoverCase, Task
from intake.services import audit, duties, handover_effects, handover_views, sealed_text
from intake.services.audit import Event
from intake.services.cases import local_date
from intake.services.handover_views import FIELD, HandoverView

MOST_CASES = 200
ANSWERS = {"accept": "accepted", "refuse": "refused", "withdraw": "withdrawn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHandover:
    """Which cases go from whom to whom; `from_on` is the first day it can be accepted.

    `takes_all_tasks`: every open task of the worker goes, not only those of these cases.
    """

    from_staff_id: uuid.UUID
    to_staff_id: uuid.UUID
    case_ids: tuple[uuid.UUID, ...]
    from_on: dt.date | None = None
    takes_all_tasks: bool = False
    note: str | None = None


def offer(session: Session, order: NewHandover, *, actor: Actor, now: dt.datetime) -> HandoverView:
    """Offer cases to a colleague; nothing changes hands yet. Raises ValidationFailed."""
    today = local_date(now, actor)
    _check(order, today)
    duties.refuse_unable(
        session, order.to_staff_id, duties.ANSWER_FOR_CASES, pointer="/to_staff_id", actor=actor
    )
    cases = _theirs(session, order)
    row = Handover(
        site_id=actor.site_id,
        from_staff_id=order.from_staff_id,
        to_staff_id=order.to_staff_id,
        from_on=order.from_on or today,
        takes_all_tasks=order.takes_all_tasks,
        state="offered",
        asked_by=actor.staff_id,
    )
    if order.note is not None:
        _add_words(session, row, {"note": order.note})
    row.task_id = handover_effects.ask(session, row, now)
    session.add(row)
    session.flush()
    session.add_all(
        HandoverCase(site_id=row.site_id, handover_id=row.id, case_id=one.id, outcome="offered")
        for one in cases
    )
    _note(session, row, "offer", "C")
    handover_effects.note_cases(session, cases, "offer")
    session.flush()
    return handover_views.view(session, row, [(one.id, "offered") for one in cases])


def accept(
    session: Session, handover_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> HandoverView:
    """Take over the cases, and the tasks and visits in them, at once.

    Raises NotFound, PreconditionFailed, Conflict before its day or when it was answered.
    """
    row = _to_answer(session, handover_id, version, actor)
    if local_date(now, actor) < row.from_on:
        raise Conflict(
            f"It can be accepted from {row.from_on.isoformat()} on; "
            "for the days before, a clinical lead can arrange a cover."
        )
    taken = [
        one
        for one in handover_effects.offered(session, row)
        if one.key_worker_id == row.from_staff_id and one.state not in lifecycle.TERMINAL_STATES
    ]
    handover_effects.give(session, row, taken, now)
    handover_effects.settle(session, row, "left_out")
    handover_effects.settle(session, row, "handed_over", [one.id for one in taken])
    return _answered(session, row, "accept", actor=actor, now=now)


def refuse(
    session: Session, handover_id: uuid.UUID, reason: str, *, version: int, actor: Actor,
    now: dt.datetime,
) -> HandoverView:  # fmt: skip
    """Say no, with a reason: the cases stay where they are. Raises as `accept`."""
    row = _to_answer(session, handover_id, version, actor)
    _add_words(session, row, {"refusal": reason})
    handover_effects.settle(session, row, "kept")
    return _answered(session, row, "refuse", actor=actor, now=now)


def withdraw(
    session: Session, handover_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> HandoverView:
    """Take an offer back: the cases stay where they are. Raises as `accept`."""
    row = handover_views.load(session, handover_id, is_locked=True)
    _refuse_answered(row, version)
    handover_effects.settle(session, row, "kept")
    return _answered(session, row, "withdraw", actor=actor, now=now)


def _check(order: NewHandover, today: dt.date) -> None:
    """What can be told wrong without reading anything."""
    errors = FieldErrors()
    if order.from_staff_id == order.to_staff_id:
        errors.add("/to_staff_id", "same_person", "Name a colleague of the worker.")
    if order.from_on is not None and order.from_on < today:
        errors.add("/from_on", "in_past", "Enter today or a later day.")
    if len(set(order.case_ids)) != len(order.case_ids):
        errors.add("/case_ids", "repeated", "Name each case once.")
    errors.raise_if_any()


def _theirs(session: Session, order: NewHandover) -> Sequence[Case]:
    """The open cases of that worker. Raises ValidationFailed naming each that is none."""
    cases = session.scalars(
        select(Case).where(
            Case.id.in_(order.case_ids),
            Case.key_worker_id == order.from_staff_id,
            Case.state.not_in(lifecycle.TERMINAL_STATES),
        )
    ).all()
    known, errors = {one.id for one in cases}, FieldErrors()
    for place, case_id in enumerate(order.case_ids):
        if case_id not in known:
            message = "This is no open case of that worker."
            errors.add(f"/case_ids/{place}", "not_theirs", message)
    errors.raise_if_any()
    return cases


def _to_answer(session: Session, handover_id: uuid.UUID, version: int, actor: Actor) -> Handover:
    """An offer to the acting person, locked. Raises NotFound for anybody else."""
    row = handover_views.load(session, handover_id, is_locked=True)
    if row.to_staff_id != actor.staff_id:
        raise NotFound("handover")
    _refuse_answered(row, version)
    return row


def _refuse_answered(row: Handover, version: int) -> None:
    if row.version != version:
        raise PreconditionFailed(row.version)
    if row.state != "offered":
        raise Conflict(f"This handover is {row.state}; it is answered only once.")


def _answered(
    session: Session, row: Handover, act: str, *, actor: Actor, now: dt.datetime
) -> HandoverView:
    """Store the answer; the task that asked for it is done."""
    row.state, row.answered_by, row.answered_at = ANSWERS[act], actor.staff_id, now
    _note(session, row, act, "U", fields=("state",))
    session.execute(
        update(Task)
        .where(Task.id == row.task_id, Task.state == "open")
        .values(state="done", version=Task.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    return handover_views.view(session, row, handover_views.outcomes(session, row))


def _add_words(session: Session, row: Handover, words: dict[str, str]) -> None:
    vault = database.keyring(session).application_vault()
    before = sealed_text.opened(FIELD, row.id, row.sealed, vault)
    row.sealed = sealed_text.seal(FIELD, row.id, before | words, vault)


def _note(
    session: Session, row: Handover, act: str, action: str, *, fields: tuple[str, ...] = ()
) -> None:
    audit.record(session, Event("handover", act, action, row=row, fields=fields))
