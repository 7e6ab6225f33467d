"""Booking and moving appointments; their reminders are planned in the same transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import Conflict, FieldError, NotFound, PreconditionFailed, ValidationFailed
from intake.models import Appointment, Case, FollowUp
from intake.services import (
    appointment_clashes,
    appointment_times,
    appointment_views,
    audit,
    cases,
    duties,
    engine_input,
    relations,
    reminders,
)
from intake.services.appointment_clashes import Meeting
from intake.services.appointment_views import AppointmentView
from intake.services.audit import Event

SCHEDULE = ("local_start", "minutes", "staff_id", "mode")


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """A time to keep; `local_start` is wall time at the site, `minutes` 5 to 480."""

    case_id: uuid.UUID
    staff_id: uuid.UUID
    kind: str
    mode: str
    local_start: dt.datetime
    minutes: int
    follow_up_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Another time, length, member of staff or place; None leaves as it is."""

    local_start: dt.datetime | None = None
    minutes: int | None = None
    staff_id: uuid.UUID | None = None
    mode: str | None = None


def book(
    session: Session, order: NewAppointment, *, actor: Actor, now: dt.datetime,
    others: Collection[uuid.UUID] = (),
) -> AppointmentView:  # fmt: skip
    """Book an appointment with its reminders; `others` may book in this case too.

    Raises ValidationFailed for a wrong field, a time in the past, or a case, follow-up or member
    of staff that isn't this site's; Conflict when the case has ended, BookingConflict when the
    time is taken.
    """
    during = appointment_times.period(order.local_start, order.minutes, time_zone=actor.time_zone)
    appointment_times.refuse_past(during, now)
    case = _open_case(session, order.case_id, actor, others)
    follow_up = _planned_follow_up(session, case, order.follow_up_id)
    _refuse_unable(session, order.staff_id, actor)
    wanted = Meeting(case.client_id, order.staff_id, during)
    appointment_clashes.refuse(session, wanted, actor=actor)
    appointment = Appointment(
        site_id=actor.site_id,
        client_id=case.client_id,
        case_id=case.id,
        follow_up_id=order.follow_up_id,
        staff_id=order.staff_id,
        kind=order.kind,
        mode=order.mode,
        local_start=order.local_start,
        time_zone=actor.time_zone,
        during=during,
        status="booked",
        schedule_no=1,
        is_late=False,
        left_early=False,
    )
    session.add(appointment)
    if follow_up is not None:
        follow_up.state = "booked"
    audit.record(
        session, Event("appointment", "book", "C", row=appointment, client_id=case.client_id)
    )
    _plan_reminders(session, appointment, now=now)
    return appointment_views.view(appointment, now=now)


def move(
    session: Session, appointment_id: uuid.UUID, order: Reschedule, *, version: int, actor: Actor,
    now: dt.datetime,
) -> AppointmentView:  # fmt: skip
    """Give an appointment another time, length, member of staff or place.

    Where none of them really changes, nothing is written: the reminders stay. Raises NotFound,
    PreconditionFailed, ValidationFailed, or Conflict: no longer booked, begun, or time taken.
    """
    appointment = _locked(session, appointment_id, version, actor)
    _refuse_immovable(appointment, now)
    before = appointment_views.view(appointment, now=now)
    wanted = replace(before, **_said(order))
    changed = tuple(name for name in SCHEDULE if getattr(wanted, name) != getattr(before, name))
    seen = Event("appointment", "read", "R", row=appointment, client_id=appointment.client_id)
    if not changed:
        audit.record(session, seen)
        return before
    during = appointment_times.period(wanted.local_start, wanted.minutes, time_zone=actor.time_zone)
    appointment_times.refuse_past(during, now)
    if "staff_id" in changed:
        _refuse_unable(session, wanted.staff_id, actor)
    meeting = Meeting(appointment.client_id, wanted.staff_id, during)
    appointment_clashes.refuse(session, meeting, actor=actor, but=appointment.id)
    appointment.local_start, appointment.during = wanted.local_start, during
    appointment.staff_id, appointment.mode = wanted.staff_id, wanted.mode
    appointment.time_zone = actor.time_zone
    appointment.schedule_no += 1
    audit.record(session, replace(seen, subtype="move", action="U", fields=changed))
    reminders.cancel_superseded(session, appointment, reason="rescheduled")
    _plan_reminders(session, appointment, now=now)
    return appointment_views.view(appointment, now=now)


