"""What follows when somebody didn't come? Outreach by steps, and when a case may count as lost.

A missed visit is never punished and never ends a treatment by itself (NICE QS188, statement 4);
the steps and their times are product decisions. Whoever returns within 90 days needs no new
referral.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from intake.clinical import lifecycle

STAFF_CANCELLED = "staff_cancelled"
# Said this long before the start, it is a cancellation and no missed visit.
NOTICE = timedelta(hours=24)
TEAM_REVIEW_FROM, LOST_FROM, ATTEMPTS_BEFORE_LOST = 2, 3, 3
RETURN_WITHOUT_REFERRAL = timedelta(days=90)
STILL_AFTER_DISCHARGE = timedelta(days=30)
SERIOUS = ("critical", "high")


def counts_as_missed(reason: str, notice: timedelta | None) -> bool:
    """Whether it was a missed visit. `notice` is the time before the start, None if none came."""
    return reason != STAFF_CANCELLED and (notice is None or notice < NOTICE)


def streak(newest_first: Iterable[str]) -> int:
    """How many visits in a row were missed, by appointment statuses, the newest first.

    `noshow` counts, `fulfilled` ends it; what was cancelled or is still to come says nothing.
    """
    missed = 0
    for status in newest_first:
        if status == "fulfilled":
            return missed
        missed += status == "noshow"
    return missed


def is_high_risk(situation: Situation, today: date) -> bool:
    """Whether already the first missed visit asks for the clinical lead on the same day."""
    left = situation.discharged_on
    return (
        bool(set(situation.open_priorities) & set(SERIOUS))
        or situation.is_pregnant
        or (situation.has_child_at_home and situation.child_may_be_at_risk)
        or (left is not None and timedelta(0) <= today - left <= STILL_AFTER_DISCHARGE)
    )


def outreach(missed_in_a_row: int, *, high_risk: bool) -> tuple[Step, ...]:
    """What to do after so many missed visits, in order; empty after none."""
    if missed_in_a_row < 1:
        return ()
    steps = FOR_HIGH_RISK if high_risk else ALWAYS
    return steps + (AFTER_TWO if missed_in_a_row >= TEAM_REVIEW_FROM else ()) + INFORM


def needs_fulfilled(absence: Absence, today: date) -> frozenset[str]:
    """Which needs of the move to `lost_to_follow_up` are fulfilled: see lifecycle.py."""
    first = absence.first_missed_on
    sought = first is not None and (today - first).days >= lifecycle.SOUGHT_FOR_DAYS
    facts = {
        "three_missed": absence.missed_in_a_row >= LOST_FROM,
        "attempts": absence.attempts >= ATTEMPTS_BEFORE_LOST,
        "sought_long_enough": sought,
        "no_open_alerts": not set(absence.open_priorities) & set(SERIOUS),
    }
    return frozenset(need for need, is_so in facts.items() if is_so)


def needs_new_referral(ended_on: date, returned_on: date) -> bool:
    """Whether somebody who comes back has to be referred again."""
    return returned_on - ended_on > RETURN_WITHOUT_REFERRAL


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and by when: hours, or working days where `in_working_days`.

    "The same day" is 8 hours here.
    """

    code: str
    sentence: str
    within: int
    in_working_days: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What makes a missed visit dangerous. `open_priorities` are those of open alerts."""

    open_priorities: Collection[str]
    is_pregnant: bool
    has_child_at_home: bool
    child_may_be_at_risk: bool
    discharged_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """How long somebody has been away; `attempts` are those that are documented."""

    missed_in_a_row: int
    attempts: int
    first_missed_on: date | None
    open_priorities: Collection[str]


ALWAYS = (
    Step("contact", "Get in touch by the safest way and offer a time within seven days", 2),
    Step("second_attempt", "No reply: try another way", 2, in_working_days=True),
    Step("third_attempt", "Still no reply: write, or try a third way", 5, in_working_days=True),
)
FOR_HIGH_RISK = (
    Step("phone", "Telephone on the same day", 2),
    Step("emergency_contact", "Nobody reached: call the emergency contact, if permitted", 8),
    Step("clinical_lead", "Tell the clinical lead on the same day", 8),
    Step("welfare_check", "Decide on a welfare check and record the decision", 8),
    *ALWAYS[1:],
)
AFTER_TWO = (
    Step("team_review", "Review in the team: outreach, remote or peer contact", 5, True),  # noqa: FBT003  # in_working_days
)
INFORM = (Step("inform", "Inform the general practitioner or referrer, with consent", 5, True),)  # noqa: FBT003  # in_working_days
