"""Which measures are due in a case, and in all the cases one has to do with?"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical.reassessment import Done, Due, Episode, due
from intake.errors import NotFound
from intake.models import Appointment, Assessment, Case, Intake, PlanDecision, UseEntry
from intake.models.cases import TERMINAL_STATES
from intake.services import audit, cases, plan_arms, relations
from intake.services.audit import Event

# Cases looked at in one request, those first that were measured longest ago.
MOST = 500


@dataclass(frozen=True, slots=True)
class DueLine:
    """A measure that is due; `overdue_days` is 0 until the day has passed."""

    case_id: uuid.UUID
    case_reference: str
    instrument: str
    last_on: dt.date | None
    due_on: dt.date
    overdue_days: int
    reason: str


@dataclass(frozen=True, slots=True)
class DueList:
    """What is due as of a day; `is_capped` when there are more cases than were looked at."""

    as_of: dt.date
    is_capped: bool
    data: tuple[DueLine, ...]


def of_case(session: Session, case_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> DueList:
    """What is to be measured in a case; nothing when it has ended or isn't handed in.

    The read is recorded. Raises as `relations.require`.
    """
    today = cases.local_date(now, actor)
    row = session.execute(facts(today).where(Case.id == case_id)).one_or_none()
    if row is None:
        raise NotFound("case")
    relations.require(session, actor, Permission.ASSESSMENT_READ, row.Case)
    found = _lines(row, today, ZoneInfo(actor.time_zone))
    _note(session, (row.Case.id,), client_id=row.Case.client_id)
    return DueList(today, is_capped=False, data=found)


def due_before(
    session: Session, last_day: dt.date | None, *, actor: Actor, now: dt.datetime
) -> DueList:
    """What is due by a day (today unless given) in the cases one has to do with, soonest first.

    The cases shown are recorded.
    """
    today = cases.local_date(now, actor)
    wanted, zone = last_day or today, ZoneInfo(actor.time_zone)
    seen = relations.visible(session, actor, Permission.ASSESSMENT_READ)
    rows = session.execute(
        facts(today)
        .where(seen, Case.state.not_in(TERMINAL_STATES), Intake.submitted_at.is_not(None))
        .order_by(_oldest().asc().nulls_first(), Case.id)
        .limit(MOST + 1)
    ).all()
    lines = [one for row in rows[:MOST] for one in _lines(row, today, zone) if one.due_on <= wanted]
    lines.sort(key=lambda one: (one.due_on, one.case_reference, one.instrument))
    _note(session, tuple(dict.fromkeys(one.case_id for one in lines)))
    return DueList(today, is_capped=len(rows) > MOST, data=tuple(lines))


def facts(today: dt.date) -> Select[Any]:
    """Cases with everything that decides what is due, in one statement."""
    return (
        select(
            Case,
            Intake.submitted_at,
            PlanDecision.chosen_setting,
            PlanDecision.decided_on,
            PlanDecision.admission_on,
            _signed().label("signed"),
            _last_used().label("last_used_on"),
            _next_contact(today).label("next_contact"),
        )
        .outerjoin(Intake, (Intake.site_id == Case.site_id) & (Intake.case_id == Case.id))
        .outerjoin(
            PlanDecision,
            (PlanDecision.site_id == Case.site_id)
            & (PlanDecision.case_id == Case.id)
            & plan_arms.is_open(PlanDecision),
        )
    )


def _signed() -> ScalarSelect[Any]:
    """Every signed assessment of a case: code, day, band and item 9."""
    line = func.json_build_array(
        Assessment.instrument,
        Assessment.assessed_on,
        Assessment.band,
        Assessment.result["item9"],
    )
    return (
        select(func.json_agg(line))
        .where(Assessment.case_id == Case.id, Assessment.state == "signed")
        .correlate(Case)
        .scalar_subquery()
    )


def _last_used() -> ScalarSelect[Any]:
    """The last day of use that the log of a case tells of."""
    return (
        select(func.max(UseEntry.used_on))
        .where(UseEntry.case_id == Case.id, UseEntry.state == "recorded")
        .correlate(Case)
        .scalar_subquery()
    )


def _next_contact(today: dt.date) -> ScalarSelect[Any]:
    """The next time somebody and the person have agreed on, today included."""
    return (
        select(func.min(Appointment.local_start))
        .where(
            Appointment.case_id == Case.id,
            Appointment.status.in_(("booked", "arrived")),
            Appointment.local_start >= dt.datetime.combine(today, dt.time()),
        )
        .correlate(Case)
        .scalar_subquery()
    )


def _oldest() -> ScalarSelect[Any]:
    """The day of a case's newest signed assessment."""
    return (
        select(func.max(Assessment.assessed_on))
        .where(Assessment.case_id == Case.id, Assessment.state == "signed")
        .correlate(Case)
        .scalar_subquery()
    )


def due_in(row: Row[Any], today: dt.date, zone: ZoneInfo) -> tuple[Due, ...]:
    """What is due in a case, from a row of `facts`; nothing once it has ended or before intake."""
    if row.Case.state in TERMINAL_STATES or row.submitted_at is None:
        return ()
    return due(_episode(row, zone), today)


def _lines(row: Row[Any], today: dt.date, zone: ZoneInfo) -> tuple[DueLine, ...]:
    return tuple(_line(row.Case, one, today) for one in due_in(row, today, zone))


def _episode(row: Row[Any], zone: ZoneInfo) -> Episode:
    done: dict[str, Done] = {}
    for code, on, band, item9 in row.signed or ():
        day = dt.date.fromisoformat(on)
        if code not in done or day >= done[code].on:
            done[code] = Done(day, band, item9)
    contact = row.next_contact
    return Episode(
        handed_in_on=row.submitted_at.astimezone(zone).date(),
        setting=row.chosen_setting,
        plan_began_on=row.admission_on or row.decided_on,
        last_used_on=row.last_used_on,
        next_contact_on=contact.date() if contact else None,
        done=done,
    )


def _line(case: Case, one: Due, today: dt.date) -> DueLine:
    return DueLine(
        case_id=case.id,
        case_reference=case.reference,
        instrument=one.instrument,
        last_on=one.last_on,
        due_on=one.due_on,
        overdue_days=max(0, (today - one.due_on).days),
        reason=one.reason,
    )


def _note(
    session: Session, shown: tuple[uuid.UUID, ...], *, client_id: uuid.UUID | None = None
) -> None:
    act = Event("assessment", "due", "R", client_id=client_id, sensitivity="P2")
    audit.record(session, replace(act, hits=len(shown), returned_ids=shown))
