"""What hangs on a case besides its lists: alerts, answers, obligations, moves, read from columns.

The columns are those of `case_page_query`, in which the database gives rows as JSON.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from intake.services.alert_answers import RULES


@dataclass(frozen=True, slots=True)
class AlertHere:
    """An alert that nobody has closed, with its condition in words."""

    id: uuid.UUID
    version: int
    code: str
    sentence: str
    priority: str
    state: str
    due_at: dt.datetime
    acknowledged_by: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class ConsentHere:
    """The newest answer to one purpose: given, refused, withdrawn, or expired by now."""

    purpose: str
    status: str
    decided_at: dt.datetime
    expires_on: dt.date | None


@dataclass(frozen=True, slots=True)
class FollowUpHere:
    """What the plan asks for and nobody has booked yet."""

    id: uuid.UUID
    code: str
    label: str
    due_by: dt.date


@dataclass(frozen=True, slots=True)
class SafetyHere:
    """The safety plan that counts: which version, and the day it was written."""

    version: int
    written_on: dt.date


@dataclass(frozen=True, slots=True)
class MoveHere:
    """One move that was made: when, from where and where to."""

    at: dt.datetime
    from_state: str | None
    to_state: str


def alerts(rows: Any) -> tuple[AlertHere, ...]:
    """The column `alerts`, the soonest to be answered first."""
    return tuple(
        AlertHere(
            uuid.UUID(one), version, code, _sentence(code), priority, state, _moment(due_at),
            uuid.UUID(by) if by else None,
        )
        for one, version, code, priority, state, due_at, by in rows or ()
    )  # fmt: skip


def consents(rows: Any, today: dt.date) -> tuple[ConsentHere, ...]:
    """The column `consents`, by purpose."""
    return tuple(
        ConsentHere(
            purpose, "expired" if until and _day(until) < today else status, _moment(at),
            _day(until) if until else None,
        )
        for purpose, status, at, until in rows or ()
    )  # fmt: skip


def follow_ups(rows: Any) -> tuple[FollowUpHere, ...]:
    """The column `follow_ups`, the soonest due first."""
    return tuple(
        FollowUpHere(uuid.UUID(one), code, label, _day(due_by))
        for one, code, label, due_by in rows or ()
    )


def moved(rows: Any) -> tuple[MoveHere, ...]:
    """The column `moved`, the earliest first."""
    return tuple(MoveHere(_moment(at), before, after) for at, before, after in rows or ())


def safety(row: Any) -> SafetyHere | None:
    """The column `safety`; None while there is no plan."""
    return SafetyHere(row[0], _day(row[1])) if row else None


def _sentence(code: str) -> str:
    rule = RULES.get(code)
    return rule.when.sentence if rule else f"Alert {code}"


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
