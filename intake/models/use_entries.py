"""Use between visits, day by day, as the person tells it."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid

from sqlalchemy import CheckConstraint, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.clinical.record_sections import SUBSTANCES
from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, Versioned, closed, who, within_site
from intake.models.cases import Case

# Nothing clinical is deleted.
ENTRY_STATES = ("recorded", "entered_in_error")


class UseEntry(SiteRow, Versioned, Base):
    """One day on which a substance was used, as the person tells it."""

    __tablename__ = "use_entries"
    __table_args__ = (
        within_site("case_id", "cases"),
        closed("substance", SUBSTANCES),
        closed("state", ENTRY_STATES),
        CheckConstraint("grams BETWEEN 0 AND 50", name="grams_plausible"),
        Index(None, "site_id", "case_id", "substance", "used_on"),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: The day of use
    used_on: Mapped[dt.date]
    #: What was used
    substance: Mapped[str]
    #: How much on that day, in grams; empty when it isn't known
    grams: Mapped[decimal.Decimal | None] = mapped_column(Numeric(5, 2))
    #: It was part of a binge
    is_binge: Mapped[bool]
    #: recorded or entered_in_error
    state: Mapped[str]
    #: Context in words, and why it was entered in error: sealed
    sealed: Mapped[Sealed | None]
    #: Who wrote it down
    recorded_by: Mapped[uuid.UUID] = who()

    case: Mapped[Case] = relationship(foreign_keys="UseEntry.case_id", lazy="raise")
