"""What was said of a visit was wrong: it is put right with a reason, and what hangs on it too."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import Conflict
from intake.models import AttendanceCorrection, SessionRecord, Task
from intake.models.appointments import CORRECTABLE
from intake.services import (
    appointment_times,
    appointment_views,
    attendance,
    audit,
    sealed_text,
)
from intake.services.appointment_views import AppointmentView
from intake.services.attendance import Kept
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "attendance_corrections.sealed"
CLOSING_NOTE = "The visit was put right: the person isn't counted as missing it."


@dataclass(frozen=True, slots=True)
class Correction:
    """What became of the visit after all, and why the first word was wrong.

    `missed_reason` says why it didn't take place, where it didn't.
    """

    status: str
    reason: str
    missed_reason: str = "unknown"
    is_late: bool = False
    left_early: bool = False


def correct(
    session: Session, appointment_id: uuid.UUID, order: Correction, *, version: int, actor: Actor,
    now: dt.datetime,
) -> AppointmentView:  # fmt: skip
    """Put right what was said of a visit that is over.

    Its follow-up and the call that a missed visit asks for follow: a visit that took place after
    all ends the call, one that was missed after all asks for it. Raises NotFound,
    PreconditionFailed, or Conflict: nothing was said yet, it is said already, it has not begun,
    what was asked at it is recorded, or the case has ended.
    """
    kept = attendance.loaded(session, appointment_id, version, actor, Permission.APPOINTMENT_ATTEND)
    _refuse(session, kept, order, now)
    before = kept.appointment.status
    _write(session, kept, order, actor=actor, now=now)
    _settle_follow_up(kept, before)
    if order.status == "noshow":
        attendance.ask_to_call(session, kept, now=now)
    else:
        _end_calls(session, kept)
    session.flush()
    return appointment_views.view(kept.appointment, now=now)


def _refuse(session: Session, kept: Kept, order: Correction, now: dt.datetime) -> None:
    appointment = kept.appointment
    if appointment.status not in CORRECTABLE:
        raise Conflict(f"This appointment is {appointment.status}; there is nothing to correct.")
    if order.status == appointment.status:
        raise Conflict(f"This appointment is {appointment.status} already.")
    if now < appointment_times.starts(appointment.during):
        raise Conflict("It has not begun yet; book another one if it takes place after all.")
    if appointment.status == "fulfilled":
        record = select(SessionRecord.id).where(SessionRecord.appointment_id == appointment.id)
        if session.execute(record).first() is not None:
            raise Conflict("What was asked at this visit is recorded, so it took place.")


def _write(
    session: Session, kept: Kept, order: Correction, *, actor: Actor, now: dt.datetime
) -> None:
    """The new word, and a row that keeps the old one with the reason."""
    appointment = kept.appointment
    correction = AttendanceCorrection(
        site_id=appointment.site_id,
        appointment_id=appointment.id,
        from_status=appointment.status,
        to_status=order.status,
        corrected_by=actor.staff_id,
        at=now,
    )
    words = {"reason": order.reason}
    vault = vault_of(session, kept.client)
    correction.sealed = sealed_text.seal(FIELD, correction.id, words, vault)
    session.add(correction)
    took_place = order.status == "fulfilled"
    appointment.status = order.status
    appointment.cancel_reason = None if took_place else order.missed_reason
    appointment.is_late = took_place and order.is_late
    appointment.left_early = took_place and order.left_early
    fields = ("status", "cancel_reason", "is_late", "left_early")
    whose = appointment.client_id
    act = Event("appointment", "correct", "U", row=appointment, client_id=whose, fields=fields)
    audit.record(session, act)


def _settle_follow_up(kept: Kept, before: str) -> None:
    """The obligation that the visit keeps; one that was booked anew meanwhile stays booked."""
    if kept.follow_up is None:
        return
    if kept.appointment.status == "fulfilled" and kept.follow_up.state == "planned":
        kept.follow_up.state = "done"
    elif before == "fulfilled" and kept.follow_up.state == "done":
        kept.follow_up.state = "planned" if kept.is_plan_in_force else "withdrawn"


def _end_calls(session: Session, kept: Kept) -> None:
    """Nobody has to call about this visit any more."""
    waiting = session.execute(
        select(Task).where(
            Task.appointment_id == kept.appointment.id,
            Task.kind == "call_client",
            Task.state == "open",
        )
    ).scalars()
    vault = vault_of(session, kept.client)
    for task in waiting:
        words = sealed_text.opened("tasks.sealed", task.id, task.sealed, vault)
        words["closing_note"] = CLOSING_NOTE
        task.sealed = sealed_text.seal("tasks.sealed", task.id, words, vault)
        task.state = "cancelled"
