"""How is a visit booked, moved, cancelled, and what became of it written down?"""

from __future__ import annotations

import uuid
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import BadRequest
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.schemas.appointments import AttendIn, CancelIn, MoveIn, NewAppointmentIn, NoShowIn
from intake.services import (
    appointment_views,
    appointments,
    attendance,
    colleagues,
    follow_ups,
)
from intake.services.appointment_views import AppointmentSearch, AppointmentView
from intake.services.colleagues import Colleague
from intake.web import case_tabs, forms, list_places, pages, visit_times, visit_words, words
from intake.web.screens import Screen

blp = Screen("appointments", __name__)
CASE = "console.cases.show"


@blp.page("/cases/<uuid:case_id>/appointments")
@act(Permission.APPOINTMENT_READ)
def of_case(case_id: uuid.UUID) -> Response:
    """The visits of a case, with what became of each."""
    now = work()
    search = AppointmentSearch(case_id=case_id, newest_first=True)
    subject, wanted = case_tabs.named(case_id), list_places.wanted_by_time()
    found = appointment_views.list_page(now.session, search, wanted, actor=now.actor, now=now.now)
    names = {one.id: one.name for one in _staff()}
    return pages.page(
        "appointments/list.html",
        subject=subject,
        tabs=case_tabs.of(case_id, "appointments"),
        rows=[(one, visit_words.line(one, names)) for one in found.rows],
        places=list_places.places(found, ".of_case", case_id=case_id),
        may_book=now.actor.may(Permission.APPOINTMENT_WRITE),
    )


@blp.page("/cases/<uuid:case_id>/appointments/new")
@act(Permission.APPOINTMENT_WRITE)
def new(case_id: uuid.UUID) -> Response:
    """An empty form, or one whose time was taken: with times that are free instead."""
    now = work()
    subject = case_tabs.subject(case_id)
    staff = _staff()
    worker = subject.case.key_worker_id or now.actor.staff_id
    form = forms.form(
        {
            "kind": "session",
            "mode": "in_person",
            "minutes": visit_times.USUAL_MINUTES,
            "staff_id": worker,
        },
        follow_up_id=request.args.get("follow_up_id", ""),
    )
    return pages.page(
        "appointments/new.html",
        subject=subject,
        form=visit_times.undecided(form),
        staff=[(one.id, f"{one.name}, {words.role(one.role).lower()}") for one in staff],
        follow_ups=_follow_ups(case_id),
        free=visit_times.offers(case_id, form, visit_times.Usual(worker)),
        kinds=visit_words.KINDS,
        modes=visit_words.MODES,
    )


@blp.form("/cases/<uuid:case_id>/appointments/new")
@act(Permission.APPOINTMENT_WRITE, creates=True)
def book(case_id: uuid.UUID) -> Response:
    """The visit is booked once, and its reminders are planned with it."""
    now = work()
    order = forms.load(NewAppointmentIn(), case_id=str(case_id), local_start=visit_times.start())
    appointments.book(now.session, order, actor=now.actor, now=now.now)
    return pages.go(CASE, case_id=case_id, done="booked")


@blp.page("/appointments/<uuid:appointment_id>")
@act(Permission.APPOINTMENT_READ)
def show(appointment_id: uuid.UUID) -> Response:
    """One visit with where its reminders stand, and what can be done with it."""
    now, found = work(), _read(appointment_id)
    names = {one.id: one.name for one in _staff()}
    return pages.page(
        "appointments/show.html",
        found=found,
        line=visit_words.line(found, names),
        deliveries=visit_words.deliveries(found),
        failures=visit_words.failures(found) if now.actor.may(Permission.REMINDER_READ) else [],
        subject=case_tabs.named(found.case_id),
        form=forms.form(version=found.version),
        reasons=visit_words.MISSED,
        is_over=found.starts_at <= now.now,
        may_attend=now.actor.may(Permission.APPOINTMENT_ATTEND),
        may_write=now.actor.may(Permission.APPOINTMENT_WRITE),
        may_call=now.actor.may(Permission.REFERRAL_WORK),
    )


