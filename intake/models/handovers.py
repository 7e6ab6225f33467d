"""Cases that go from one worker to another, once the other has accepted them."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, Versioned, closed, member_of_site, who, within_site
from intake.models.cases import Case

HANDOVER_STATES = ("offered", "accepted", "refused", "withdrawn")
HANDOVER_OUTCOMES = ("offered", "handed_over", "left_out", "kept")


class Handover(SiteRow, Versioned, Base):
    """An offer of one worker's cases to a colleague, arranged by a clinical lead."""

    __tablename__ = "handovers"
    __table_args__ = (
        member_of_site("from_staff_id"),
        member_of_site("to_staff_id"),
        within_site("task_id", "tasks"),
        closed("state", HANDOVER_STATES),
        CheckConstraint("to_staff_id <> from_staff_id", name="to_somebody_else"),
        CheckConstraint(
            "(state = 'offered') = (answered_by IS NULL)"
            " AND (answered_by IS NULL) = (answered_at IS NULL)",
            name="answered_whole",
        ),
        Index(None, "site_id", "to_staff_id"),
    )

    #: Whose cases they are until somebody accepts
    from_staff_id: Mapped[uuid.UUID]
    #: Who is asked to take them
    to_staff_id: Mapped[uuid.UUID]
    #: The first day on which it can be accepted, at the site
    from_on: Mapped[dt.date]
    #: Every open task of that worker goes too, not only those of these cases
    takes_all_tasks: Mapped[bool] = mapped_column(default=False)
    #: offered, accepted, refused or withdrawn
    state: Mapped[str] = mapped_column(default="offered")
    #: Note of the lead and reason of a refusal: sealed with the application's key
    sealed: Mapped[Sealed | None]
    #: The task that asks for the answer
    task_id: Mapped[uuid.UUID]
    #: Which clinical lead arranged it
    asked_by: Mapped[uuid.UUID] = who()
    #: Who accepted, refused or withdrew it
    answered_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: When (clinic time)
    answered_at: Mapped[dt.datetime | None]


class HandoverCase(Base):
    """One case of a handover, and what became of it."""

    __tablename__ = "handover_cases"
    __table_args__ = (
        within_site("handover_id", "handovers"),
        within_site("case_id", "cases"),
        closed("outcome", HANDOVER_OUTCOMES),
        Index(None, "site_id", "case_id"),
    )

    #: The site
    site_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: Of which handover
    handover_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: Which case
    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: offered, handed_over, kept, or left_out: it had changed hands or ended meanwhile
    outcome: Mapped[str] = mapped_column(default="offered")

    handover: Mapped[Handover] = relationship(
        foreign_keys="HandoverCase.handover_id", lazy="raise", overlaps="case"
    )
    case: Mapped[Case] = relationship(
        foreign_keys="HandoverCase.case_id", lazy="raise", overlaps="handover"
    )
