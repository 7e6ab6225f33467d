"""What a person does when thoughts of suicide come: every version of it, as it was written."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, who, within_site
from intake.models.cases import Case


class SafetyPlan(SiteRow, Base):
    """One version of the safety plan of a case; the one with the highest number counts."""

    __tablename__ = "safety_plans"
    __table_args__ = (
        within_site("case_id", "cases"),
        UniqueConstraint("site_id", "case_id", "number"),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: 1, 2, 3 …
    number: Mapped[int]
    #: The day it was written with the person
    written_on: Mapped[dt.date]
    #: Warning signs, coping, people, professionals, making safe: sealed
    sealed: Mapped[Sealed]
    #: Who wrote it down
    written_by: Mapped[uuid.UUID] = who()

    case: Mapped[Case] = relationship(foreign_keys="SafetyPlan.case_id", lazy="raise")
