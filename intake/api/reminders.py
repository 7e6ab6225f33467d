"""Reminders: where each stands and why."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import timelines
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.reminders import ExplainedReminderOut, ReminderOut, ReminderQuery
from intake.schemas.shapes import page_of
from intake.services import reminder_failures, reminder_views
from intake.services.reminders import Search

blp = Blueprint("reminders", __name__, description="Reminders and why they were sent or not")


@blp.route("/reminders", methods=["GET"])
@act(Permission.REMINDER_READ)
@blp.arguments(ReminderQuery(), location="query")
@blp.response(200, page_of(ReminderOut)())
def list_reminders(query: dict[str, Any]) -> Any:
    """Reminders of this site, the soonest first."""
    search = Search(
        appointment_id=query.get("appointment_id"),
        case_id=query.get("case_id"),
        state=query.get("state"),
    )
    now, wanted = work(), timelines.wanted(query)
    page = reminder_views.list_page(now.session, search, wanted, actor=now.actor)
    return timelines.envelope(page)


@blp.route("/reminders/<uuid:reminder_id>", methods=["GET"])
@act(Permission.REMINDER_READ)
@blp.response(200, ExplainedReminderOut())
def explain_reminder(reminder_id: uuid.UUID) -> Any:
    """One reminder: why it stands where it stands, and every attempt."""
    return reminder_views.read(work().session, reminder_id, actor=work().actor)


@blp.route("/reminders/<uuid:reminder_id>/actions/resend", methods=["POST"])
@act(Permission.APPOINTMENT_WRITE)
@blp.response(200, ExplainedReminderOut())
def resend_reminder(reminder_id: uuid.UUID) -> Any:
    """Plan a reminder that failed again, as another one: every rule is asked again as it leaves."""
    now = work()
    made = reminder_failures.resend(now.session, reminder_id, actor=now.actor, now=now.now)
    return made, 200, {"Location": f"/api/v1/reminders/{made.id}"}
