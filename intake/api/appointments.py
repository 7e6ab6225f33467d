"""Appointments: book, read, move, and say what became of them."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, timelines
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.appointments import (
    AppointmentCreatedOut,
    AppointmentOut,
    AppointmentQuery,
    AttendIn,
    CancelIn,
    CorrectIn,
    MoveIn,
    NewAppointmentIn,
    NoShowIn,
    RemindedAppointmentOut,
)
from intake.schemas.shapes import page_of
from intake.services import appointment_views, appointments, attendance, attendance_corrections
from intake.services.appointment_views import AppointmentSearch
from intake.services.appointments import NewAppointment, Reschedule
from intake.services.attendance import Attendance
from intake.services.attendance_corrections import Correction

blp = Blueprint("appointments", __name__, description="Appointments and attendance")


@blp.route("/appointments", methods=["GET"])
@act(Permission.APPOINTMENT_READ)
@blp.arguments(AppointmentQuery(), location="query")
@blp.response(200, page_of(RemindedAppointmentOut)())
def list_appointments(query: dict[str, Any]) -> Any:
    """Appointments of this site, the earliest first."""
    now, wanted = work(), timelines.wanted(query)
    search = AppointmentSearch(
        case_id=query.get("case_id"),
        staff_id=query.get("staff_id"),
        status=query.get("status"),
        since=query.get("since"),
        is_unresolved=query.get("unresolved") == "true",
    )
    page = appointment_views.list_page(now.session, search, wanted, actor=now.actor, now=now.now)
    return timelines.envelope(page)


@blp.route("/appointments", methods=["POST"])
@act(Permission.APPOINTMENT_WRITE, creates=True)
@blp.arguments(NewAppointmentIn())
@blp.response(201, AppointmentCreatedOut())
def book_appointment(order: NewAppointment) -> Any:
    """Book an appointment; its reminders are planned with it."""
    now = work()
    made = appointments.book(now.session, order, actor=now.actor, now=now.now)
    return made, 201, concurrency.created(f"/api/v1/appointments/{made.id}", made.version)


@blp.route("/appointments/<uuid:appointment_id>", methods=["GET"])
@act(Permission.APPOINTMENT_READ)
@blp.response(200, RemindedAppointmentOut())
def read_appointment(appointment_id: uuid.UUID) -> Any:
    """One appointment, with where its reminders stand."""
    now = work()
    found = appointment_views.read(now.session, appointment_id, actor=now.actor, now=now.now)
    return found, 200, concurrency.etag(found.version)


@blp.route("/appointments/<uuid:appointment_id>/actions/move", methods=["POST"])
@act(Permission.APPOINTMENT_WRITE)
@blp.arguments(MoveIn())
@blp.response(200, AppointmentOut())
def move_appointment(order: Reschedule, appointment_id: uuid.UUID) -> Any:
    """Give it another time, length, member of staff or place; reminders are planned anew."""
    now, version = work(), concurrency.if_match()
    moved = appointments.move(
        now.session, appointment_id, order, version=version, actor=now.actor, now=now.now
    )
    return moved, 200, concurrency.etag(moved.version)


@blp.route("/appointments/<uuid:appointment_id>/actions/cancel", methods=["POST"])
@act(Permission.APPOINTMENT_WRITE)
@blp.arguments(CancelIn())
@blp.response(200, AppointmentOut())
def cancel_appointment(order: dict[str, str], appointment_id: uuid.UUID) -> Any:
    """Cancel it; its reminders end at once."""
    now, version = work(), concurrency.if_match()
    cancelled = attendance.cancel(
        now.session, appointment_id, order["reason"], version=version, actor=now.actor, now=now.now
    )
    return cancelled, 200, concurrency.etag(cancelled.version)


@blp.route("/appointments/<uuid:appointment_id>/actions/check-in", methods=["POST"])
@act(Permission.APPOINTMENT_ATTEND)
@blp.response(200, AppointmentOut())
def check_in(appointment_id: uuid.UUID) -> Any:
    """The person is here."""
    now, version = work(), concurrency.if_match()
    arrived = attendance.check_in(
        now.session, appointment_id, version=version, actor=now.actor, now=now.now
    )
    return arrived, 200, concurrency.etag(arrived.version)


@blp.route("/appointments/<uuid:appointment_id>/actions/attend", methods=["POST"])
@act(Permission.APPOINTMENT_ATTEND)
@blp.arguments(AttendIn())
@blp.response(200, AppointmentOut())
def attend_appointment(order: Attendance, appointment_id: uuid.UUID) -> Any:
    """The visit took place; its follow-up is done."""
    now, version = work(), concurrency.if_match()
    attended = attendance.attend(
        now.session, appointment_id, order, version=version, actor=now.actor, now=now.now
    )
    return attended, 200, concurrency.etag(attended.version)


@blp.route("/appointments/<uuid:appointment_id>/actions/no-show", methods=["POST"])
@act(Permission.APPOINTMENT_ATTEND)
@blp.arguments(NoShowIn())
@blp.response(200, AppointmentOut())
def miss_appointment(order: dict[str, str], appointment_id: uuid.UUID) -> Any:
    """The person didn't come; a task asks somebody to call within two hours."""
    now, version = work(), concurrency.if_match()
    missed = attendance.miss(
        now.session, appointment_id, order["reason"], version=version, actor=now.actor, now=now.now
    )
    return missed, 200, concurrency.etag(missed.version)


@blp.route("/appointments/<uuid:appointment_id>/actions/correct", methods=["POST"])
@act(Permission.APPOINTMENT_ATTEND)
@blp.arguments(CorrectIn())
@blp.response(200, AppointmentOut())
def correct_appointment(order: Correction, appointment_id: uuid.UUID) -> Any:
    """Put right, with a reason, what was said of a visit that is over."""
    now, version = work(), concurrency.if_match()
    corrected = attendance_corrections.correct(
        now.session, appointment_id, order, version=version, actor=now.actor, now=now.now
    )
    return corrected, 200, concurrency.etag(corrected.version)
