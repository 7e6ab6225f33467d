"""What time is it? The only place that reads a clock; there are two kinds of time.

Machine time is for leases, sessions, throttles, audit and identifiers. Clinic time is for
everything a person would call a date; it comes from the database once per transaction, so that
development and tests can shift it there without touching the machine (`clinic_clock`).
"""

from __future__ import annotations

import datetime as dt
import os
import time
import uuid

from sqlalchemy import Connection, text

CLINIC_NOW = text("SELECT clinic_now()")


def machine_now() -> dt.datetime:
    """This machine's time, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def clinic_now(connection: Connection) -> dt.datetime:
    """Clinic time as the database tells it, aware, in UTC; constant inside a transaction."""
    moment = connection.scalar(CLINIC_NOW)
    if not isinstance(moment, dt.datetime):
        raise TypeError("clinic_now() gave no time")
    return moment.astimezone(dt.UTC)


def monotonic() -> float:
    """Seconds that only ever rise, for time budgets."""
    return time.monotonic()


def uuid7() -> uuid.UUID:
    """A time-ordered identifier (RFC 9562, version 7), in order within a process as well.

    48 bits of milliseconds, 12 bits of their fraction (a quarter of a microsecond: no two calls
    are that close), 62 random bits.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76 | (rest * 4096 // 1_000_000) << 64
    value |= 0b10 << 62 | int.from_bytes(os.urandom(8), "big") >> 2
    return uuid.UUID(int=value)
