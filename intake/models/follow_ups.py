"""What follows from a decision: dated obligations."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.models.base import Base, SiteRow, Versioned, closed, within_site
from intake.models.cases import Case
from intake.models.plans import PlanDecision

FOLLOW_UP_STATES = ("planned", "booked", "done", "withdrawn")


class FollowUp(SiteRow, Versioned, Base):
    """One dated obligation that follows from a decision."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        within_site("case_id", "cases"),
        within_site("plan_decision_id", "plan_decisions"),
        closed("state", FOLLOW_UP_STATES),
        Index(None, "site_id", "case_id", "due_by"),
        Index(
            "ix_follow_ups_planned",
            "site_id",
            "due_by",
            "id",
            postgresql_where=text("state = 'planned'"),
        ),
        Index(
            "uq_follow_ups_one_per_code",
            "site_id",
            "plan_decision_id",
            "code",
            unique=True,
        ),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: The decision it follows from
    plan_decision_id: Mapped[uuid.UUID]
    #: Its code in the schedule, such as O1 or X1
    code: Mapped[str]
    #: What it is, in words
    label: Mapped[str]
    #: The last day
    due_by: Mapped[dt.date]
    #: The suggested day, on a weekday unless hard
    proposed_on: Mapped[dt.date]
    #: A hard item is never shifted
    is_hard: Mapped[bool]
    #: planned, booked, done or withdrawn
    state: Mapped[str] = mapped_column(default="planned")

    case: Mapped[Case] = relationship(foreign_keys="FollowUp.case_id", lazy="raise")
    plan_decision: Mapped[PlanDecision] = relationship(
        foreign_keys="FollowUp.plan_decision_id", lazy="raise"
    )
