"""What is stored of a case that decides where it may go?

Each question is one statement, however much the case holds; what the answers mean is `readiness`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.clinical import intake_record
from intake.clinical.case_facts import Attempt, Known
from intake.clinical.record_field import parse_day
from intake.models import (
    Alert,
    Appointment,
    Assessment,
    Case,
    CaseTransition,
    Client,
    Consent,
    ContactAttempt,
    Disclosure,
    FollowUp,
    Goal,
    Intake,
    MedicalClearance,
    PlanDecision,
    Recommendation,
)
from intake.services import identity, intake_answers
from intake.services.cases import local_date

NOT_IN_FORCE = ("superseded", "returned")
# More than anybody keeps or misses between two moves.
VISITS = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """What a move stands on: the facts, and the decision and advice in force, if any."""

    known: Known
    plan: PlanDecision | None
    recommendation: Recommendation | None
    last_move: CaseTransition | None


def gather(
    session: Session, case: Case, client: Client, *, actor: Actor, now: dt.datetime
) -> Standing:
    """Everything that decides about the moves of a case, as stored; flushes first."""
    session.flush()
    row = session.execute(_core(case)).one()
    today = local_date(now, actor)
    moved = row.CaseTransition
    since = moved.at if moved is not None else case.created_at
    known = Known(
        today=today,
        state_since=local_date(since, actor),
        referral_date=case.referral_date,
        **_of_intake(session, case, client, row, actor),
        consents=_consents(session, case, today),
        signed=_signed(session, case),
        **_alerts(session, case),
        **_of_advice(row, since),
        clearance=row.clearance,
        goals=row.goals,
        has_key_worker=case.key_worker_id is not None,
        schedule=_schedule(session, case),
        visits=_visits(session, case),
        has_disclosure=row.has_disclosure,
        attempts=_attempts(session, case, actor),
    )
    return Standing(known, row.PlanDecision, row.Recommendation, moved)


def _core(case: Case) -> Any:
    """Intake, advice and decision in force, the last move, and single values beside them."""
    goals = select(func.count()).where(Goal.case_id == case.id, Goal.status != "dropped")
    clearance = (
        select(MedicalClearance.outcome)
        .where(MedicalClearance.case_id == case.id)
        .order_by(MedicalClearance.cleared_at.desc(), MedicalClearance.id.desc())
        .limit(1)
    )
    disclosed = select(Disclosure.id).where(
        Disclosure.case_id == case.id, Disclosure.basis == "consent"
    )
    return (
        select(
            Intake,
            Recommendation,
            PlanDecision,
            CaseTransition,
            goals.scalar_subquery().label("goals"),
            clearance.scalar_subquery().label("clearance"),
            disclosed.exists().label("has_disclosure"),
        )
        .select_from(Case)
        .outerjoin(Intake, Intake.case_id == Case.id)
        .outerjoin(
            Recommendation,
            and_(Recommendation.case_id == Case.id, Recommendation.superseded_by.is_(None)),
        )
        .outerjoin(
            PlanDecision,
            and_(PlanDecision.case_id == Case.id, PlanDecision.state.not_in(NOT_IN_FORCE)),
        )
        .outerjoin(CaseTransition, CaseTransition.id == _last_move(case))
        .where(Case.id == case.id)
    )


def _last_move(case: Case) -> Any:
    """The newest transition of a case."""
    newest = select(CaseTransition.id).where(CaseTransition.case_id == case.id)
    in_order = newest.order_by(CaseTransition.at.desc(), CaseTransition.id.desc())
    return in_order.limit(1).scalar_subquery()


def _of_intake(
    session: Session, case: Case, client: Client, row: Row[Any], actor: Actor
) -> dict[str, Any]:
    """What the intake says: handed in when, complete, triaged when."""
    intake: Intake | None = row.Intake
    if intake is None:
        return {}
    vault = identity.vault_of(session, client)
    answers = intake_answers.with_referral(intake, case, vault)
    handed_in = intake.submitted_at
    return {
        "handed_in_on": local_date(handed_in, actor) if handed_in else None,
        "intake_complete": handed_in is not None
        and not intake_record.missing_for_assessed(answers),
        "triage_date": case.triaged_on or parse_day(answers.get("referral", {}).get("triage_date")),
    }


def _of_advice(row: Row[Any], since: dt.datetime) -> dict[str, Any]:
    """What the newest recommendation and the decision in force say."""
    advice: Recommendation | None = row.Recommendation
    plan: PlanDecision | None = row.PlanDecision
    suggested: Mapping[str, Any] = (advice.result.get("recommendation") or {}) if advice else {}
    return {
        "recommendation_complete": advice is not None and advice.status == "complete",
        "recommended_since_state": advice is not None and advice.computed_at > since,
        "clearance_required": bool(suggested.get("medical_clearance_required")),
        "plan_state": plan.state if plan else None,
        "plan_setting": plan.chosen_setting if plan else None,
        "decided_on": plan.decided_on if plan else None,
    }


def _consents(session: Session, case: Case, today: dt.date) -> dict[str, str]:
    """The newest answer to each purpose; what has expired is `expired`."""
    rows = session.execute(
        select(Consent.purpose, Consent.status, Consent.expires_on)
        .where(Consent.client_id == case.client_id)
        .order_by(Consent.decided_at, Consent.id)
    )
    return {
        row.purpose: "expired" if row.expires_on and row.expires_on < today else row.status
        for row in rows
    }


def _attempts(session: Session, case: Case, actor: Actor) -> tuple[Attempt, ...]:
    """Tries that reached nobody, as they were documented."""
    rows = session.execute(
        select(ContactAttempt.at, ContactAttempt.channel)
        .where(ContactAttempt.case_id == case.id, ContactAttempt.outcome != "reached")
        .order_by(ContactAttempt.at.desc())
        .limit(VISITS)
    )
    return tuple(Attempt(local_date(row.at, actor), row.channel) for row in rows)


def _signed(session: Session, case: Case) -> dict[str, dt.date]:
    """The day of the newest signed administration of each instrument, declined ones included."""
    rows = session.execute(
        select(Assessment.instrument, func.max(Assessment.assessed_on).label("on"))
        .where(Assessment.case_id == case.id, Assessment.state == "signed")
        .group_by(Assessment.instrument)
    )
    return {row.instrument: row.on for row in rows}


def _alerts(session: Session, case: Case) -> dict[str, Any]:
    """Alerts that are not closed: their priorities, and codes that nobody has taken on."""
    rows = session.execute(
        select(Alert.code, Alert.priority, Alert.state).where(
            Alert.case_id == case.id, Alert.state != "closed"
        )
    ).all()
    return {
        "unanswered_alerts": frozenset(row.code for row in rows if row.state == "open"),
        "open_priorities": tuple(row.priority for row in rows),
    }


def _schedule(session: Session, case: Case) -> dict[str, str]:
    """What the plan in force asks for: code → state."""
    rows = session.execute(
        select(FollowUp.code, FollowUp.state).where(
            FollowUp.case_id == case.id, FollowUp.state != "withdrawn"
        )
    )
    return {row.code: row.state for row in rows}


def _visits(session: Session, case: Case) -> tuple[tuple[str, str, dt.date], ...]:
    """Status, kind and day of the visits, the newest first."""
    rows = session.execute(
        select(Appointment.status, Appointment.kind, Appointment.local_start)
        .where(Appointment.case_id == case.id)
        .order_by(Appointment.local_start.desc(), Appointment.id.desc())
        .limit(VISITS)
    )
    return tuple((row.status, row.kind, row.local_start.date()) for row in rows)
