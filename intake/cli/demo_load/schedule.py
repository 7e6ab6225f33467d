"""In which order do the stories happen? By the clock, all of them side by side."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

Scene = Callable[[], None]


@dataclass(slots=True)
class Schedule:
    """Scenes still to be played; what is put in at the same moment is played in that order."""

    _heap: list[tuple[dt.datetime, int, Scene]] = field(default_factory=list)
    _count: itertools.count[int] = field(default_factory=itertools.count)

    def at(self, moment: dt.datetime, scene: Scene) -> None:
        """Play a scene at that moment."""
        heapq.heappush(self._heap, (moment, next(self._count), scene))

    def next_until(self, end: dt.datetime) -> tuple[dt.datetime, Scene] | None:
        """The next scene and its moment; None when the rest lies after the end."""
        if not self._heap or self._heap[0][0] > end:
            return None
        moment, _, scene = heapq.heappop(self._heap)
        return moment, scene
