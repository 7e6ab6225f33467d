"""How is a figure measured on a machine that others use? In several slices of CPU time.

Time of the wall says how busy the machine is; CPU time of this process moves far less. Smallest,
middle and largest of the slices are shown, so that a reader sees how much it moved.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
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
