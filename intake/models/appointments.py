"""A time that a person and a member of staff keep together."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, DateTime, Index, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, Versioned, closed, member_of_site, who, within_site
from intake.models.cases import Case
from intake.models.clients import Client
from intake.models.follow_ups import FollowUp
from intake.models.staff import Membership

APPOINTMENT_KINDS = ("intake", "assessment", "session", "review", "admission", "contact", "medical")
APPOINTMENT_MODES = ("in_person", "phone", "video", "group", "outreach")
APPOINTMENT_STATUSES = (
    "booked",
    "arrived",
    "fulfilled",
    "noshow",
    "cancelled",
    "entered_in_error",
)
# What somebody said of a visit that is over.
CORRECTABLE = ("fulfilled", "noshow", "cancelled")
# No extension and no second key: a staff member's hash as a one-point range (ADR 0015).
STAFF_RANGE = (
    "int8range(uuid_hash_extended(staff_id, 0) >> 1, uuid_hash_extended(staff_id, 0) >> 1, '[]')"
)


class Appointment(SiteRow, Versioned, Base):
    """Booked in local wall time; `during` is the same in UTC, half-open."""

    __tablename__ = "appointments"
    __table_args__ = (
        within_site("client_id", "clients"),
        within_site("case_id", "cases"),
        within_site("follow_up_id", "follow_ups"),
        member_of_site("staff_id"),
        closed("kind", APPOINTMENT_KINDS),
        closed("mode", APPOINTMENT_MODES),
        closed("status", APPOINTMENT_STATUSES),
        CheckConstraint("NOT isempty(during)", name="during_some_time"),
        CheckConstraint("lower_inc(during) AND NOT upper_inc(during)", name="during_half_open"),
        CheckConstraint("schedule_no > 0", name="schedule_no_positive"),
        ExcludeConstraint(
            (text(STAFF_RANGE), "="),
            ("during", "&&"),
            using="gist",
            where=text("status IN ('booked', 'arrived')"),
            name="no_double_booking",
        ),
        Index(None, "site_id", "case_id", "local_start"),
        Index(None, "site_id", "staff_id", "local_start"),
        Index(None, "site_id", "client_id", "local_start"),
        Index(
            "ix_appointments_expected",
            "site_id",
            "local_start",
            "id",
            postgresql_where=text("status IN ('booked', 'arrived')"),
        ),
    )

    #: Who comes
    client_id: Mapped[uuid.UUID]
    #: In which episode of care
    case_id: Mapped[uuid.UUID]
    #: The obligation it keeps
    follow_up_id: Mapped[uuid.UUID | None]
    #: With whom
    staff_id: Mapped[uuid.UUID]
    #: What for
    kind: Mapped[str]
    #: in_person, phone, video, group or outreach
    mode: Mapped[str]
    #: Wall time at the site
    local_start: Mapped[dt.datetime] = mapped_column(DateTime(timezone=False))
    #: The zone that wall time is meant in
    time_zone: Mapped[str]
    #: The same stretch of time in UTC, half-open
    during: Mapped[Range[dt.datetime]] = mapped_column(TSTZRANGE)
    #: FHIR status words; unresolved is computed (past and still booked)
    status: Mapped[str] = mapped_column(default="booked")
    #: Came late
    is_late: Mapped[bool] = mapped_column(default=False)
    #: Left before the end
    left_early: Mapped[bool] = mapped_column(default=False)
    #: Why it was cancelled, as a code
    cancel_reason: Mapped[str | None]
    #: Rises when somebody changes start, end, place or staff, not when the key worker changes:
    #: reminders hang on it
    schedule_no: Mapped[int] = mapped_column(default=1)

    client: Mapped[Client] = relationship(foreign_keys="Appointment.client_id", lazy="raise")
    case: Mapped[Case] = relationship(foreign_keys="Appointment.case_id", lazy="raise")
    follow_up: Mapped[FollowUp | None] = relationship(
        foreign_keys="Appointment.follow_up_id", lazy="raise"
    )
    staff: Mapped[Membership] = relationship(foreign_keys="Appointment.staff_id", lazy="raise")


class AttendanceCorrection(SiteRow, Base):
    """What was said of a visit before it was put right, append-only."""

    __tablename__ = "attendance_corrections"
    __table_args__ = (
        within_site("appointment_id", "appointments"),
        closed("from_status", CORRECTABLE),
        closed("to_status", CORRECTABLE),
        CheckConstraint("from_status <> to_status", name="corrected"),
        Index(None, "site_id", "appointment_id"),
    )

    #: Which visit
    appointment_id: Mapped[uuid.UUID]
    #: What was said
    from_status: Mapped[str]
    #: What was meant
    to_status: Mapped[str]
    #: Why, in words: sealed with the client's key
    sealed: Mapped[Sealed]
    #: Who put it right
    corrected_by: Mapped[uuid.UUID] = who()
    #: When (clinic time)
    at: Mapped[dt.datetime]

    appointment: Mapped[Appointment] = relationship(
        foreign_keys="AttendanceCorrection.appointment_id", lazy="raise"
    )
