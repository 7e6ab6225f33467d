"""Which times are free instead of one that is taken, for the person and the member of staff?

Near the time that was wanted, on working days between eight and six at the site. There is no
calendar of working hours yet; the hours are a product decision.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import ValidationFailed
from intake.models import Appointment
from intake.services import appointment_times, relations
from intake.services.appointment_clashes import TAKEN

DAYS, STEP = 7, dt.timedelta(minutes=30)
OPENS, CLOSES = dt.time(8), dt.time(18)
SATURDAY = 5
OFFERED = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """What was wanted: with whom, when (wall time at the site) and for how long (minutes)."""

    staff_id: uuid.UUID
    local_start: dt.datetime
    minutes: int
    #: The appointment that is to be moved: its own time is free for it
    but: uuid.UUID | None = None


def near(
    session: Session, case_id: uuid.UUID, wish: Wish, *, actor: Actor, now: dt.datetime
) -> list[dt.datetime]:
    """At most three free times (wall time), the earliest first. Raises as `relations.require`."""
    case = relations.case(session, case_id, actor, Permission.APPOINTMENT_WRITE)
    day = dt.datetime.combine(wish.local_start.date(), dt.time())
    taken = select(Appointment.during).where(
        or_(Appointment.client_id == case.client_id, Appointment.staff_id == wish.staff_id),
        Appointment.status.in_(TAKEN),
        # A visit may begin the evening before and last a working day.
        Appointment.local_start.between(day - dt.timedelta(1), day + dt.timedelta(DAYS + 1)),
    )
    if wish.but is not None:
        taken = taken.where(Appointment.id != wish.but)
    busy = list(session.execute(taken).scalars())
    free = [one for one in _candidates(wish) if _is_free(one, wish, busy, actor, now)]
    return sorted(sorted(free, key=lambda one: abs(one - wish.local_start))[:OFFERED])


def _candidates(wish: Wish) -> Iterator[dt.datetime]:
    length = dt.timedelta(minutes=wish.minutes)
    for after in range(DAYS):
        day = wish.local_start.date() + dt.timedelta(after)
        start, end = dt.datetime.combine(day, OPENS), dt.datetime.combine(day, CLOSES)
        while day.weekday() < SATURDAY and start + length <= end:
            yield start
            start += STEP


def _is_free(
    start: dt.datetime, wish: Wish, busy: list[Range[dt.datetime]], actor: Actor, now: dt.datetime
) -> bool:
    try:
        during = appointment_times.period(start, wish.minutes, time_zone=actor.time_zone)
        appointment_times.refuse_past(during, now)
    except ValidationFailed:  # skipped by the clocks, or past: not free, which is the answer
        return False
    return not any(during.overlaps(one) for one in busy)
