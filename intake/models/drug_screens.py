"""What was found in a sample: for each substance asked for, by a screen and by a laboratory."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import Base, Json, SiteRow, Versioned, closed, who, within_site
from intake.models.cases import Case
from intake.models.use_entries import ENTRY_STATES

CONFIRMATIONS = ("none", "requested", "reported")


class DrugScreen(SiteRow, Versioned, Base):
    """One sample and what was found in it. It never changes the state of anything else."""

    __tablename__ = "drug_screens"
    __table_args__ = (
        within_site("case_id", "cases"),
        closed("confirmation", CONFIRMATIONS),
        closed("state", ENTRY_STATES),
        Index(None, "site_id", "case_id", "id"),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: When the sample was given (clinic time)
    collected_at: Mapped[dt.datetime]
    #: Somebody saw it given
    is_observed: Mapped[bool]
    #: Analyte to negative, positive, invalid or refused: what was asked for, and what was found
    results: Mapped[Json]
    #: What a laboratory found, analyte by analyte
    confirmed_results: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    #: none, requested or reported: whether a laboratory was asked
    confirmation: Mapped[str]
    #: recorded or entered_in_error
    state: Mapped[str]
    #: The laboratory, a remark, and why it was entered in error: sealed
    sealed: Mapped[Sealed | None]
    #: Who wrote it down
    recorded_by: Mapped[uuid.UUID] = who()

    case: Mapped[Case] = relationship(foreign_keys="DrugScreen.case_id", lazy="raise")
