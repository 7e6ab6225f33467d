"""When does a scene take place? Working days before and after today, and hours nobody has yet."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

FRIDAY, SATURDAY = 4, 5
FIRST_HOUR, LAST_HOUR = 9, 17
DAY = dt.timedelta(days=1)


def working_day(day: dt.date) -> dt.date:
    """The day itself, or the Friday before a weekend."""
    return day - dt.timedelta(days=max(0, day.weekday() - FRIDAY))


def next_working_day(day: dt.date) -> dt.date:
    """The day itself, or the Monday after a weekend."""
    return day + dt.timedelta(days=(7 - day.weekday()) if day.weekday() >= SATURDAY else 0)


def moment(day: dt.date, clock: str, zone: ZoneInfo) -> dt.datetime:
    """An instant from a day and a wall time such as 09:30."""
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), zone)


@dataclass(slots=True)
class Diary:
    """Which hours of which member of staff are taken; one visit an hour."""

    taken: set[tuple[uuid.UUID, dt.datetime]] = field(default_factory=set)

    def book(self, staff: uuid.UUID, day: dt.date, hour: int) -> dt.datetime:
        """The free hour nearest to the one wished for, on that day or a later working day.

        Returns a wall time. The same wishes in the same order give the same hours.
        """
        while True:
            hours = sorted(range(FIRST_HOUR, LAST_HOUR + 1), key=lambda one: (abs(one - hour), one))
            for one in hours:
                start = dt.datetime.combine(day, dt.time(one))
                if (staff, start) not in self.taken:
                    self.taken.add((staff, start))
                    return start
            day = next_working_day(day + DAY)
