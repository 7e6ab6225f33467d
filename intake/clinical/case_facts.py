"""What decides about the moves of a case? What is stored of it, and what is said with the move."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Attempt:
    """One documented attempt at reaching the person."""

    on: date
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """How long somebody has been away and how they were sought, as far as it is on record.

    `attempts` count for a case that is lost, `since_referral` for a referral that is declined
    because nobody was reached; the same way on one day counts once.
    """

    missed_in_a_row: int
    first_missed_on: date | None
    attempts: tuple[Attempt, ...]
    since_referral: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What whoever moves a case says with it; the free text is only known to be there or not."""

    words: frozenset[str] = frozenset()
    triage_date: date | None = None
    decline_reason: str | None = None
    attempts: tuple[Attempt, ...] = ()
    admitted_on: date | None = None
    stay_ended_on: date | None = None
    intensity_lowered_on: date | None = None
    discharge_reason: str | None = None
    discharge_date: date | None = None
    days_used_28: int | str | None = None
    craving: int | str | None = None
    gp_letter: str | None = None
    transfer_date: date | None = None
    records_shared: str | None = None
    death_date: date | None = None
    new_contact_date: date | None = None
    has_referral: bool = False
    approved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored of a case. Sets of codes; dates are days at the site.

    `signed` is instrument → day of its newest signed administration, declined ones included;
    `visits` are (status, kind, day), the newest first; `schedule` code → state of the plan's
    follow-ups.
    """

    today: date
    state_since: date
    referral_date: date
    handed_in_on: date | None = None
    triage_date: date | None = None
    consents: Mapping[str, str] = field(default_factory=dict)
    intake_complete: bool = False
    signed: Mapping[str, date] = field(default_factory=dict)
    unanswered_alerts: Collection[str] = ()
    open_priorities: Collection[str] = ()
    recommendation_complete: bool = False
    recommended_since_state: bool = False
    clearance_required: bool = False
    clearance: str | None = None
    plan_state: str | None = None
    plan_setting: str | None = None
    decided_on: date | None = None
    goals: int = 0
    has_key_worker: bool = False
    schedule: Mapping[str, str] = field(default_factory=dict)
    visits: tuple[tuple[str, str, date], ...] = ()
    has_disclosure: bool = False
    attempts: tuple[Attempt, ...] = ()
