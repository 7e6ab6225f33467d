"""What a person wants to reach with a plan, in their own words, and how that changed."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, Versioned, closed, who, within_site
from intake.models.cases import Case
from intake.models.plans import PlanDecision

GOAL_DOMAINS = ("use", "health", "mood", "relations", "housing", "work", "other")
GOAL_STATUSES = ("active", "achieved", "partly", "dropped")


class Goal(SiteRow, Versioned, Base):
    """One goal of a case, set with a plan; it stays when the plan is replaced."""

    __tablename__ = "goals"
    __table_args__ = (
        within_site("case_id", "cases"),
        within_site("plan_decision_id", "plan_decisions"),
        closed("domain", GOAL_DOMAINS),
        closed("status", GOAL_STATUSES),
        CheckConstraint("confidence BETWEEN 0 AND 10", name="confidence_scale"),
        Index(None, "site_id", "case_id"),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: The decision it was set with
    plan_decision_id: Mapped[uuid.UUID]
    #: use, health, mood, relations, housing, work or other
    domain: Mapped[str]
    #: active, achieved, partly or dropped
    status: Mapped[str] = mapped_column(default="active")
    #: When it is looked at again
    due_on: Mapped[dt.date]
    #: How sure the person is to reach it, 0 to 10
    confidence: Mapped[int | None]
    #: Statement, problem, measure, baseline and target: sealed
    sealed: Mapped[Sealed]
    #: Who wrote it down
    set_by: Mapped[uuid.UUID] = who()

    case: Mapped[Case] = relationship(foreign_keys="Goal.case_id", lazy="raise")
    plan_decision: Mapped[PlanDecision] = relationship(
        foreign_keys="Goal.plan_decision_id", lazy="raise"
    )


class GoalVersion(SiteRow, Base):
    """A goal as it was from one change to the next. Append-only."""

    __tablename__ = "goal_versions"
    __table_args__ = (
        within_site("goal_id", "goals"),
        UniqueConstraint("site_id", "goal_id", "number"),
    )

    #: Which goal
    goal_id: Mapped[uuid.UUID]
    #: Its version
    number: Mapped[int]
    #: As the goal's
    domain: Mapped[str]
    #: As the goal's
    status: Mapped[str]
    #: As the goal's
    due_on: Mapped[dt.date]
    #: As the goal's
    confidence: Mapped[int | None]
    #: As the goal's, sealed
    sealed: Mapped[Sealed]
    #: Who changed it
    changed_by: Mapped[uuid.UUID] = who()
    #: When (clinic time)
    changed_at: Mapped[dt.datetime]

    goal: Mapped[Goal] = relationship(foreign_keys="GoalVersion.goal_id", lazy="raise")
