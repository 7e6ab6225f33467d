"""What other services are asked for: referrals out, tracked to their result, and reviews."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.clinical.outbound import KINDS, URGENCIES, WITHOUT_CONSENT
from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, Versioned, closed, who, within_site
from intake.models.cases import Case

OUTBOUND_STATES = ("planned", "sent", "seen", "closed", "cancelled")
CONSENT_BASES = ("consent", *WITHOUT_CONSENT)
REVIEW_MEDICINES = ("antidepressant", "other_non_habit_forming")
REVIEW_STATES = ("asked", "done", "cancelled")
REVIEW_OUTCOMES = ("started", "changed", "stopped", "unchanged", "declined_by_client")


class OutboundReferral(SiteRow, Versioned, Base):
    """A request to another service, open until its result is there or it is called off."""

    __tablename__ = "outbound_referrals"
    __table_args__ = (
        within_site("case_id", "cases"),
        within_site("plan_decision_id", "plan_decisions"),
        within_site("disclosure_consent_id", "disclosure_consents"),
        closed("kind", KINDS),
        closed("urgency", URGENCIES),
        closed("state", OUTBOUND_STATES),
        closed("consent_basis", CONSENT_BASES),
        CheckConstraint("adjunct ~ '^J(0[1-9]|1[0-5])$'", name="adjunct_known"),
        CheckConstraint(
            "(sent_on IS NULL) = (consent_basis IS NULL)"
            " AND (state NOT IN ('sent', 'seen', 'closed') OR sent_on IS NOT NULL)"
            " AND (state <> 'planned' OR sent_on IS NULL)",
            name="sent_whole",
        ),
        CheckConstraint(
            "seen_on >= sent_on AND (state <> 'seen' OR seen_on IS NOT NULL)", name="seen_whole"
        ),
        Index(None, "site_id", "case_id", "id"),
        Index(
            "ix_outbound_referrals_waiting",
            "site_id",
            "state",
            postgresql_where=text("overdue_at IS NULL AND state IN ('planned', 'sent', 'seen')"),
        ),
        Index(
            "ix_outbound_referrals_open",
            "site_id",
            "due_by",
            "id",
            postgresql_where=text("state IN ('planned', 'sent', 'seen')"),
        ),
        Index(
            "uq_outbound_referrals_one_open_per_adjunct",
            "site_id",
            "case_id",
            "adjunct",
            unique=True,
            postgresql_where=text("state IN ('planned', 'sent', 'seen')"),
        ),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: The decision whose recommendation asked for it; empty when a person did
    plan_decision_id: Mapped[uuid.UUID | None]
    #: urology, hepatology, physiotherapy and so on
    kind: Mapped[str]
    #: The addition to the plan it comes from, J01 to J15
    adjunct: Mapped[str | None]
    #: routine, urgent or emergency
    urgency: Mapped[str]
    #: planned, sent, seen, closed or cancelled
    state: Mapped[str] = mapped_column(default="planned")
    #: The person should have been seen there by this day
    due_by: Mapped[dt.date]
    #: The day it left
    sent_on: Mapped[dt.date | None]
    #: consent, or why it left without
    consent_basis: Mapped[str | None]
    #: The signed consent to disclosure it left on, where the record's own answer doesn't cover it
    disclosure_consent_id: Mapped[uuid.UUID | None]
    #: The appointment over there
    appointment_on: Mapped[dt.date | None]
    #: The day the person was seen there
    seen_on: Mapped[dt.date | None]
    #: When somebody was told that it takes too long; once for each stage
    overdue_at: Mapped[dt.datetime | None]
    #: Who is asked, what for, the result, and the reasons: sealed
    sealed: Mapped[Sealed | None]
    #: Who planned it
    created_by: Mapped[uuid.UUID] = who()

    case: Mapped[Case] = relationship(foreign_keys="OutboundReferral.case_id", lazy="raise")


class MedicationReview(SiteRow, Versioned, Base):
    """A review of medicines that a prescriber is asked for, with what came of it."""

    __tablename__ = "medication_reviews"
    __table_args__ = (
        within_site("case_id", "cases"),
        closed("medicine", REVIEW_MEDICINES),
        closed("state", REVIEW_STATES),
        closed("outcome", REVIEW_OUTCOMES),
        CheckConstraint(
            "(state = 'done') = (outcome IS NOT NULL)"
            " AND (outcome IS NULL) = (reviewed_on IS NULL)",
            name="done_whole",
        ),
        CheckConstraint("reviewed_on >= asked_on AND due_by >= asked_on", name="in_order"),
        Index(None, "site_id", "case_id", "id"),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: antidepressant or other_non_habit_forming
    medicine: Mapped[str]
    #: asked, done or cancelled
    state: Mapped[str] = mapped_column(default="asked")
    #: The day it was asked for
    asked_on: Mapped[dt.date]
    #: An answer is expected by then
    due_by: Mapped[dt.date]
    #: The day it took place
    reviewed_on: Mapped[dt.date | None]
    #: started, changed, stopped, unchanged or declined_by_client
    outcome: Mapped[str | None]
    #: Who is asked, why, by whom it was done, and the result: sealed
    sealed: Mapped[Sealed]
    #: Who asked
    asked_by: Mapped[uuid.UUID] = who()

    case: Mapped[Case] = relationship(foreign_keys="MedicationReview.case_id", lazy="raise")