def _said(order: Reschedule) -> dict[str, Any]:
    """What a move asks for; the rest stays as it is."""
    asked = {name: getattr(order, name) for name in SCHEDULE}
    return {name: value for name, value in asked.items() if value is not None}


def _refuse_immovable(appointment: Appointment, now: dt.datetime) -> None:
    """A visit that was due is resolved, not moved: a missed one would vanish. Raises Conflict."""
    if appointment.status != "booked":
        raise Conflict(f"This appointment is {appointment.status}; only a booked one can be moved.")
    if appointment_times.starts(appointment.during) <= now:
        raise Conflict("It has begun. Say whether the person came, then book another one.")


def _refuse_unable(session: Session, staff_id: uuid.UUID, actor: Actor) -> None:
    """Nobody is sent to somebody who is gone, or can't say who came. Raises ValidationFailed."""
    needs = Permission.APPOINTMENT_ATTEND
    duties.refuse_unable(session, staff_id, needs, pointer="/staff_id", actor=actor)


def _open_case(
    session: Session, case_id: uuid.UUID, actor: Actor, others: Collection[uuid.UUID]
) -> Case:
    """The case, locked against a second booking of the same person at the same moment.

    Raises ValidationFailed when it isn't this site's, Conflict when it has ended.
    """
    found = select(Case).where(Case.id == case_id).with_for_update(key_share=True)
    case = session.execute(found).scalar_one_or_none()
    if case is None:
        raise ValidationFailed(FieldError("/case_id", "unknown", "There is no such case here."))
    relations.require(session, actor, Permission.APPOINTMENT_WRITE, case, others=others)
    cases.refuse_ended(case)
    return case


def _planned_follow_up(
    session: Session, case: Case, follow_up_id: uuid.UUID | None
) -> FollowUp | None:
    """The obligation to be kept. Raises ValidationFailed, or Conflict when it isn't open."""
    if follow_up_id is None:
        return None
    found = select(FollowUp).where(FollowUp.id == follow_up_id, FollowUp.case_id == case.id)
    follow_up = session.execute(found).scalar_one_or_none()
    if follow_up is None:
        raise ValidationFailed(
            FieldError("/follow_up_id", "unknown", "This case has no such follow-up.")
        )
    if follow_up.state != "planned":
        raise Conflict(f"This follow-up is {follow_up.state}; only a planned one can be booked.")
    return follow_up


def _locked(session: Session, appointment_id: uuid.UUID, version: int, actor: Actor) -> Appointment:
    """An appointment to be moved, its case locked as for a booking."""
    row = session.execute(
        select(Appointment, Case)
        .join(Appointment.case)
        .where(Appointment.id == appointment_id)
        .with_for_update(of=Case, key_share=True)
    ).one_or_none()
    if row is None:
        raise NotFound("appointment")
    appointment: Appointment = row.Appointment
    relations.require(
        session, actor, Permission.APPOINTMENT_WRITE, row.Case, others=(appointment.staff_id,),
        what="appointment",
    )  # fmt: skip
    if appointment.version != version:
        raise PreconditionFailed(appointment.version)
    cases.refuse_ended(row.Case)
    return appointment


def _plan_reminders(session: Session, appointment: Appointment, *, now: dt.datetime) -> None:
    """Plan what the site's settings and the person's contact point allow."""
    session.flush()
    contact = reminders.contact_for(session, appointment.client_id)
    settings = engine_input.settings_of(session, appointment.site_id)
    reminders.plan(session, appointment, contact=contact, now=now, settings=settings)
