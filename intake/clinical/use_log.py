"""How long has somebody not used, by what was written down, and was it a lapse or a relapse?

Pure and never blaming: use ends a stretch of days without, and the stretch stays in the history.
Before the first entry nothing is known, so nothing is counted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from intake.clinical.change import ABSTINENT_BEFORE, RELAPSE_WINDOW, days_used, is_relapse

PATTERNS = LAPSE, RELAPSE, CONTINUED = ("lapse", "relapse", "continued_use")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days without use between two entries: both days included, `days` of them (1 or more)."""

    began_on: date
    ended_on: date
    days: int


@dataclass(frozen=True, slots=True)
class UseSummary:
    """What a log says of one substance on one day.

    `days_without_use` counts the days after the last entry up to and with that day. `pattern` is
    that of the last use: lapse, relapse or continued_use.
    """

    last_used_on: date
    days_without_use: int
    longest_without_use: int
    days_used_28: int
    pattern: str
    earlier: tuple[Stretch, ...]


def pattern(use_days: Collection[date], on: date) -> str:
    """Whether use on a day was a lapse, a relapse, or use that continued.

    A lapse is use after 14 or more days that are known to be without; it is a relapse from the
    third day of use within seven. What came before the first entry isn't known.
    """
    known = sorted(day for day in set(use_days) if day <= on)
    came_back = any(
        (after - before).days > ABSTINENT_BEFORE and (on - after).days < RELAPSE_WINDOW
        for before, after in pairwise(known)
    )
    if not came_back:
        return CONTINUED
    return RELAPSE if is_relapse(known, on) else LAPSE


def stretches(use_days: Collection[date]) -> tuple[Stretch, ...]:
    """Every stretch of whole days without use between two entries, the oldest first."""
    days = sorted(set(use_days))
    return tuple(
        Stretch(
            began_on=date.fromordinal(before.toordinal() + 1),
            ended_on=date.fromordinal(after.toordinal() - 1),
            days=(after - before).days - 1,
        )
        for before, after in pairwise(days)
        if (after - before).days > 1
    )


def summary(use_days: Collection[date], today: date) -> UseSummary | None:
    """What the log says today; None while nothing is written down. Days to come don't count."""
    days = {day for day in use_days if day <= today}
    if not days:
        return None
    last, earlier = max(days), stretches(days)
    current = (today - last).days
    return UseSummary(
        last_used_on=last,
        days_without_use=current,
        longest_without_use=max([current, *(one.days for one in earlier)]),
        days_used_28=days_used(days, until=today),
        pattern=pattern(days, last),
        earlier=earlier,
    )
