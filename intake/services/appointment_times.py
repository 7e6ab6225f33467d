"""When is an appointment? Wall time at the site as an instant, and whether it lies ahead."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import Range

from intake.errors import FieldError, ValidationFailed

SHORTEST, LONGEST = 5, 480
"""Minutes an appointment lasts."""


def period(local_start: dt.datetime, minutes: int, *, time_zone: str) -> Range[dt.datetime]:
    """The stretch of time in UTC, half-open, that begins at a wall time of a zone.

    A wall time that occurs twice, when clocks go back, is read as the earlier instant; so do
    reminders. `minutes` is elapsed time. Raises ValidationFailed for a wall time that the clocks
    skip, and for one with seconds.
    """
    zone = ZoneInfo(time_zone)
    start = local_start.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    if start.astimezone(zone).replace(tzinfo=None) != local_start:
        raise _wrong("skipped", "The clocks go forward over this time. Choose a later hour.")
    if local_start.second:
        raise _wrong("whole_minutes", "Write the local time as YYYY-MM-DDTHH:MM.")
    return Range(start, start + dt.timedelta(minutes=minutes), bounds="[)")


def refuse_past(during: Range[dt.datetime], now: dt.datetime) -> None:
    """Refuse a time that has begun. Raises ValidationFailed."""
    if starts(during) < now:
        raise _wrong("in_past", "Choose a time that lies ahead.")


def starts(during: Range[dt.datetime]) -> dt.datetime:
    """The first instant of a stretch of time that has one."""
    return _known(during.lower)


def ends(during: Range[dt.datetime]) -> dt.datetime:
    """The instant at which it is over."""
    return _known(during.upper)


def _known(bound: dt.datetime | None) -> dt.datetime:
    if bound is None:
        raise TypeError("an appointment has a start and an end")
    return bound


def _wrong(code: str, message: str) -> ValidationFailed:
    return ValidationFailed(FieldError("/local_start", code, message))
