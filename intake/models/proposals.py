"""What must be there before a case moves: medical clearance, and what a second person agrees to."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import Base, Json, SiteRow, Versioned, closed, who, within_site
from intake.models.cases import Case

CLEARANCE_OUTCOMES = ("cleared", "cleared_with_conditions", "not_cleared")
PROPOSAL_KINDS = ("discharge", "correction")
PROPOSAL_STATES = ("proposed", "approved", "returned", "withdrawn")


class MedicalClearance(SiteRow, Base):
    """What a physician said about beginning treatment. Append-only: the newest row counts."""

    __tablename__ = "medical_clearances"
    __table_args__ = (
        within_site("case_id", "cases"),
        closed("outcome", CLEARANCE_OUTCOMES),
        Index(None, "site_id", "case_id", "cleared_at"),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: cleared, cleared_with_conditions or not_cleared
    outcome: Mapped[str]
    #: When the physician said so (clinic time)
    cleared_at: Mapped[dt.datetime]
    #: Who said so, and under which conditions: sealed
    sealed: Mapped[Sealed]
    #: Who wrote it down
    recorded_by: Mapped[uuid.UUID] = who()

    case: Mapped[Case] = relationship(foreign_keys="MedicalClearance.case_id", lazy="raise")


class CaseProposal(SiteRow, Versioned, Base):
    """A move that a second person must agree to: a discharge, or taking back a death."""

    __tablename__ = "case_proposals"
    __table_args__ = (
        within_site("case_id", "cases"),
        closed("kind", PROPOSAL_KINDS),
        closed("state", PROPOSAL_STATES),
        CheckConstraint("decided_by <> proposed_by", name="two_people"),
        CheckConstraint(
            "(state IN ('approved', 'returned')) = (decided_by IS NOT NULL)"
            " AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="decided_whole",
        ),
        Index(
            "uq_case_proposals_one_open",
            "site_id",
            "case_id",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
        Index(None, "site_id", "case_id", "id"),
    )

    #: Which case
    case_id: Mapped[uuid.UUID]
    #: discharge or correction
    kind: Mapped[str]
    #: proposed, approved, returned or withdrawn
    state: Mapped[str] = mapped_column(default="proposed")
    #: Codes, dates and numbers of the move
    facts: Mapped[Json]
    #: Its words (reason, relapse plan, comment): sealed
    sealed: Mapped[Sealed]
    #: Who proposed it
    proposed_by: Mapped[uuid.UUID] = who()
    #: When (clinic time)
    proposed_at: Mapped[dt.datetime]
    #: Who approved or returned it, never who proposed it
    decided_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: When (clinic time)
    decided_at: Mapped[dt.datetime | None]

    case: Mapped[Case] = relationship(foreign_keys="CaseProposal.case_id", lazy="raise")
