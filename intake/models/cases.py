"""One episode of care, from referral to its end: cases, their numbers and their moves."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import (
    Base,
    Json,
    SiteRow,
    Versioned,
    closed,
    member_of_site,
    who,
    within_site,
)
from intake.models.clients import Client
from intake.models.staff import Membership

CASE_STATES = (
    "referred",
    "intake",
    "assessed",
    "plan_chosen",
    "active",
    "step_down",
    "discharged",
    "transferred",
    "lost_to_follow_up",
    "deceased",
    "declined",
)
TERMINAL_STATES = ("discharged", "transferred", "lost_to_follow_up", "deceased", "declined")
REFERRAL_SOURCES = (
    "self",
    "relative",
    "concerned_other",
    "gp",
    "hospital",
    "emergency_department",
    "urology",
    "mental_health_service",
    "midwifery",
    "drug_service",
    "needle_exchange",
    "education",
    "employer",
    "social_services",
    "probation",
    "court",
    "prison",
    "police_custody",
    "community_outreach",
    "other",
)
URGENCIES = ("routine", "urgent", "emergency")
TRIAGE_ROUTES = ("phone", "appointment")
_TERMINAL = ", ".join(f"'{state}'" for state in TERMINAL_STATES)


class Case(SiteRow, Versioned, Base):
    """One episode of care; it begins when a referral is registered."""

    __tablename__ = "cases"
    __table_args__ = (
        within_site("client_id", "clients"),
        member_of_site("key_worker_id"),
        within_site("reopened_from", "cases"),
        UniqueConstraint("site_id", "reference"),
        closed("state", CASE_STATES),
        closed("referral_source", REFERRAL_SOURCES),
        closed("referral_urgency", URGENCIES),
        member_of_site("taken_by"),
        closed("triage_route", TRIAGE_ROUTES),
        CheckConstraint(
            "(triaged_on IS NULL) = (triage_route IS NULL)"
            " AND (taken_by IS NULL) = (taken_at IS NULL)",
            name="triage_whole",
        ),
        CheckConstraint("triaged_on >= referral_date", name="triage_after_referral"),
        Index(
            "uq_cases_one_open_per_client",
            "site_id",
            "client_id",
            unique=True,
            postgresql_where=text(f"state NOT IN ({_TERMINAL})"),
        ),
        Index(None, "site_id", "key_worker_id"),
        Index(
            "ix_cases_waiting",
            "site_id",
            "referral_date",
            "id",
            postgresql_where=text("state = 'referred'"),
        ),
        Index("ix_cases_taken", "site_id", "taken_by", postgresql_where=text("state = 'referred'")),
    )

    #: The person treated
    client_id: Mapped[uuid.UUID]
    #: What staff say aloud: C-2026-0417
    reference: Mapped[str]
    #: Where the case stands
    state: Mapped[str]
    #: The day of the referral's registration, in the site's zone
    opened_on: Mapped[dt.date]
    #: Who referred
    referral_source: Mapped[str]
    #: The day of the referral
    referral_date: Mapped[dt.date]
    #: How soon somebody must look
    referral_urgency: Mapped[str]
    #: Free text of the referral, sealed
    sealed: Mapped[Sealed | None]
    #: The counsellor who answers for the person
    key_worker_id: Mapped[uuid.UUID | None]
    #: Which coordinator took the referral on
    taken_by: Mapped[uuid.UUID | None]
    #: When (clinic time)
    taken_at: Mapped[dt.datetime | None]
    #: The day somebody first spoke with the person to see how urgent it is
    triaged_on: Mapped[dt.date | None]
    #: By phone or appointment
    triage_route: Mapped[str | None]
    #: The earlier episode whose reopening began this one
    reopened_from: Mapped[uuid.UUID | None]

    client: Mapped[Client] = relationship(foreign_keys="Case.client_id", lazy="raise")
    key_worker: Mapped[Membership | None] = relationship(
        foreign_keys="Case.key_worker_id", lazy="raise"
    )


class CaseNumber(Base):
    """The last number given at a site in a year."""

    __tablename__ = "case_numbers"
    __table_args__ = (CheckConstraint("last > 0", name="last_positive"),)

    #: The site
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    #: The year
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: The last number given
    last: Mapped[int]


class CaseTransition(SiteRow, Base):
    """One move of a case, append-only."""

    __tablename__ = "case_transitions"
    __table_args__ = (
        within_site("case_id", "cases"),
        closed("to_state", CASE_STATES),
        Index(None, "site_id", "case_id", "at"),
    )

    #: Which case
    case_id: Mapped[uuid.UUID]
    #: Where it stood; empty at the very start
    from_state: Mapped[str | None]
    #: Where it stands now
    to_state: Mapped[str]
    #: Why, as a code
    reason: Mapped[str]
    #: Who moved it
    actor_id: Mapped[uuid.UUID] = who()
    #: In which role
    role: Mapped[str]
    #: When (clinic time)
    at: Mapped[dt.datetime]
    #: SHA-256 of what the decision was based on
    snapshot_hash: Mapped[bytes | None]
    #: reopened or corrected; empty for an ordinary move
    event: Mapped[str | None]
    #: Codes, dates and numbers of the move
    facts: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    #: Its words, and names of people: sealed
    sealed: Mapped[Sealed | None]

    case: Mapped[Case] = relationship(foreign_keys="CaseTransition.case_id", lazy="raise")