@blp.form("/appointments/<uuid:appointment_id>", keeps=False)
@act(Permission.APPOINTMENT_ATTEND)
def attend(appointment_id: uuid.UUID) -> Response:
    """The person is here, was here, or didn't come."""
    now = work()
    how: dict[str, Any] = {"version": form_parts.version(), "actor": now.actor, "now": now.now}
    match forms.text("_act"):
        case "check-in":
            found, done = attendance.check_in(now.session, appointment_id, **how), "checked_in"
        case "attend":
            order = forms.load(AttendIn())
            found = attendance.attend(now.session, appointment_id, order, **how)
            done = "attended"
        case "no-show":
            reason = forms.load(NoShowIn())["reason"]
            found = attendance.miss(now.session, appointment_id, reason, **how)
            done = "no_show"
        case _:
            raise BadRequest("Choose one of the buttons of the visit.")
    return pages.go(CASE, case_id=found.case_id, done=done)


@blp.page("/appointments/<uuid:appointment_id>/move")
@act(Permission.APPOINTMENT_WRITE)
def move_form(appointment_id: uuid.UUID) -> Response:
    """The form filled in with what is booked."""
    found, staff = _read(appointment_id), _staff()
    form = forms.form(
        {
            "local_start": f"{found.local_start:%Y-%m-%dT%H:%M}",
            "minutes": found.minutes,
            "staff_id": found.staff_id,
            "mode": found.mode,
        },
        version=found.version,
    )
    return pages.page(
        "appointments/move.html",
        found=found,
        subject=case_tabs.named(found.case_id),
        line=visit_words.line(found, {one.id: one.name for one in staff}),
        form=visit_times.undecided(form),
        staff=[(one.id, f"{one.name}, {words.role(one.role).lower()}") for one in staff],
        free=visit_times.offers(found.case_id, form, visit_times.as_booked(found)),
        modes=visit_words.MODES,
    )


@blp.form("/appointments/<uuid:appointment_id>/move")
@act(Permission.APPOINTMENT_WRITE)
def move(appointment_id: uuid.UUID) -> Response:
    """It gets another time, length, member of staff or place; its reminders are planned anew."""
    now, version = work(), form_parts.version()
    order = forms.load(MoveIn(), local_start=visit_times.start())
    found = appointments.move(
        now.session, appointment_id, order, version=version, actor=now.actor, now=now.now
    )
    return pages.go(CASE, case_id=found.case_id, done="visit_moved")


@blp.page("/appointments/<uuid:appointment_id>/cancel")
@act(Permission.APPOINTMENT_WRITE)
def cancel_form(appointment_id: uuid.UUID) -> Response:
    """Why it is cancelled is asked first."""
    found = _read(appointment_id)
    names = {one.id: one.name for one in _staff()}
    return pages.page(
        "appointments/cancel.html",
        found=found,
        subject=case_tabs.named(found.case_id),
        line=visit_words.line(found, names),
        form=forms.form(version=found.version),
        reasons=visit_words.CANCELLED,
    )


@blp.form("/appointments/<uuid:appointment_id>/cancel")
@act(Permission.APPOINTMENT_WRITE)
def cancel(appointment_id: uuid.UUID) -> Response:
    """It is cancelled; its reminders end at once."""
    now, version = work(), form_parts.version()
    reason = forms.load(CancelIn())["reason"]
    found = attendance.cancel(
        now.session, appointment_id, reason, version=version, actor=now.actor, now=now.now
    )
    return pages.go(CASE, case_id=found.case_id, done="visit_cancelled")


def _read(appointment_id: uuid.UUID) -> AppointmentView:
    now = work()
    return appointment_views.read(now.session, appointment_id, actor=now.actor, now=now.now)


def _follow_ups(case_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """What the plan asks for and nobody booked yet, for who may read that."""
    now = work()
    if not now.actor.may(Permission.FOLLOW_UP_READ):
        return []
    found = follow_ups.list_for(now.session, case_id, actor=now.actor, state="planned")
    return [(one.id, f"{one.label}, by {words.day(one.due_by)}") for one in found]


def _staff() -> tuple[Colleague, ...]:
    """Whoever sees people here, to choose from and to name."""
    now = work()
    return colleagues.who_may(now.session, Permission.APPOINTMENT_ATTEND, actor=now.actor)
