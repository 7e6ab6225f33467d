"""Shapes of appointments."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from intake.models.appointments import (
    APPOINTMENT_KINDS,
    APPOINTMENT_MODES,
    APPOINTMENT_STATUSES,
    CORRECTABLE,
)
from intake.models.reminders import REMINDER_KINDS, REMINDER_STATES
from intake.schemas.fields import YEAR_PATTERN, Day, Flag, LocalDateTime, Text, Whole, one_of
from intake.schemas.shapes import CreatedOut, In, Out, PageQuery
from intake.services.appointment_times import LONGEST, SHORTEST
from intake.services.appointments import NewAppointment, Reschedule
from intake.services.attendance import CANCEL_REASONS, MISSED_REASONS, Attendance
from intake.services.attendance_corrections import Correction
from intake.services.reminder_reasons import SETTLED

WALL_TIME = {
    "example": "2026-12-04T10:00",
    "description": "Wall time at the site. One that occurs twice is read as the earlier instant.",
    "format": "local-date-time",
    "pattern": f"^{YEAR_PATTERN}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}$",
}


class WallTimeOut(fields.String):
    """Wall time to the minute, as it is sent: an offset would say something else."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str:
        del attr, obj, kwargs
        return f"{value:%Y-%m-%dT%H:%M}"


class NewAppointmentIn(In):
    """A time to keep."""

    makes = NewAppointment

    case_id = fields.UUID(required=True)
    staff_id = fields.UUID(required=True)
    kind = one_of(*APPOINTMENT_KINDS, required=True)
    mode = one_of(*APPOINTMENT_MODES, required=True)
    local_start = LocalDateTime(
        required=True, metadata=WALL_TIME | {"ask": "Choose a day and a time."}
    )
    minutes = Whole(
        SHORTEST, LONGEST, required=True, metadata={"ask": "Say how many minutes it lasts."}
    )
    follow_up_id = fields.UUID(allow_none=True)


class MoveIn(In):
    """Another time, length, member of staff or place; absent leaves as it is."""

    makes = Reschedule

    local_start = LocalDateTime(metadata=WALL_TIME)
    minutes = Whole(SHORTEST, LONGEST)
    staff_id = fields.UUID()
    mode = one_of(*APPOINTMENT_MODES)


class AttendIn(In):
    """How the visit went."""

    makes = Attendance

    is_late = Flag(load_default=False)
    left_early = Flag(load_default=False)


class NoShowIn(In):
    """Why the person didn't come, as far as it is known."""

    reason = one_of(*MISSED_REASONS, load_default="unknown")


class CancelIn(In):
    """Why it is cancelled."""

    reason = one_of(*CANCEL_REASONS, required=True, metadata={"ask": "Say why it is cancelled."})


class CorrectIn(In):
    """What became of the visit after all."""

    makes = Correction

    status = one_of(*CORRECTABLE, required=True)
    reason = Text(longest=2000, shortest=5, many_lines=True, required=True)
    missed_reason = one_of(*CANCEL_REASONS, metadata={"description": "why it did not take place"})
    is_late = Flag()
    left_early = Flag()


class AppointmentQuery(PageQuery):
    """Which appointments."""

    case_id = fields.UUID()
    staff_id = fields.UUID()
    status = one_of(*APPOINTMENT_STATUSES)
    unresolved = one_of(
        "true", "false",
        metadata={"description": "true: over, and nobody said whether the person came"},
    )  # fmt: skip
    since = Day(metadata={"description": "from this day on, in the site's calendar"})


class AppointmentCreatedOut(CreatedOut):
    """The appointment that was booked."""

    state = fields.String(required=True, attribute="status")


class AppointmentOut(Out):
    """An appointment as staff read it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    status = one_of(*APPOINTMENT_STATUSES, required=True)
    kind = one_of(*APPOINTMENT_KINDS, required=True)
    mode = one_of(*APPOINTMENT_MODES, required=True)
    case_id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    staff_id = fields.UUID(required=True)
    follow_up_id = fields.UUID(required=True, allow_none=True)
    local_start = WallTimeOut(required=True, metadata=WALL_TIME)
    time_zone = fields.String(required=True, metadata={"example": "Europe/London"})
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    minutes = fields.Integer(required=True)
    is_late = fields.Boolean(required=True)
    left_early = fields.Boolean(required=True)
    is_unresolved = fields.Boolean(
        required=True, metadata={"description": "over, and nobody said whether the person came"}
    )
    cancel_reason = one_of(*CANCEL_REASONS, required=True, allow_none=True)
    schedule_no = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)


class ReminderStandingOut(Out):
    """Where one reminder stands, and what staff did about one that failed."""

    id = fields.UUID(required=True)
    kind = one_of(*REMINDER_KINDS, required=True)
    state = one_of(*REMINDER_STATES, required=True)
    send_after = fields.AwareDateTime(required=True)
    settled = one_of(*SETTLED, required=True, allow_none=True)
    resend_of = fields.UUID(required=True, allow_none=True)


class RemindedAppointmentOut(AppointmentOut):
    """An appointment with where the reminders of its present schedule stand."""

    reminders = fields.List(fields.Nested(ReminderStandingOut), required=True)
