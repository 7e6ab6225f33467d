"""What is asked of a caseload, and what does one answer?"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaseloadSearch:
    """Whose cases, and which of them; each filter narrows."""

    is_mine: bool = True
    worker_id: uuid.UUID | None = None
    setting: str | None = None
    alert: str | None = None
    dna_risk: bool | None = None
    overdue: bool | None = None
    limit: int = 50
    #: The last case of the page before
    after: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """One signed total, for a small line."""

    on: dt.date
    version: str
    total: int


@dataclass(frozen=True, slots=True)
class Sparkline:
    """The last totals of a measure, the oldest first, and how the last compares with the first.

    `direction` is improved, no_reliable_change or deteriorated, within one version.
    """

    instrument: str
    points: tuple[ScorePoint, ...]
    direction: str | None
    previous_direction: str | None


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One case; times of visits are wall time at the site."""

    case_id: uuid.UUID
    reference: str
    state: str
    days_in_state: int | None
    weeks: int
    setting: str | None
    key_worker_id: uuid.UUID | None
    client_id: uuid.UUID
    name: str | None
    next_visit: dt.datetime | None
    last_visit: dt.datetime | None
    last_contact_on: dt.date | None
    days_since_contact: int | None
    missed_in_a_row: int
    alerts: dict[str, int]
    overdue_follow_ups: int
    overdue_measures: tuple[str, ...]
    unsigned_notes: int
    failed_reminders: int
    consent_ends_on: dt.date | None
    safety_plan_on: dt.date | None
    safety_plan_days: int | None
    open_goals: int
    craving: int | None
    days_used_28: int | None
    series: tuple[Sparkline, ...]


@dataclass(frozen=True, slots=True)
class Caseload:
    """The cases shown; `count` are those that fit, `is_capped` when not all were looked at.

    `last` is where the next page starts, while there is one.
    """

    count: int
    is_capped: bool
    has_more: bool
    rows: tuple[CaseloadRow, ...]
    last: uuid.UUID | None = None
