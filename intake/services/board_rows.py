"""How does one row of a board read, and what can the reader do with it next?"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from intake.clinical import completeness
from intake.clinical.completeness import COMPLETE
from intake.clinical.progress_notes import SIGN_WITHIN
from intake.models import Case
from intake.services import intake_answers, referrals, shown_names
from intake.services.alert_answers import RULES
from intake.services.board_actions import ACTIONS
from intake.services.board_lanes import Lane, Reader
from intake.services.identity import vault_of
from intake.services.reminder_reasons import in_words


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One thing that waits. `kind` says what, and with it what `code`, `detail` and `at` mean.

    `name` is the person's, for those who may read identities; `days` is how long it has waited.
    """

    kind: str
    id: uuid.UUID
    version: int | None
    state: str | None
    code: str | None
    detail: str | None
    words: str | None
    at: dt.datetime | None
    day: dt.date | None
    due_on: dt.date | None
    days: int | None
    is_overdue: bool
    owner_id: uuid.UUID | None
    about_id: uuid.UUID | None
    case_id: uuid.UUID | None
    case_reference: str | None
    case_state: str | None
    key_worker_id: uuid.UUID | None
    client_id: uuid.UUID | None
    name: str | None
    sections_complete: int | None
    sections_total: int | None
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Since when, or until when, a row is judged."""

    days: int | None
    is_overdue: bool
    due_on: dt.date | None = None


def view(session: Session, lane: Lane, row: Row[Any], reader: Reader) -> BoardRow:
    """One row with its case, its person's name where permitted, and its next steps."""
    case: Case | None = row.Case
    waiting = _waiting(lane.kind, row, reader)
    complete, total = _sections(session, row)
    return BoardRow(
        kind=lane.kind,
        id=row.id,
        version=row.version,
        state=row.state,
        code=row.code,
        detail=row.detail,
        words=_words(lane.kind, row),
        at=row.at,
        day=row.day,
        due_on=waiting.due_on,
        days=waiting.days,
        is_overdue=waiting.is_overdue,
        owner_id=row.owner_id,
        about_id=row.about_id,
        case_id=row.case_id,
        case_reference=case.reference if case else None,
        case_state=case.state if case else None,
        key_worker_id=case.key_worker_id if case else None,
        client_id=case.client_id if case else None,
        name=name_of(session, row, reader),
        sections_complete=complete,
        sections_total=total,
        actions=tuple(ACTIONS[lane.kind](row, reader)),
    )


def name_of(session: Session, row: Row[Any], reader: Reader) -> str | None:
    """The person's name, for whoever may read the identity of this very case's person."""
    if row.Case is None:
        return None
    author = row.owner_id if row.Intake is not None else None
    return shown_names.of(session, row.Case, row.Client, actor=reader.actor, others=(author,))


def _words(kind: str, row: Row[Any]) -> str | None:
    """What staff read of it, where the code alone says too little."""
    if kind == "alert":
        rule = RULES.get(row.code)
        return rule.when.sentence if rule else None
    if kind == "reminder":
        return in_words(row.state, row.code)
    words: str | None = row.words
    return words


def _waiting(kind: str, row: Row[Any], reader: Reader) -> _Waiting:
    """How long it has waited or is overdue, in days at the site, and whether that is too long."""
    if kind == "referral":
        until = row.Case.triaged_on or reader.today
        due = referrals.due_on(row.Case)
        return _Waiting((until - row.Case.referral_date).days, until > due, due)
    if kind in ("follow_up", "outbound_referral", "plan"):
        days = (reader.today - row.day).days
        return _Waiting(max(days, 0), is_overdue=days > 0, due_on=row.day)
    if kind in ("consent", "disclosure_consent"):
        return _Waiting(None, is_overdue=False, due_on=row.day)
    if kind in ("note", "draft", "grant"):
        waited = reader.now - row.at
        return _Waiting(waited.days, is_overdue=kind == "note" and waited > SIGN_WITHIN)
    return _Waiting(None, is_overdue=kind != "reminder" and row.at <= reader.now)


def _sections(session: Session, row: Row[Any]) -> tuple[int | None, int | None]:
    """How many sections of a draft lack nothing, and how many there are."""
    if row.Intake is None or row.Client.wrapped_key is None:
        return None, None
    answers = intake_answers.with_referral(row.Intake, row.Case, vault_of(session, row.Client))
    sections = completeness.sections(answers)
    return sum(one.state == COMPLETE for one in sections), len(sections)
