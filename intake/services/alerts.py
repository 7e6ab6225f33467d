"""Raising alerts and the tasks that answer them: one open alert per case and code."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, ScalarSelect, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from intake import clock
from intake.clinical.alerts import Alert as Raised
from intake.models import Alert, Case, Site, Staff, Task
from intake.services import alert_calls, audit
from intake.services.audit import Event


def raise_for(
    session: Session,
    case: Case,
    raised: Sequence[Raised],
    *,
    now: dt.datetime,
    is_observation: bool = True,
) -> None:
    """Raise alerts of a case: a new one opens with its task, a known one counts one more.

    A computation over what was observed before is no observation: it opens what is not open and
    counts nothing, or one answer would look like several.
    """
    if not raised:
        return
    rows = [_alert_row(case, one, now) for one in raised]
    stored = session.execute(_insertion(rows, is_observation=is_observation)).all()
    fresh = [row for row in stored if row.occurrences == 1]
    if fresh:
        session.execute(
            insert(Task)
            .values([_task_row(case, row.id, row.due_at) for row in fresh])
            .on_conflict_do_nothing()
        )
    critical = [row.id for row in fresh if row.priority == "critical"]
    if critical:
        alert_calls.call(session, case.site_id, critical, now=now)
    audit.record(
        session,
        Event(
            "alert",
            "raise",
            "C",
            client_id=case.client_id,
            hits=len(stored),
            returned_ids=tuple(row.id for row in stored),
            sensitivity="P2",
        ),
    )


def _insertion(
    rows: list[dict[str, object]], *, is_observation: bool
) -> ReturningInsert[uuid.UUID, int, dt.datetime, str]:
    """Open what is not open; count what is, if this was an observation."""
    statement = insert(Alert).values(rows)
    columns, where = ["site_id", "case_id", "code"], text("state <> 'closed'")
    if is_observation:
        counted = {"occurrences": Alert.occurrences + 1, "version": Alert.version + 1}
        statement = statement.on_conflict_do_update(
            index_elements=columns, index_where=where, set_=counted
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=columns, index_where=where)
    return statement.returning(Alert.id, Alert.occurrences, Alert.due_at, Alert.priority)


def _alert_row(case: Case, raised: Raised, now: dt.datetime) -> dict[str, object]:
    return {
        "site_id": case.site_id,
        "id": clock.uuid7(),
        "case_id": case.id,
        "code": raised.code,
        "priority": raised.priority,
        "state": "open",
        "raised_at": now,
        "due_at": now + raised.respond_within,
        "occurrences": 1,
        "created_at": clock.machine_now(),
        "version": 1,
    }


def _task_row(case: Case, alert_id: uuid.UUID, due_at: dt.datetime) -> dict[str, object]:
    return {
        "site_id": case.site_id,
        "id": clock.uuid7(),
        "case_id": case.id,
        "alert_id": alert_id,
        "kind": "alert",
        "owner_id": _owner(case),
        "source": "alert",
        "due_at": due_at,
        "state": "open",
        "created_at": clock.machine_now(),
        "version": 1,
    }


def _owner(case: Case) -> ColumnElement[uuid.UUID | None]:
    """The key worker, else who is on duty; never somebody whose account is disabled."""
    on_duty = select(Site.on_duty_staff_id).where(Site.id == case.site_id).scalar_subquery()
    return func.coalesce(*(_if_active(one) for one in (case.key_worker_id, on_duty)))


def _if_active(staff_id: object) -> ScalarSelect[uuid.UUID]:
    return select(Staff.id).where(Staff.id == staff_id, Staff.active).scalar_subquery()
