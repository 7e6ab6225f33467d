"""What does a caseload read of each case? What sorts all, and what one page shows: two statements.

Cases are looked at, never the whole site: one's own, a worker's, or of a site those with serious
alerts, with overdue obligations and the newest, each to a limit.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, any_, func, select, union
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.sql.selectable import CompoundSelect

from intake.access import Permission, Scope
from intake.models import (
    Alert,
    Appointment,
    Assessment,
    Case,
    CaseTransition,
    Client,
    Consent,
    ContactAttempt,
    FollowUp,
    Goal,
    ProgressNote,
    Reminder,
    SafetyPlan,
    SessionRecord,
)
from intake.models.cases import TERMINAL_STATES
from intake.services import reassessments, relations
from intake.services.board_lanes import Reader
from intake.services.reminders import UNSETTLED
from intake.services.worklist_kinds import EXPIRES_WITHIN

MOST = 300
"""Cases looked at from each side, and visits or scores of one case."""
RECENT = 12
MEASURES = ("phq9", "gad7", "sds", "kbc6")
OPEN = Case.state.not_in(TERMINAL_STATES)


def standings(reader: Reader, worker_id: uuid.UUID | None) -> Select[Any]:
    """Everything that sorts and filters, for each case that is looked at."""
    return (
        reassessments.facts(reader.today)
        .add_columns(
            _of_case(func.array_agg(Alert.priority), Alert, Alert.state != "closed").label(
                "alerts"
            ),
            _of_case(
                func.count(), FollowUp, FollowUp.state == "planned", FollowUp.due_by < reader.today
            ).label("overdue_follow_ups"),
            _past_visits(reader).label("past_visits"),
            _of_case(
                func.max(Appointment.local_start), Appointment, Appointment.status == "fulfilled"
            ).label("last_visit"),
            _of_case(
                func.max(ContactAttempt.at), ContactAttempt, ContactAttempt.outcome == "reached"
            ).label("last_reached"),
        )
        # As an array, so that the planner looks up these few and never reads all cases for them.
        .where(Case.id == any_(func.array(_looked_at(reader, worker_id).scalar_subquery())), OPEN)
    )


def details(reader: Reader, cases: Collection[uuid.UUID]) -> Select[Any]:
    """What one page shows of its cases."""
    notes = [ProgressNote.state == "draft"]
    if reader.actor.scope(Permission.NOTE_WRITE) is not Scope.SITE:
        notes.append(ProgressNote.author_id == reader.actor.staff_id)
    return (
        select(
            Case,
            Client,
            _of_case(func.max(CaseTransition.at), CaseTransition).label("moved_at"),
            _of_case(func.count(), ProgressNote, *notes).label("unsigned_notes"),
            _failed(reader).label("failed_reminders"),
            _ending(reader).label("consent_ends_on"),
            _of_case(func.max(SafetyPlan.written_on), SafetyPlan).label("safety_plan_on"),
            _of_case(func.count(), Goal, Goal.status == "active").label("open_goals"),
            _scores().label("scores"),
            _told().label("told"),
        )
        .join(Case.client)
        .where(Case.id.in_(cases))
    )


def _looked_at(reader: Reader, worker_id: uuid.UUID | None) -> CompoundSelect[Any]:
    if worker_id is not None:
        chosen = [Case.key_worker_id == worker_id]
    elif reader.is_mine:
        chosen = relations.own(reader.actor)
    else:
        return _of_site(reader)
    return union(*(_limited(select(Case.id).where(OPEN, one)) for one in chosen))


def _of_site(reader: Reader) -> CompoundSelect[Any]:
    serious = (
        select(Alert.case_id)
        .where(Alert.state != "closed", Alert.priority.in_(("critical", "high")))
        .order_by(Alert.due_at)
    )
    overdue = (
        select(FollowUp.case_id)
        .where(FollowUp.state == "planned", FollowUp.due_by < reader.today)
        .order_by(FollowUp.due_by)
    )
    newest = select(Case.id).where(OPEN).order_by(Case.id.desc())
    return union(*(_limited(one) for one in (serious, overdue, newest)))


def _limited(query: Select[Any]) -> Select[Any]:
    return select(query.limit(MOST).subquery())


def _of_case(value: Any, model: Any, *conditions: Any) -> ScalarSelect[Any]:
    """One value of all rows of a case."""
    of_it = and_(model.site_id == Case.site_id, model.case_id == Case.id)
    return (
        select(value).select_from(model).where(of_it, *conditions).correlate(Case).scalar_subquery()
    )


def _past_visits(reader: Reader) -> ScalarSelect[Any]:
    """How the last visits went, the newest first."""
    visits = (
        select(Appointment.status, Appointment.local_start)
        .where(
            Appointment.site_id == Case.site_id,
            Appointment.case_id == Case.id,
            Appointment.status.in_(("fulfilled", "noshow")),
            Appointment.local_start < dt.datetime.combine(reader.today, dt.time.max),
        )
        .order_by(Appointment.local_start.desc())
        .limit(RECENT)
        .correlate(Case)
        .subquery()
    )
    newest_first = aggregate_order_by(visits.c.status, visits.c.local_start.desc())
    return select(func.array_agg(newest_first)).scalar_subquery()


def _failed(reader: Reader) -> ScalarSelect[Any]:
    """Reminders of visits to come that failed or may have, and wait for staff."""
    return (
        select(func.count())
        .select_from(Reminder)
        .join(Reminder.appointment)
        .where(
            Appointment.site_id == Case.site_id,
            Appointment.case_id == Case.id,
            Appointment.status == "booked",
            func.lower(Appointment.during) > reader.now,
            Reminder.schedule_no == Appointment.schedule_no,
            UNSETTLED,
        )
        .correlate(Case)
        .scalar_subquery()
    )


def _ending(reader: Reader) -> ScalarSelect[Any]:
    """The first day within 30 on which a consent in force ends."""
    newest = (
        select(Consent.status, Consent.expires_on)
        .ext(distinct_on(Consent.purpose))
        .where(Consent.site_id == Case.site_id, Consent.client_id == Case.client_id)
        .order_by(Consent.purpose, Consent.decided_at.desc(), Consent.id.desc())
        .correlate(Case)
        .subquery()
    )
    within = newest.c.expires_on.between(reader.today, reader.today + EXPIRES_WITHIN)
    return (
        select(func.min(newest.c.expires_on))
        .where(newest.c.status == "given", within)
        .scalar_subquery()
    )


def _scores() -> ScalarSelect[Any]:
    """Signed scores of the measures that have a line, the newest of each instrument first."""
    line = func.json_build_array(
        Assessment.instrument,
        Assessment.id,
        Assessment.assessed_on,
        Assessment.instrument_version,
        Assessment.total,
        Assessment.band,
    )
    rows = (
        select(line.label("line"))
        .where(
            Assessment.site_id == Case.site_id,
            Assessment.case_id == Case.id,
            Assessment.state == "signed",
            Assessment.instrument.in_(MEASURES),
            Assessment.total.is_not(None),
        )
        .order_by(Assessment.assessed_on.desc(), Assessment.signed_at.desc())
        .limit(MOST)
        .correlate(Case)
        .subquery()
    )
    return select(func.json_agg(rows.c.line)).scalar_subquery()


def _told() -> ScalarSelect[Any]:
    """Craving and days of use as told at the last visits, the newest first."""
    line = func.json_build_array(SessionRecord.craving, SessionRecord.days_used_28)
    rows = (
        select(line.label("line"))
        .join(SessionRecord.appointment)
        .where(SessionRecord.site_id == Case.site_id, SessionRecord.case_id == Case.id)
        .order_by(Appointment.local_start.desc())
        .limit(RECENT)
        .correlate(Case)
        .subquery()
    )
    return select(func.json_agg(rows.c.line)).scalar_subquery()
