"""How clinic time differs from machine time, and when the recurring jobs last ran."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intake.models.base import Base


class ClinicClock(Base):
    """One row at most: the interval added to the database's time. Empty in production."""

    __tablename__ = "clinic_clock"
    __table_args__ = (CheckConstraint("singleton", name="one_row"),)

    #: Always true: there is one row
    singleton: Mapped[bool] = mapped_column(primary_key=True, default=True)
    #: Added to now()
    shift: Mapped[dt.timedelta]


class JobTick(Base):
    """When a recurring job last started and ended, and who ran it."""

    __tablename__ = "job_ticks"

    #: heartbeat, beat, reminders or digests
    name: Mapped[str] = mapped_column(primary_key=True)
    #: Last start (machine time)
    started_at: Mapped[dt.datetime]
    #: Last end
    finished_at: Mapped[dt.datetime | None]
    #: Which process
    owner: Mapped[str]
