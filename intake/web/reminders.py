"""What became of one reminder, and how is it sent again when it failed?"""

from __future__ import annotations

import uuid
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http.unit_of_work import act, work
from intake.services import appointment_views, colleagues, reminder_failures, reminder_views
from intake.web import case_tabs, forms, home, pages, visit_words, words
from intake.web.screens import Screen

blp = Screen("reminders", __name__)
#: In the address, where one goes on to; the page of the case when nothing is said.
TODAY, VISIT = "today", "visit"


@blp.page("/reminders/<uuid:reminder_id>")
@act(Permission.REMINDER_READ)
def show(reminder_id: uuid.UUID) -> Response:
    """Where it stands and why, and every attempt to send it."""
    now = work()
    found = reminder_views.read(now.session, reminder_id, actor=now.actor)
    visit = appointment_views.read(now.session, found.appointment_id, actor=now.actor, now=now.now)
    staff = colleagues.who_may(now.session, Permission.APPOINTMENT_ATTEND, actor=now.actor)
    zone = now.actor.time_zone
    return pages.page(
        "reminders/show.html",
        title=visit_words.reminder(found),
        found=found,
        state=visit_words.delivery(found.state, found.settled),
        visit=visit_words.line(visit, {one.id: one.name for one in staff}),
        subject=case_tabs.named(found.case_id),
        form=forms.form(),
        rows=[
            ("Planned for", words.moment(found.send_after, zone)),
            ("Too late after", words.moment(found.expires_at, zone)),
        ],
        attempts=[
            (str(one.n), words.moment(one.started_at, zone), one.explanation)
            for one in found.attempts
        ],
        failure=visit_words.failure(found),
        may_send=now.actor.may(Permission.APPOINTMENT_WRITE),
        may_call=now.actor.may(Permission.REFERRAL_WORK),
    )


@blp.form("/reminders/<uuid:reminder_id>", keeps=False)
@act(Permission.APPOINTMENT_WRITE)
def resend(reminder_id: uuid.UUID) -> Response:
    """It is planned again, as another one."""
    now = work()
    made = reminder_failures.resend(now.session, reminder_id, actor=now.actor, now=now.now)
    done: dict[str, Any] = {"done": "reminder_planned"}
    if request.args.get("back") == TODAY:
        return pages.go(home.HOME, **done, **home.place())
    if request.args.get("back") == VISIT:
        return pages.go("console.appointments.show", appointment_id=made.appointment_id, **done)
    return pages.go("console.cases.show", case_id=made.case_id, **done)
