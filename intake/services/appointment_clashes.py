"""Is a time free, for the person and the member of staff? If not: what is in the way?"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import BookingConflict
from intake.models import Appointment, Case
from intake.services import relations

TAKEN = ("booked", "arrived")
PERSON_TAKEN = "This person already has an appointment in that time. Choose another time."
STAFF_TAKEN = "This member of staff already has an appointment in that time. Choose another time."


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who would meet whom, and during which stretch of time (UTC, half-open)."""

    client_id: uuid.UUID
    staff_id: uuid.UUID
    during: Range[dt.datetime]


def refuse(
    session: Session, wanted: Meeting, *, actor: Actor, but: uuid.UUID | None = None
) -> None:
    """Refuse a time in which one of the two is expected elsewhere.

    Raises BookingConflict with the appointments in the way that the actor may see. The caller
    holds the lock on the person's case, so that two bookings of the person can't both pass; the
    constraint `no_double_booking` guards the member of staff's own time.
    """
    taken = (
        select(Appointment.id, Appointment.client_id, Appointment.staff_id, Case)
        .join(Appointment.case)
        .where(
            or_(
                Appointment.client_id == wanted.client_id,
                Appointment.staff_id == wanted.staff_id,
            ),
            Appointment.status.in_(TAKEN),
            Appointment.during.overlaps(wanted.during),
        )
        .order_by(Appointment.id)
    )
    if but is not None:
        taken = taken.where(Appointment.id != but)
    found = session.execute(taken).all()
    if not found:
        return
    seen = tuple(
        row.id
        for row in found
        if relations.is_related(
            actor, Permission.APPOINTMENT_READ, row.Case, others=(row.staff_id,)
        )
    )
    of_person = any(row.client_id == wanted.client_id for row in found)
    raise BookingConflict(PERSON_TAKEN if of_person else STAFF_TAKEN, seen)
