"""What was asked at a visit that took place: craving, mood, use, and what helped."""

from __future__ import annotations

import decimal
import uuid

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.appointments import Appointment
from intake.models.base import Base, Json, SiteRow, Versioned, who, within_site
from intake.models.cases import Case


class SessionRecord(SiteRow, Versioned, Base):
    """One for each attended appointment; appointments are one person's, also in a group."""

    __tablename__ = "session_records"
    __table_args__ = (
        within_site("case_id", "cases"),
        within_site("appointment_id", "appointments"),
        within_site("next_appointment_id", "appointments"),
        UniqueConstraint("site_id", "appointment_id"),
        CheckConstraint("craving BETWEEN 0 AND 10", name="craving_range"),
        CheckConstraint("mood BETWEEN 0 AND 10", name="mood_range"),
        CheckConstraint("days_used_28 BETWEEN 0 AND 28", name="days_used_28_range"),
        CheckConstraint("grams_per_day BETWEEN 0 AND 50", name="grams_per_day_plausible"),
        Index(None, "site_id", "case_id", "id"),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: The visit it tells of
    appointment_id: Mapped[uuid.UUID]
    #: Craving, 0 none to 10 the worst; empty when there is no answer
    craving: Mapped[int | None]
    #: Mood, 0 the worst to 10 the best; empty when there is no answer
    mood: Mapped[int | None]
    #: Days of use in the last 28; empty when there is no answer
    days_used_28: Mapped[int | None]
    #: Grams on a day of use; empty when there is no answer
    grams_per_day: Mapped[decimal.Decimal | None] = mapped_column(Numeric(5, 2))
    #: Why an answer is missing, by its name: unknown, declined or not_asked
    unanswered: Mapped[Json]
    #: The time agreed for the next visit
    next_appointment_id: Mapped[uuid.UUID | None]
    #: Triggers, coping and side effects in words: sealed
    sealed: Mapped[Sealed | None]
    #: Who wrote it down
    recorded_by: Mapped[uuid.UUID] = who()

    case: Mapped[Case] = relationship(foreign_keys="SessionRecord.case_id", lazy="raise")
    appointment: Mapped[Appointment] = relationship(
        foreign_keys="SessionRecord.appointment_id", lazy="raise"
    )
    next_appointment: Mapped[Appointment | None] = relationship(
        foreign_keys="SessionRecord.next_appointment_id", lazy="raise"
    )
