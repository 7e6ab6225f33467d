"""Alerts: list them, take one on, close it."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, timelines
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.alerts import AlertCloseIn, AlertLineOut, AlertOut, AlertQuery
from intake.schemas.shapes import page_of
from intake.services import alert_answers
from intake.services.alert_answers import AlertSearch

blp = Blueprint("alerts", __name__, description="Clinical alerts")


@blp.route("/alerts", methods=["GET"])
@act(Permission.WORK_READ)
@blp.arguments(AlertQuery(), location="query")
@blp.response(200, page_of(AlertLineOut)())
def list_alerts(query: dict[str, Any]) -> Any:
    """Alerts of this site, the soonest to be answered first."""
    search = AlertSearch(case_id=query.get("case_id"), state=query.get("state"))
    now, wanted = work(), timelines.wanted(query)
    page = alert_answers.list_page(now.session, search, wanted, actor=now.actor)
    return timelines.envelope(page)


@blp.route("/alerts/<uuid:alert_id>", methods=["GET"])
@act(Permission.WORK_READ)
@blp.response(200, AlertOut())
def read_alert(alert_id: uuid.UUID) -> Any:
    """One alert."""
    alert = alert_answers.read(work().session, alert_id, actor=work().actor)
    return alert, 200, concurrency.etag(alert.version, whole=True)


@blp.route("/alerts/<uuid:alert_id>/actions/acknowledge", methods=["POST"])
@act(Permission.ALERT_CLOSE)
@blp.response(200, AlertOut())
def acknowledge_alert(alert_id: uuid.UUID) -> Any:
    """Take an alert on; who and when is kept."""
    now, version = work(), concurrency.if_match()
    alert = alert_answers.acknowledge(
        now.session, alert_id, version=version, actor=now.actor, now=now.now
    )
    return alert, 200, concurrency.etag(alert.version)


@blp.route("/alerts/<uuid:alert_id>/actions/close", methods=["POST"])
@act(Permission.ALERT_CLOSE)
@blp.arguments(AlertCloseIn())
@blp.response(200, AlertOut())
def close_alert(order: dict[str, str], alert_id: uuid.UUID) -> Any:
    """Close an alert with what was done; its task is done with it."""
    now, version = work(), concurrency.if_match()
    alert = alert_answers.close(
        now.session, alert_id, order["note"], version=version, actor=now.actor, now=now.now
    )
    return alert, 200, concurrency.etag(alert.version)
