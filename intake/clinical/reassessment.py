"""What is to be measured again in a case, and by which day?

From the instruments' own `repeat_days` and three rules of the domain: the withdrawal checklist
daily for seven days as an inpatient and on days 3, 7 and 14 otherwise, counted from the last use
or the start of the plan; the C-SSRS at each contact while the risk was moderate or high in the
last 90 days, and whenever PHQ-9 item 9 is 1 or more. The plan's M1 (PHQ-9 and GAD-7 after 14 days)
and B1 (KBC-6 after 28) are never later than the repetition, so they need no rule of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from intake.clinical import instruments
from intake.clinical.lifecycle import INSTRUMENTS

INPATIENT_DAYS = tuple(range(1, 8))
OUTPATIENT_DAYS = (3, 7, 14)
RISK_DAYS = 90
AT_RISK = ("moderate", "high")
RISK, WITHDRAWAL, MOOD = "cssrs", "kwc8", "phq9"
FIRST, REPEAT, AFTER_USE, ITEM_9, CONTACT = (
    "first_time",
    "repeat_days",
    "withdrawal",
    "phq9_item9",
    "risk_at_contact",
)
REASONS = (FIRST, REPEAT, AFTER_USE, ITEM_9, CONTACT)


@dataclass(frozen=True, slots=True)
class Done:
    """The newest signed administration, also one that was declined."""

    on: date
    band: str | None = None
    item9: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What decides: the day the intake was handed in, the plan, last use, the next contact."""

    handed_in_on: date
    setting: str | None
    plan_began_on: date | None
    last_used_on: date | None
    next_contact_on: date | None
    done: Mapping[str, Done]


@dataclass(frozen=True, slots=True)
class Due:
    """An instrument to be given by a day; `last_on` is None when it never was."""

    instrument: str
    last_on: date | None
    due_on: date
    reason: str


def due(episode: Episode, today: date) -> tuple[Due, ...]:
    """What is to be measured, the soonest first; an instrument once."""
    found = sorted(_all(episode, today), key=lambda one: (one.due_on, one.instrument))
    soonest: dict[str, Due] = {}
    for one in found:
        soonest.setdefault(one.instrument, one)
    return tuple(soonest.values())


def _all(episode: Episode, today: date) -> Iterator[Due]:
    for code in dict.fromkeys((*INSTRUMENTS, *sorted(episode.done))):
        done = episode.done.get(code)
        if done is None:
            yield Due(code, None, episode.handed_in_on, FIRST)
        elif (days := instruments.get(code).repeat_days) is not None:
            yield Due(code, done.on, done.on + timedelta(days=days), REPEAT)
    yield from _withdrawal(episode)
    yield from _risk(episode, today)


def _withdrawal(episode: Episode) -> Iterator[Due]:
    """The next day of the cadence that has no checklist yet."""
    done, began = episode.done.get(WITHDRAWAL), episode.plan_began_on
    if done is None or began is None:
        return
    start = max(day for day in (began, episode.last_used_on) if day is not None)
    steps = INPATIENT_DAYS if episode.setting == "inpatient" else OUTPATIENT_DAYS
    open_days = (start + timedelta(days=step) for step in steps)
    following = next((day for day in open_days if day > done.on), None)
    if following is not None:
        yield Due(WITHDRAWAL, done.on, following, AFTER_USE)


def _risk(episode: Episode, today: date) -> Iterator[Due]:
    risk, mood = episode.done.get(RISK), episode.done.get(MOOD)
    if risk is None:
        return
    if mood is not None and (mood.item9 or 0) >= 1 and mood.on > risk.on:
        yield Due(RISK, risk.on, mood.on, ITEM_9)
    is_recent = (today - risk.on).days <= RISK_DAYS
    contact = episode.next_contact_on
    if risk.band in AT_RISK and is_recent and contact is not None and contact > risk.on:
        yield Due(RISK, risk.on, contact, CONTACT)
