"""What of the care around a plan is in the course of a case? Arms, goals, services, proposals.

A day has no hour: what is known by its day alone stands at the start of it at the site, and never
before what it was based on.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import DateTime, Select, Text, cast, func, literal

from intake.models import (
    Case,
    CaseProposal,
    ContactAttempt,
    Goal,
    GoalVersion,
    MedicalClearance,
    OutboundReferral,
    PlanDecision,
    Recommendation,
    SafetyPlan,
    Task,
)
from intake.services.course_parts import Viewer, entry


def day(column: Any, viewer: Viewer) -> Any:
    """The start of a day at the site, to stand among moments."""
    zone = literal(viewer.actor.time_zone, Text)
    return func.timezone(zone, cast(column, DateTime), type_=DateTime(timezone=True))


def arms_begun(case: Case, viewer: Viewer) -> Select[Any]:
    """A decision came into force: the day from which the person was treated in its setting."""
    row = PlanDecision
    return (
        entry(
            "arm_began", row, case, at=func.greatest(Recommendation.computed_at,
            day(row.in_force_from, viewer)), state=row.state, code=row.chosen_setting,
            detail=row.change_code, who_id=func.coalesce(row.signed_off_by, row.decided_by),
            about_id=row.recommendation_id,
        )
        .join(row.recommendation)
        .where(row.case_id == case.id, row.in_force_from.is_not(None))
    )  # fmt: skip


def arms_ended(case: Case, viewer: Viewer) -> Select[Any]:
    """A decision went out of force: by a step up or down, a revision, or with the case."""
    row = PlanDecision
    return (
        entry(
            "arm_ended", row, case, at=func.greatest(Recommendation.computed_at,
            day(row.in_force_until, viewer)), state=row.state, code=row.chosen_setting,
            detail=row.end_code, about_id=row.recommendation_id,
        )
        .join(row.recommendation)
        .where(row.case_id == case.id, row.in_force_until.is_not(None))
    )  # fmt: skip


def goals(case: Case, viewer: Viewer) -> Select[Any]:
    """A goal was set or changed; what it says is read from the goal itself."""
    del viewer
    row = GoalVersion
    return (
        entry(
            "goal", row, case, at=row.changed_at, state=row.status, code=row.domain,
            number=row.confidence, who_id=row.changed_by, about_id=row.goal_id,
        )
        .join(row.goal)
        .where(Goal.case_id == case.id)
    )  # fmt: skip


def proposals(case: Case, viewer: Viewer) -> Select[Any]:
    """A move that a second person must agree to, from the moment it was proposed."""
    del viewer
    row = CaseProposal
    return entry(
        "proposal", row, case, at=row.proposed_at, state=row.state, code=row.kind,
        who_id=row.proposed_by,
    ).where(row.case_id == case.id)  # fmt: skip


def clearances(case: Case, viewer: Viewer) -> Select[Any]:
    """A physician said whether treatment may begin."""
    del viewer
    row = MedicalClearance
    return entry(
        "clearance", row, case, at=row.cleared_at, state=row.outcome, who_id=row.recorded_by
    ).where(row.case_id == case.id)  # fmt: skip


def outbound(case: Case, viewer: Viewer) -> Select[Any]:
    """Another service was asked: with the decision that wanted it, else on the day it left.

    One that a person planned and that didn't leave has no other moment than that of its row.
    """
    row = OutboundReferral
    decided = func.greatest(Recommendation.computed_at, day(PlanDecision.decided_on, viewer))
    return (
        entry(
            "outbound_referral", row, case, at=func.coalesce(decided, day(row.sent_on, viewer),
            row.created_at), state=row.state, code=row.kind, detail=row.urgency,
            who_id=row.created_by, about_id=row.plan_decision_id,
        )
        .outerjoin(PlanDecision, PlanDecision.id == row.plan_decision_id)
        .outerjoin(PlanDecision.recommendation)
        .where(row.case_id == case.id)
    )  # fmt: skip


def opinions(case: Case, viewer: Viewer) -> Select[Any]:
    """A colleague said what they think of a suggestion; what they said is read from the answer."""
    del viewer
    row = Task
    return entry(
        "second_opinion", row, case, at=row.answered_at, state=row.opinion, who_id=row.owner_id,
        about_id=row.recommendation_id,
    ).where(row.case_id == case.id, row.opinion.is_not(None))  # fmt: skip


def attempts(case: Case, viewer: Viewer) -> Select[Any]:
    """Somebody tried to reach the person."""
    del viewer
    row = ContactAttempt
    return entry(
        "contact_attempt", row, case, at=row.at, state=row.outcome, code=row.channel,
        who_id=row.made_by,
    ).where(row.case_id == case.id)  # fmt: skip


def safety_plans(case: Case, viewer: Viewer) -> Select[Any]:
    """A version of the safety plan was written with the person."""
    row = SafetyPlan
    return entry(
        "safety_plan", row, case, at=day(row.written_on, viewer), number=row.number,
        who_id=row.written_by,
    ).where(row.case_id == case.id)  # fmt: skip
