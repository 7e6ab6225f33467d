"""What was suggested and what was decided: two stored facts, never one."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import Base, Json, SiteRow, Versioned, closed, who, within_site
from intake.models.cases import Case

RECOMMENDATION_STATUSES = ("complete", "incomplete")
SETTINGS = ("peer_support", "outpatient_cbt", "inpatient")
PLAN_STATES = ("proposed", "awaiting_sign_off", "agreed", "returned", "superseded")
OVERRIDE_CODES = (
    "client_preference",
    "no_bed",
    "carer_duties",
    "recent_treatment_failure",
    "clinical_judgement_lower",
    "clinical_judgement_higher",
    "distance",
    "funding",
    "safeguarding",
    "other",
)
# Why a setting is changed; the words go with it.
CHANGE_CODES = (
    "stay_ended",
    "progress",
    "relapse",
    "deterioration",
    "client_preference",
    "no_place",
    "safety",
    "correction",
    "other",
)
# How a decision went out of force.
END_CODES = (
    "stepped_up",
    "stepped_down",
    "revised",
    "withdrawn",
    "discharged",
    "transferred",
    "lost_to_follow_up",
    "deceased",
)
# How it was agreed with the person.
AGREED_HOW = ("in_person", "phone", "video")


class Recommendation(SiteRow, Base):
    """What the rule set suggested, with its inputs and reasons. Superseded, never edited."""

    __tablename__ = "recommendations"
    __table_args__ = (
        within_site("case_id", "cases"),
        within_site("superseded_by", "recommendations"),
        closed("status", RECOMMENDATION_STATUSES),
        Index(None, "site_id", "case_id", "computed_at"),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: Name and version of the rule set, such as KDS-1.0
    rule_set: Mapped[str]
    #: complete, or incomplete with the list of what is missing
    status: Mapped[str]
    #: Exactly what the engine was given
    inputs: Mapped[Json]
    #: SHA-256 of the inputs
    inputs_hash: Mapped[bytes]
    #: Exactly what it answered, reasons included
    result: Mapped[Json]
    #: When (clinic time)
    computed_at: Mapped[dt.datetime]
    #: Who asked for it
    computed_by: Mapped[uuid.UUID] = who()
    #: The newer one that takes its place
    superseded_by: Mapped[uuid.UUID | None]

    case: Mapped[Case] = relationship(foreign_keys="Recommendation.case_id", lazy="raise")


class PlanDecision(SiteRow, Versioned, Base):
    """What the clinician decided, beside what was recommended and what was feasible."""

    __tablename__ = "plan_decisions"
    __table_args__ = (
        within_site("case_id", "cases"),
        within_site("recommendation_id", "recommendations"),
        closed("state", PLAN_STATES),
        closed("chosen_setting", SETTINGS),
        closed("override_code", OVERRIDE_CODES),
        CheckConstraint(
            "matches_recommendation = (chosen_setting = recommended_setting)", name="match_is_true"
        ),
        CheckConstraint(
            "matches_recommendation OR (override_code IS NOT NULL AND sealed IS NOT NULL)",
            name="override_explained",
        ),
        CheckConstraint("signed_off_by IS NULL OR signed_off_by <> decided_by", name="two_people"),
        CheckConstraint(
            "returned_by <> decided_by AND (state = 'returned') = (returned_by IS NOT NULL)",
            name="returned_by_another",
        ),
        CheckConstraint("discharge_on > admission_on", name="discharge_after_admission"),
        CheckConstraint("admission_on >= decided_on", name="admission_after_decision"),
        closed("agreed_how", AGREED_HOW),
        CheckConstraint(
            "(agreed_on IS NULL) = (agreed_how IS NULL) AND (agreed_on IS NULL OR shared_decision)",
            name="agreed_whole",
        ),
        closed("change_code", CHANGE_CODES),
        closed("end_code", END_CODES),
        CheckConstraint("review_on >= decided_on", name="review_after_decision"),
        CheckConstraint(
            "in_force_until >= in_force_from AND (in_force_until IS NULL) = (end_code IS NULL)",
            name="in_force_whole",
        ),
        Index(
            "uq_plan_decisions_one_in_force",
            "site_id",
            "case_id",
            unique=True,
            postgresql_where=text("in_force_from IS NOT NULL AND in_force_until IS NULL"),
        ),
        Index(
            "ix_plan_decisions_review",
            "site_id",
            "review_on",
            "id",
            postgresql_where=text("in_force_from IS NOT NULL AND in_force_until IS NULL"),
        ),
        Index(
            "uq_plan_decisions_one_current",
            "site_id",
            "case_id",
            unique=True,
            postgresql_where=text("state NOT IN ('superseded', 'returned')"),
        ),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: The suggestion it stands beside
    recommendation_id: Mapped[uuid.UUID]
    #: proposed, awaiting_sign_off, agreed, returned or superseded
    state: Mapped[str]
    #: What the rule set recommended
    recommended_setting: Mapped[str]
    #: What could be had
    feasible_setting: Mapped[str]
    #: What was chosen
    chosen_setting: Mapped[str]
    #: Whether chosen is what was recommended
    matches_recommendation: Mapped[bool]
    #: Why not, as a code
    override_code: Mapped[str | None]
    #: Why not, in words, the person's own view, why it was changed or returned: sealed
    sealed: Mapped[Sealed | None]
    #: Decided together with the person
    shared_decision: Mapped[bool]
    #: The day it was agreed with the person, where somebody wrote it down
    agreed_on: Mapped[dt.date | None]
    #: in_person, phone or video
    agreed_how: Mapped[str | None]
    #: Additions chosen one by one, J01 … J15; empty of those decided without asking: all suggested
    adjuncts: Mapped[list[str] | None]
    #: The day of the decision
    decided_on: Mapped[dt.date]
    #: Planned admission, inpatient only
    admission_on: Mapped[dt.date | None]
    #: Planned discharge, inpatient only
    discharge_on: Mapped[dt.date | None]
    #: The day the decision is looked at again
    review_on: Mapped[dt.date]
    #: What spoke against the choice when it was made: codes with their sentences
    cautions: Mapped[list[Json]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    #: Why the setting before was changed
    change_code: Mapped[str | None]
    #: The day it came into force; empty while it waits, and when it never did
    in_force_from: Mapped[dt.date | None]
    #: The day another one took its place, or treatment ended
    in_force_until: Mapped[dt.date | None]
    #: How it ended: a step up or down, a revision, or with the case
    end_code: Mapped[str | None]
    #: Who decided
    decided_by: Mapped[uuid.UUID] = who()
    #: The other person who signed it off, where the rules ask for one
    signed_off_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: The other person who returned it with a comment
    returned_by: Mapped[uuid.UUID | None] = who(nullable=True)

    case: Mapped[Case] = relationship(foreign_keys="PlanDecision.case_id", lazy="raise")
    recommendation: Mapped[Recommendation] = relationship(
        foreign_keys="PlanDecision.recommendation_id", lazy="raise"
    )
