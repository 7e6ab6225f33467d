"""The one statement behind the page of a case: a column for each kind of what hangs on it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.orm import aliased

from intake.access import Actor
from intake.models import (
    Alert,
    Appointment,
    Assessment,
    Case,
    CaseTransition,
    Client,
    Consent,
    FollowUp,
    Membership,
    PlanDecision,
    ProgressNote,
    SafetyPlan,
    Staff,
)
from intake.services import reassessments, relations
from intake.services.move_facts import NOT_IN_FORCE
from intake.services.progress_note_views import shown_to

Current = aliased(PlanDecision, name="current_plan")


def facts(case_id: uuid.UUID, today: dt.date, actor: Actor) -> Select[Any]:
    """The case, its person and plan, and one column for each kind of what hangs on it."""
    return (
        reassessments.facts(today)
        .add_columns(
            Client,
            Current,
            relations.DRAFT_AUTHOR,
            _staff().label("staff"),
            _alerts().label("alerts"),
            _consents().label("consents"),
            _follow_ups().label("follow_ups"),
            _safety().label("safety"),
            _visits().label("visits"),
            _moved().label("moved"),
            _count(Assessment).label("assessments"),
            _count(ProgressNote, shown_to(actor)).label("notes"),
        )
        .join(Case.client)
        .outerjoin(
            Current,
            (Current.site_id == Case.site_id)
            & (Current.case_id == Case.id)
            & Current.state.not_in(NOT_IN_FORCE),
        )
        .where(Case.id == case_id)
    )


def _staff() -> ScalarSelect[Any]:
    """Everybody of the site by identifier: who did what is shown by name."""
    pairs = func.json_object_agg(Staff.id, Staff.display_name)
    return (
        select(pairs)
        .join(Membership, Membership.staff_id == Staff.id)
        .where(Membership.site_id == Case.site_id)
        .correlate(Case)
        .scalar_subquery()
    )


def _of_case(model: Any, *conditions: Any) -> Any:
    return (model.site_id == Case.site_id, model.case_id == Case.id, *conditions)


def _count(model: Any, *conditions: Any) -> ScalarSelect[Any]:
    query = select(func.count()).select_from(model).where(*_of_case(model, *conditions))
    return query.correlate(Case).scalar_subquery()


def _alerts() -> ScalarSelect[Any]:
    line = func.json_build_array(
        Alert.id, Alert.version, Alert.code, Alert.priority, Alert.state, Alert.due_at,
        Alert.acknowledged_by,
    )  # fmt: skip
    return (
        select(func.json_agg(aggregate_order_by(line, Alert.due_at, Alert.id)))
        .where(*_of_case(Alert, Alert.state != "closed"))
        .correlate(Case)
        .scalar_subquery()
    )


def _consents() -> ScalarSelect[Any]:
    newest = (
        select(Consent.purpose, Consent.status, Consent.decided_at, Consent.expires_on)
        .ext(distinct_on(Consent.purpose))
        .where(Consent.site_id == Case.site_id, Consent.client_id == Case.client_id)
        .order_by(Consent.purpose, Consent.decided_at.desc(), Consent.id.desc())
        .correlate(Case)
        .subquery()
    )
    return select(func.json_agg(func.json_build_array(*newest.c))).scalar_subquery()


def _follow_ups() -> ScalarSelect[Any]:
    line = func.json_build_array(FollowUp.id, FollowUp.code, FollowUp.label, FollowUp.due_by)
    return (
        select(func.json_agg(aggregate_order_by(line, FollowUp.due_by, FollowUp.code)))
        .where(*_of_case(FollowUp, FollowUp.state == "planned"))
        .correlate(Case)
        .scalar_subquery()
    )


def _safety() -> ScalarSelect[Any]:
    return (
        select(func.json_build_array(SafetyPlan.number, SafetyPlan.written_on))
        .where(*_of_case(SafetyPlan))
        .order_by(SafetyPlan.number.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )


def _visits() -> ScalarSelect[Any]:
    """How many visits ended how."""
    by_status = (
        select(Appointment.status, func.count().label("many"))
        .where(*_of_case(Appointment))
        .group_by(Appointment.status)
        .correlate(Case)
        .subquery()
    )
    return select(func.json_object_agg(by_status.c.status, by_status.c.many)).scalar_subquery()


def _moved() -> ScalarSelect[Any]:
    row = CaseTransition
    line = func.json_build_array(row.at, row.from_state, row.to_state)
    return (
        select(func.json_agg(aggregate_order_by(line, row.at, row.id)))
        .where(*_of_case(row))
        .correlate(Case)
        .scalar_subquery()
    )
