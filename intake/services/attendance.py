"""What became of an appointment: the person came, didn't come, or it was cancelled.

booked ──> arrived ──> fulfilled
   ├─────────────────> fulfilled
   ├──> noshow     (not before its start; somebody calls within two hours)
   └──> cancelled
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import Conflict, NotFound, PreconditionFailed
from intake.models import Appointment, Case, Client, FollowUp, PlanDecision
from intake.services import (
    appointment_times,
    appointment_views,
    audit,
    cases,
    plan_arms,
    relations,
    reminders,
    tasks,
)
from intake.services.appointment_views import AppointmentView
from intake.services.audit import Event
from intake.services.messages import day_of
from intake.services.tasks import NewTask

# Why a visit did not take place ; `staff_cancelled` never counts as missed.
MISSED_REASONS = (
    "forgot",
    "unwell",
    "in_hospital",
    "intoxicated",
    "transport",
    "work_study",
    "childcare",
    "custody",
    "unsafe",
    "unknown",
)
CANCEL_REASONS = (*MISSED_REASONS, "client_cancelled", "staff_cancelled")
MAY_BECOME = {
    "arrived": ("booked",),
    "fulfilled": ("booked", "arrived"),
    "noshow": ("booked",),
    "cancelled": ("booked",),
}
"""From which status each one can be reached; every other change is refused."""
CALL_WITHIN = dt.timedelta(hours=2)
"""After a missed visit somebody gets in touch the same day (NICE QS188, statement 4)."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """How a visit went."""

    is_late: bool = False
    left_early: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """An appointment with what hangs on it.

    A plan stays in force while another choice waits for its sign-off.
    """

    appointment: Appointment
    case: Case
    client: Client
    follow_up: FollowUp | None
    is_plan_in_force: bool


def check_in(
    session: Session, appointment_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> AppointmentView:
    """The person is here. Raises NotFound, PreconditionFailed, or Conflict: wrong status or day."""
    kept = loaded(session, appointment_id, version, actor, Permission.APPOINTMENT_ATTEND)
    _refuse_before_the_day(kept.appointment, actor, now)
    _become(session, kept, "arrived", "check_in")
    return appointment_views.view(kept.appointment, now=now)


def attend(
    session: Session, appointment_id: uuid.UUID, order: Attendance, *, version: int, actor: Actor,
    now: dt.datetime,
) -> AppointmentView:  # fmt: skip
    """The visit took place; its follow-up is done. Raises as `check_in` does."""
    kept = loaded(session, appointment_id, version, actor, Permission.APPOINTMENT_ATTEND)
    _refuse_before_the_day(kept.appointment, actor, now)
    kept.appointment.is_late, kept.appointment.left_early = order.is_late, order.left_early
    _become(session, kept, "fulfilled", "attend")
    if kept.follow_up is not None and kept.follow_up.state in ("planned", "booked"):
        kept.follow_up.state = "done"
    return appointment_views.view(kept.appointment, now=now)


def miss(
    session: Session, appointment_id: uuid.UUID, reason: str, *, version: int, actor: Actor,
    now: dt.datetime,
) -> AppointmentView:  # fmt: skip
    """The person didn't come: the follow-up is open again and somebody calls within two hours.

    Raises NotFound, PreconditionFailed, or Conflict before the start or in another status.
    """
    kept = loaded(session, appointment_id, version, actor, Permission.APPOINTMENT_ATTEND)
    if now < appointment_times.starts(kept.appointment.during):
        raise Conflict("It has not begun yet, so nobody has missed it.")
    kept.appointment.cancel_reason = reason
    _become(session, kept, "noshow", "no_show")
    open_again(kept)
    ask_to_call(session, kept, now=now)
    return appointment_views.view(kept.appointment, now=now)


def cancel(
    session: Session, appointment_id: uuid.UUID, reason: str, *, version: int, actor: Actor,
    now: dt.datetime,
) -> AppointmentView:  # fmt: skip
    """Cancel a booked appointment: its reminders end at once, its follow-up is open again.

    Raises NotFound, PreconditionFailed, or Conflict when it is no longer booked.
    """
    kept = loaded(session, appointment_id, version, actor, Permission.APPOINTMENT_WRITE)
    kept.appointment.cancel_reason = reason
    _become(session, kept, "cancelled", "cancel")
    open_again(kept)
    return appointment_views.view(kept.appointment, now=now)


def ask_to_call(session: Session, kept: Kept, *, now: dt.datetime) -> None:
    """Somebody gets in touch with who didn't come, within two hours."""
    start = kept.appointment.local_start
    note = (
        f"The person did not come on {day_of(start)} at {start:%H:%M}. Get in touch the same day "
        "by the safest way, and offer a new time within seven days."
    )
    order = NewTask(
        "call_client",
        now + CALL_WITHIN,
        note,
        source="appointment",
        appointment_id=kept.appointment.id,
    )
    tasks.open_for_case(session, kept.case, kept.client, order)


def loaded(
    session: Session, appointment_id: uuid.UUID, version: int, actor: Actor, permission: Permission
) -> Kept:
    """An appointment and what hangs on it, in one statement. Raises as `check_in` does."""
    row = session.execute(
        select(Appointment, Case, Client, FollowUp, plan_arms.is_open(PlanDecision))
        .join(Appointment.case)
        .join(Case.client)
        .outerjoin(Appointment.follow_up)
        .outerjoin(FollowUp.plan_decision)
        .where(Appointment.id == appointment_id)
    ).one_or_none()
    if row is None:
        raise NotFound("appointment")
    relations.require(
        session, actor, permission, row.Case, others=(row.Appointment.staff_id,),
        what="appointment",
    )  # fmt: skip
    if row.Appointment.version != version:
        raise PreconditionFailed(row.Appointment.version)
    cases.require_open(session, row.Case)
    return Kept(*row)


def _become(session: Session, kept: Kept, status: str, act: str) -> None:
    """Change the status and end the reminders that are still to come. Raises Conflict."""
    appointment = kept.appointment
    if appointment.status not in MAY_BECOME[status]:
        allowed = " or ".join(MAY_BECOME[status])
        raise Conflict(f"This appointment is {appointment.status}; it would have to be {allowed}.")
    appointment.status = status
    audit.record(
        session,
        Event(
            "appointment",
            act,
            "U",
            row=appointment,
            client_id=appointment.client_id,
            fields=("status",),
        ),
    )
    reminders.cancel_superseded(session, appointment, reason=f"appointment_{status}")


def _refuse_before_the_day(appointment: Appointment, actor: Actor, now: dt.datetime) -> None:
    """A visit can't take place on an earlier day than its own. Raises Conflict."""
    if cases.local_date(now, actor) < appointment.local_start.date():
        raise Conflict("It is on a later day. Move it first if the person came earlier.")


def open_again(kept: Kept) -> None:
    """An obligation that was not kept waits for another appointment, or goes with its plan."""
    if kept.follow_up is not None and kept.follow_up.state == "booked":
        kept.follow_up.state = "planned" if kept.is_plan_in_force else "withdrawn"
