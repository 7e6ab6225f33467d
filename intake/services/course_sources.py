"""What does the course of a case consist of? Each kind of entry, its moment, and who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Integer, Select, func, literal, true

from intake.access import Permission
from intake.models import (
    Alert,
    Appointment,
    Assessment,
    Case,
    CaseTransition,
    DrugScreen,
    Intake,
    PlanDecision,
    ProgressNote,
    Recommendation,
    Reminder,
    SessionRecord,
)
from intake.services import course_care_sources as care
from intake.services.course_care_sources import day
from intake.services.course_parts import Source, Viewer, entry
from intake.services.progress_note_views import shown_to


def entries(kind: str, case: Case, viewer: Viewer) -> Select[Any]:
    """The rows of one kind, fit to stand below those of another; `rank` orders those of a moment.

    A row that is there twice, as what was decided and as what came of it, has two ranks.
    """
    rank = tuple(SOURCES).index(kind)
    return SOURCES[kind].rows(case, viewer).add_columns(literal(rank, Integer).label("rank"))


def _transitions(case: Case, viewer: Viewer) -> Select[Any]:
    del viewer
    row = CaseTransition
    return entry(
        "transition", row, case, at=row.at, state=row.to_state, code=row.reason,
        detail=row.from_state, who_id=row.actor_id,
    ).where(row.case_id == case.id)  # fmt: skip


def _intakes(case: Case, viewer: Viewer) -> Select[Any]:
    del viewer
    row = Intake
    return entry(
        "intake", row, case, at=row.submitted_at, state=row.state, who_id=row.submitted_by
    ).where(row.case_id == case.id, row.submitted_at.is_not(None))


def _recommendations(case: Case, viewer: Viewer) -> Select[Any]:
    del viewer
    row = Recommendation
    return entry(
        "recommendation", row, case, at=row.computed_at, state=row.status, code=row.rule_set,
        who_id=row.computed_by, about_id=row.superseded_by,
    ).where(row.case_id == case.id)  # fmt: skip


def _decisions(case: Case, viewer: Viewer) -> Select[Any]:
    """A decision has a day and no hour; it never stands before what it was based on."""
    row = PlanDecision
    return (
        entry(
            "decision", row, case,
            at=func.greatest(Recommendation.computed_at, day(row.decided_on, viewer)),
            state=row.state, code=row.chosen_setting, detail=row.override_code,
            who_id=row.decided_by, about_id=row.recommendation_id,
        )
        .join(row.recommendation)
        .where(row.case_id == case.id)
    )  # fmt: skip


def _scores(case: Case, viewer: Viewer) -> Select[Any]:
    del viewer
    row = Assessment
    return entry(
        "score", row, case, at=row.signed_at, state=row.state, code=row.instrument,
        detail=row.band, number=row.total, who_id=row.assessed_by, about_id=row.amends,
    ).where(row.case_id == case.id, row.signed_at.is_not(None))  # fmt: skip


def _visits(case: Case, viewer: Viewer) -> Select[Any]:
    del viewer
    row = Appointment
    return entry(
        "visit", row, case, at=func.lower(row.during), state=row.status, code=row.kind,
        detail=row.mode, who_id=row.staff_id, about_id=row.follow_up_id,
    ).where(row.case_id == case.id)  # fmt: skip


def _sessions(case: Case, viewer: Viewer) -> Select[Any]:
    """What was asked at a visit stands where the visit ended."""
    del viewer
    row = SessionRecord
    return (
        entry(
            "session", row, case, at=func.upper(Appointment.during), number=row.craving,
            who_id=row.recorded_by, about_id=row.appointment_id,
        )
        .join(row.appointment)
        .where(row.case_id == case.id)
    )  # fmt: skip


def _screens(case: Case, viewer: Viewer) -> Select[Any]:
    del viewer
    row = DrugScreen
    return entry(
        "screen", row, case, at=row.collected_at, state=row.state, code=row.confirmation,
        who_id=row.recorded_by,
    ).where(row.case_id == case.id)  # fmt: skip


def _alerts(case: Case, viewer: Viewer) -> Select[Any]:
    del viewer
    row = Alert
    return entry(
        "alert", row, case, at=row.raised_at, state=row.state, code=row.code, detail=row.priority,
        number=row.occurrences, who_id=row.closed_by,
    ).where(row.case_id == case.id)  # fmt: skip


def _notes(case: Case, viewer: Viewer) -> Select[Any]:
    """That there is a note, never what it says; a restricted one stays shut in an emergency."""
    row = ProgressNote
    return entry(
        "note", row, case, at=func.coalesce(row.signed_at, row.drafted_at), state=row.state,
        code=row.format, detail=row.confidentiality, number=row.minutes, who_id=row.author_id,
        about_id=row.addendum_to,
    ).where(
        row.case_id == case.id,
        shown_to(viewer.actor),
        true() if viewer.is_theirs else row.confidentiality == "normal",
    )  # fmt: skip


def _messages(case: Case, viewer: Viewer) -> Select[Any]:
    """Reminders that went out, will go out or failed; those no longer needed say nothing."""
    del viewer
    row = Reminder
    return (
        entry(
            "message", row, case, at=row.send_after, state=row.state, code=row.kind,
            detail=row.state_reason, about_id=row.appointment_id,
        )
        .join(row.appointment)
        .where(Appointment.case_id == case.id, row.state != "cancelled")
    )  # fmt: skip


P = Permission
# In the order in which entries of one moment are told.
SOURCES: Mapping[str, Source] = {
    "transition": Source(P.CASE_READ, _transitions),
    "intake": Source(P.INTAKE_READ, _intakes),
    "recommendation": Source(P.PLAN_READ, _recommendations),
    "decision": Source(P.PLAN_READ, _decisions),
    "second_opinion": Source(P.PLAN_READ, care.opinions),
    "arm_ended": Source(P.PLAN_READ, care.arms_ended),
    "arm_began": Source(P.PLAN_READ, care.arms_begun),
    "goal": Source(P.PLAN_READ, care.goals),
    "outbound_referral": Source(P.CARE_READ, care.outbound),
    "safety_plan": Source(P.CARE_READ, care.safety_plans),
    "clearance": Source(P.ASSESSMENT_READ, care.clearances),
    "proposal": Source(P.PROPOSAL_READ, care.proposals),
    "contact_attempt": Source(P.REFERRAL_WORK, care.attempts),
    "score": Source(P.ASSESSMENT_READ, _scores),
    "visit": Source(P.APPOINTMENT_READ, _visits),
    "session": Source(P.PROGRESS_READ, _sessions),
    "screen": Source(P.PROGRESS_READ, _screens),
    "alert": Source(P.WORK_READ, _alerts),
    "note": Source(P.NOTE_READ, _notes),
    "message": Source(P.REMINDER_READ, _messages),
}
