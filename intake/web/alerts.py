"""How is a safety alert answered? Somebody takes it on, and closes it with what was done."""

from __future__ import annotations

import uuid

from flask import url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import BadRequest
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.schemas.alerts import AlertCloseIn
from intake.services import alert_answers
from intake.web import forms, pages, words
from intake.web.screens import Screen

blp = Screen("alerts", __name__)


@blp.page("/alerts/<uuid:alert_id>")
@act(Permission.WORK_READ)
def show(alert_id: uuid.UUID) -> Response:
    """One alert: what raised it, by when it is answered, and by whom it was."""
    now = work()
    found = alert_answers.read(now.session, alert_id, actor=now.actor)
    return pages.page(
        "alerts/show.html",
        found=found,
        due=words.moment(found.due_at, now.actor.time_zone),
        raised=words.moment(found.raised_at, now.actor.time_zone),
        is_late=found.state != "closed" and found.due_at <= now.now,
        form=forms.form(version=found.version),
        may_close=now.actor.may(Permission.ALERT_CLOSE),
        case_at=url_for("console.cases.show", case_id=found.case_id),
    )


@blp.form("/alerts/<uuid:alert_id>")
@act(Permission.ALERT_CLOSE)
def answer(alert_id: uuid.UUID) -> Response:
    """Somebody takes it on, or closes it with what was done; its task closes with it."""
    now, version = work(), form_parts.version()
    if forms.text("_do") == "take":
        found = alert_answers.acknowledge(
            now.session, alert_id, version=version, actor=now.actor, now=now.now
        )
        # A note begun beforehand is still to be sent.
        return pages.go("console.alerts.show", alert_id=found.id, done="alert_taken", is_sent=False)
    if forms.text("_do") != "close":
        raise BadRequest("Choose one of the buttons of the alert.")
    note = forms.load(AlertCloseIn())["note"]
    found = alert_answers.close(
        now.session, alert_id, note, version=version, actor=now.actor, now=now.now
    )
    return pages.go("console.cases.show", case_id=found.case_id, done="alert_closed")
