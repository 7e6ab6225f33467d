"""How is a figure measured on a machine that others use? In several slices of CPU time.

Time of the wall says how busy the machine is; CPU time of this process moves far less. Smallest,
middle and largest of the slices are shown, so that a reader sees how much it moved. What other
processes work on is compared instead: sizes in turn, slice by slice, and only their ratio counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

SLICES = 7


def measured(what: str, act: Callable[[], object], *, times: int, goal: float) -> Figure:
    """CPU microseconds of one `act` on one core, in slices of so many `times`."""
    act()  # what is loaded once is not part of the figure
    found = []
    for _ in range(SLICES):
        start = time.process_time()
        for _ in range(times):
            act()
        found.append((time.process_time() - start) / times * 1e6)
    return Figure(what, min(found), statistics.median(found), max(found), goal)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: microseconds, and the most it is meant to take."""

    what: str
    least: float
    middle: float
    most: float
    goal: float


@dataclass(frozen=True, slots=True)
class Growth:
    """One row: milliseconds at each size, and the most that the largest may take of the smallest.

    The slices of all sizes were taken in turn.
    """

    what: str
    taken: Mapping[int, tuple[float, ...]]
    goal: float

    @property
    def middles(self) -> tuple[float, ...]:
        """One for each size."""
        return tuple(statistics.median(one) for one in self.taken.values())

    @property
    def ratios(self) -> tuple[float, ...]:
        """Largest to smallest, slice by slice, from the least to the most."""
        smallest, *_, largest = self.taken.values()
        return tuple(sorted(b / a for a, b in zip(smallest, largest, strict=True)))

    @property
    def ratio(self) -> float:
        """The middle of them."""
        return statistics.median(self.ratios)
