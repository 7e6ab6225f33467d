"""What needs somebody's attention: alerts raised by rules and the tasks that answer them."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.appointments import Appointment
from intake.models.assessments import Assessment
from intake.models.base import Base, SiteRow, Versioned, closed, member_of_site, who, within_site
from intake.models.cases import Case
from intake.models.staff import Membership

ALERT_STATES = ("open", "acknowledged", "closed")
PRIORITIES = ("critical", "high", "medium", "low")
TASK_STATES = ("open", "done", "cancelled")
TASK_KINDS = (
    "alert",
    "call_client",
    "set_dates",
    "sign_off",
    "approve_discharge",
    "incident_review",
    "accept_handover",
    "deterioration",
    "other",
    "call_back",
    "review",
    "merge",
    "decide_again",
    "referral_overdue",
    "offer_place",
    "second_opinion",
)
# What a colleague may say of a suggestion; the words go with it.
OPINIONS = ("agree", "disagree", "other")
TASK_SOURCES = (
    "person",
    "alert",
    "referral",
    "intake",
    "appointment",
    "plan",
    "score",
    "duplicate",
    "outbound_referral",
    "placement",
)


class Alert(SiteRow, Versioned, Base):
    """A clinical alert of a case: one open row per code, however often it is raised."""

    __tablename__ = "alerts"
    __table_args__ = (
        within_site("case_id", "cases"),
        closed("state", ALERT_STATES),
        closed("priority", PRIORITIES),
        CheckConstraint("occurrences > 0", name="occurred"),
        Index(
            "uq_alerts_one_open_per_code",
            "site_id",
            "case_id",
            "code",
            unique=True,
            postgresql_where=text("state <> 'closed'"),
        ),
        Index(None, "site_id", "state", "due_at"),
        Index(
            "ix_alerts_unclosed",
            "site_id",
            "due_at",
            "id",
            postgresql_where=text("state <> 'closed'"),
        ),
        Index(
            "ix_alerts_waiting",
            "site_id",
            "raised_at",
            postgresql_where=text("state = 'open' AND escalated_at IS NULL"),
        ),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: A01 … A23
    code: Mapped[str]
    #: critical, high, medium or low
    priority: Mapped[str]
    #: open, acknowledged or closed
    state: Mapped[str] = mapped_column(default="open")
    #: When it was first raised (clinic time)
    raised_at: Mapped[dt.datetime]
    #: Answer by then
    due_at: Mapped[dt.datetime]
    #: How often it was raised
    occurrences: Mapped[int] = mapped_column(default=1)
    #: When somebody took it on
    acknowledged_at: Mapped[dt.datetime | None]
    #: Who
    acknowledged_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: When it was dealt with
    closed_at: Mapped[dt.datetime | None]
    #: By whom
    closed_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: When every clinical lead was told that nobody had taken it on
    escalated_at: Mapped[dt.datetime | None]
    #: What was done, in words: sealed
    sealed: Mapped[Sealed | None]

    case: Mapped[Case] = relationship(foreign_keys="Alert.case_id", lazy="raise")


class Task(SiteRow, Versioned, Base):
    """Something a person has to do, with an owner and a time."""

    __tablename__ = "tasks"
    __table_args__ = (
        within_site("case_id", "cases"),
        within_site("alert_id", "alerts"),
        within_site("assessment_id", "assessments"),
        within_site("appointment_id", "appointments"),
        within_site("outbound_referral_id", "outbound_referrals"),
        within_site("placement_id", "placements"),
        within_site("recommendation_id", "recommendations"),
        member_of_site("owner_id"),
        closed("kind", TASK_KINDS),
        closed("source", TASK_SOURCES),
        closed("state", TASK_STATES),
        Index(
            "uq_tasks_one_open_per_alert",
            "site_id",
            "alert_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "uq_tasks_one_per_score",
            "site_id",
            "assessment_id",
            unique=True,
            postgresql_where=text("assessment_id IS NOT NULL"),
        ),
        Index(
            "ix_tasks_of_appointment",
            "site_id",
            "appointment_id",
            postgresql_where=text("appointment_id IS NOT NULL"),
        ),
        Index(
            "ix_tasks_of_outbound_referral",
            "site_id",
            "outbound_referral_id",
            postgresql_where=text("outbound_referral_id IS NOT NULL"),
        ),
        Index(
            "uq_tasks_one_open_per_placement",
            "site_id",
            "placement_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        closed("opinion", OPINIONS),
        CheckConstraint(
            "(kind = 'second_opinion') = (recommendation_id IS NOT NULL AND asked_by IS NOT NULL)",
            name="opinion_asked",
        ),
        CheckConstraint(
            "(opinion IS NULL) = (answered_at IS NULL)"
            " AND (opinion IS NULL OR (kind = 'second_opinion' AND state = 'done'))",
            name="opinion_whole",
        ),
        Index(
            "ix_tasks_opinions",
            "site_id",
            "case_id",
            "id",
            postgresql_where=text("kind = 'second_opinion'"),
        ),
        Index(None, "site_id", "state", "due_at"),
        Index(
            "ix_tasks_unowned",
            "site_id",
            "due_at",
            "id",
            postgresql_where=text("state = 'open' AND owner_id IS NULL"),
        ),
        Index(
            "ix_tasks_of_missed_visits",
            "site_id",
            "due_at",
            "id",
            postgresql_where=text("state = 'open' AND appointment_id IS NOT NULL"),
        ),
        Index("ix_tasks_of_case", "site_id", "case_id", postgresql_where=text("state = 'open'")),
        Index("ix_tasks_of_owner", "site_id", "owner_id", postgresql_where=text("state = 'open'")),
    )

    #: Whose case; empty for a task of the site
    case_id: Mapped[uuid.UUID | None]
    #: The alert it answers
    alert_id: Mapped[uuid.UUID | None]
    #: The score that got worse
    assessment_id: Mapped[uuid.UUID | None]
    #: The visit that was missed, or that has to be settled
    appointment_id: Mapped[uuid.UUID | None]
    #: The request to another service that takes too long
    outbound_referral_id: Mapped[uuid.UUID | None]
    #: Whose turn it is for a free place
    placement_id: Mapped[uuid.UUID | None]
    #: The suggestion that a second opinion is asked about
    recommendation_id: Mapped[uuid.UUID | None]
    #: Who asks for a second opinion
    asked_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: agree, disagree or other; the words are sealed
    opinion: Mapped[str | None]
    #: When the opinion was given (clinic time)
    answered_at: Mapped[dt.datetime | None]
    #: What is to be done
    kind: Mapped[str]
    #: What it came from; empty for tasks older than this column
    source: Mapped[str | None]
    #: Who does it; empty means whoever is responsible
    owner_id: Mapped[uuid.UUID | None]
    #: By when (clinic time)
    due_at: Mapped[dt.datetime]
    #: open, done or cancelled
    state: Mapped[str] = mapped_column(default="open")
    #: Details in words: sealed with the client's key
    sealed: Mapped[Sealed | None]

    case: Mapped[Case | None] = relationship(foreign_keys="Task.case_id", lazy="raise")
    alert: Mapped[Alert | None] = relationship(foreign_keys="Task.alert_id", lazy="raise")
    assessment: Mapped[Assessment | None] = relationship(
        foreign_keys="Task.assessment_id", lazy="raise"
    )
    appointment: Mapped[Appointment | None] = relationship(
        foreign_keys="Task.appointment_id", lazy="raise"
    )
    owner: Mapped[Membership | None] = relationship(foreign_keys="Task.owner_id", lazy="raise")
