"""How staff answer alerts: list them, take one on, close it with what was done.

open ──> acknowledged ──> closed
  └───────────────────────> closed
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical.rule_sets import RULE_SETS
from intake.errors import Conflict, FieldError, NotFound, PreconditionFailed, ValidationFailed
from intake.models import Alert, Case, Client, Task
from intake.services import audit, relations, sealed_text, timelines
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "alerts.sealed"
SHORTEST_NOTE = 5
"""Letters; less says nothing about what was done."""
# An alert outlives the rule set that raised it.
RULES = {rule.id: rule for rules in RULE_SETS.values() for rule in rules.alerts}
Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class AlertSearch:
    """Which alerts; each filter narrows."""

    case_id: uuid.UUID | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert in a list: its condition in words, but no note."""

    id: uuid.UUID
    version: int
    code: str
    name: str
    sentence: str
    priority: str
    state: str
    case_id: uuid.UUID
    case_reference: str
    raised_at: dt.datetime
    due_at: dt.datetime
    occurrences: int
    acknowledged_at: dt.datetime | None
    acknowledged_by: uuid.UUID | None
    closed_at: dt.datetime | None
    closed_by: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class AlertView(AlertLine):
    """An alert as staff read it; `note` is for those who may read assessments."""

    note: str | None


def list_page(
    session: Session, search: AlertSearch, wanted: timelines.Wanted, *, actor: Actor
) -> timelines.Timeline[AlertLine]:
    """Alerts the actor may see, the soonest to be answered first; the identifiers are recorded."""
    seen = relations.visible(session, actor, Permission.WORK_READ, case_id=search.case_id)
    query: Query = select(Alert, Case).join(Alert.case).where(seen)
    if search.case_id is not None:
        query = query.where(Alert.case_id == search.case_id)
    if search.state is not None:
        query = query.where(Alert.state == search.state)
    columns = Alert.__table__.c
    whose: set[uuid.UUID] = set()

    def show(row: Row[Any]) -> AlertLine:
        whose.add(row.Case.client_id)
        return AlertLine(**_parts(row.Alert, row.Case))

    order = timelines.Order(columns.due_at, columns.id)
    page = timelines.fetch(session, query, order=order, wanted=wanted, show=show)
    shown = tuple(one.id for one in page.rows)
    audit.record_list(
        session,
        "alert",
        shown,
        client_id=whose.pop() if len(whose) == 1 else None,
        sensitivity="P2",
    )
    return page


def read(session: Session, alert_id: uuid.UUID, *, actor: Actor) -> AlertView:
    """One alert; the read is recorded. Raises NotFound."""
    found = _load(session, alert_id, actor, Permission.WORK_READ)
    _record(session, found, "read", "R", ())
    return _view(session, found, actor)


def acknowledge(
    session: Session, alert_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> AlertView:
    """Take an alert on: who and when. Raises NotFound, PreconditionFailed, Conflict once taken."""
    found = _load(session, alert_id, actor, Permission.ALERT_CLOSE, version)
    alert = found.alert
    if alert.state != "open":
        raise Conflict(f"This alert is {alert.state} already.")
    alert.state = "acknowledged"
    alert.acknowledged_at, alert.acknowledged_by = now, actor.staff_id
    _record(session, found, "acknowledge", "U", ("state",))
    session.flush()
    return _view(session, found, actor)


def close(
    session: Session, alert_id: uuid.UUID, note: str, *, version: int, actor: Actor,
    now: dt.datetime,
) -> AlertView:  # fmt: skip
    """Close an alert with what was done; its task is done with it.

    Whoever closes an open alert has taken it on by that. Raises NotFound, PreconditionFailed,
    ValidationFailed for a note that says nothing, Conflict once closed.
    """
    found = _load(session, alert_id, actor, Permission.ALERT_CLOSE, version)
    alert = found.alert
    if alert.state == "closed":
        raise Conflict("This alert is closed already.")
    if len(note) < SHORTEST_NOTE:
        raise ValidationFailed(
            FieldError("/note", "too_short", "Say in a few words what was done.")
        )
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = now, actor.staff_id
    alert.state, alert.closed_at, alert.closed_by = "closed", now, actor.staff_id
    vault = vault_of(session, found.client)
    alert.sealed = sealed_text.seal(FIELD, alert.id, {"note": note}, vault)
    if found.task is not None:
        found.task.state = "done"
    _record(session, found, "close", "U", ("note", "state"))
    session.flush()
    return _view(session, found, actor)


@dataclass(frozen=True, slots=True)
class _Found:
    """An alert with what hangs on it; `task` is the open one that answers it."""

    alert: Alert
    case: Case
    client: Client
    task: Task | None


def _load(
    session: Session, alert_id: uuid.UUID, actor: Actor, permission: Permission,
    version: int | None = None,
) -> _Found:  # fmt: skip
    """An alert with what hangs on it, in one statement. Raises NotFound, PreconditionFailed."""
    answers = and_(Task.site_id == Alert.site_id, Task.alert_id == Alert.id, Task.state == "open")
    row = session.execute(
        select(Alert, Case, Client, Task)
        .join(Alert.case)
        .join(Case.client)
        .outerjoin(Task, answers)
        .where(Alert.id == alert_id)
    ).one_or_none()
    if row is None:
        raise NotFound("alert")
    relations.require(session, actor, permission, row.Case, what="alert")
    if version is not None and row.Alert.version != version:
        raise PreconditionFailed(row.Alert.version)
    return _Found(row.Alert, row.Case, row.Client, row.Task)


def _record(
    session: Session, found: _Found, act: str, action: str, changed: tuple[str, ...]
) -> None:
    audit.record(
        session,
        Event(
            "alert",
            act,
            action,
            row=found.alert,
            client_id=found.client.id,
            fields=changed,
            sensitivity="P2",
        ),
    )


def _view(session: Session, found: _Found, actor: Actor) -> AlertView:
    alert, note = found.alert, None
    if relations.is_related(actor, Permission.ASSESSMENT_READ, found.case):
        vault = vault_of(session, found.client)
        note = sealed_text.opened(FIELD, alert.id, alert.sealed, vault).get("note")
    return AlertView(**_parts(alert, found.case), note=note)


def _parts(alert: Alert, case: Case) -> dict[str, Any]:
    """What a list shows of an alert."""
    rule = RULES.get(alert.code)
    return {one.name: getattr(alert, one.name, None) for one in fields(AlertLine)} | {
        "name": rule.name if rule else alert.code,
        "sentence": rule.when.sentence if rule else "",
        "case_reference": case.reference,
    }
