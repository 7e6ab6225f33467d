"""Has somebody improved, and is the change more than chance?

A change counts when it reaches the instrument's reliable change (PHQ-9 6, GAD-7 4: IAPT manual;
SDS 4: computed; craving 2, KBC-6 4, K-WC8 4: product decisions). Compare with the first score and
with the previous one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from intake.clinical.instruments import Instrument

IMPROVED, UNCHANGED, DETERIORATED = "improved", "no_reliable_change", "deteriorated"
PHQ9_CASE, GAD7_CASE = 10, 8
WINDOW_DAYS = 28
RELAPSE_DAYS, RELAPSE_WINDOW, ABSTINENT_BEFORE = 3, 7, 14


def direction(instrument: Instrument, before: int | None, after: int | None) -> str | None:
    """`improved`, `no_reliable_change` or `deteriorated`.

    None when a score is missing or the instrument defines no reliable change.
    """
    if before is None or after is None or instrument.reliable_change is None:
        return None
    gain = after - before if instrument.higher_is == "better" else before - after
    if abs(gain) < instrument.reliable_change:
        return UNCHANGED
    return IMPROVED if gain > 0 else DETERIORATED


def change(instrument: Instrument, totals: tuple[int, ...]) -> Change:
    """How the last of these totals (oldest first) compares with the first and the one before."""
    if len(totals) < 2:  # noqa: PLR2004  # one score is no change
        return Change(None, None, None, None)
    first, previous, last = totals[0], totals[-2], totals[-1]
    return Change(
        since_first=last - first,
        since_previous=last - previous,
        first_direction=direction(instrument, first, last),
        previous_direction=direction(instrument, previous, last),
    )


def is_reliable_recovery(
    phq9: Instrument, gad7: Instrument, *, before: tuple[int, int], after: tuple[int, int]
) -> bool:
    """Whether somebody who was a case (PHQ-9 10 or GAD-7 8) no longer is one on either measure.

    At least one measure must have improved reliably and none have deteriorated. `before` and
    `after` are (PHQ-9, GAD-7).
    """
    was_case = before[0] >= PHQ9_CASE or before[1] >= GAD7_CASE
    is_case = after[0] >= PHQ9_CASE or after[1] >= GAD7_CASE
    directions = {
        direction(phq9, before[0], after[0]),
        direction(gad7, before[1], after[1]),
    }
    return was_case and not is_case and IMPROVED in directions and DETERIORATED not in directions


def use_direction(before: int | None, after: int | None) -> str | None:
    """Days of use in 28: improved when halved or none at all, else no reliable change.

    No threshold for a deterioration is defined: the numbers themselves are shown. None when one
    is missing.
    """
    if before is None or after is None:
        return None
    return IMPROVED if before > 0 and after * 2 <= before else UNCHANGED


def days_used(use_days: Collection[date], *, until: date, window: int = WINDOW_DAYS) -> int:
    """Days with use among the last `window` days, `until` included; a day counts once."""
    since = until - timedelta(days=window - 1)
    return sum(since <= day <= until for day in set(use_days))


def is_relapse(use_days: Collection[date], on: date) -> bool:
    """Whether use on that day is part of a relapse and not a lapse (a product decision).

    A relapse is use on 3 or more of 7 days after 14 or more days without; `use_days` must reach
    back far enough.
    """
    days = set(use_days)
    starts = (
        start
        for start in (on - timedelta(days=back) for back in range(RELAPSE_WINDOW))
        if start in days
    )
    for start in starts:
        before = start - timedelta(days=1)
        if days_used(days, until=before, window=ABSTINENT_BEFORE) == 0:
            week = start + timedelta(days=RELAPSE_WINDOW - 1)
            return days_used(days, until=min(on, week), window=RELAPSE_WINDOW) >= RELAPSE_DAYS
    return False


@dataclass(frozen=True, slots=True)
class Change:
    """Differences and their directions; None where there is nothing to compare."""

    since_first: int | None
    since_previous: int | None
    first_direction: str | None
    previous_direction: str | None

    @property
    def is_deterioration(self) -> bool:
        """Whether either comparison deteriorated, which asks for a medium task."""
        return DETERIORATED in {self.first_direction, self.previous_direction}
