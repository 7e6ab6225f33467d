"""Who is called to an alert, and who when nobody comes? No alert dies silently.

A critical alert calls whoever is on duty in the transaction that raises it. After 30 minutes
without anybody taking it on, or once any other alert is past its response time, every clinical
lead is told, once. Whether its task has an owner who still works here plays no part.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from intake import clock
from intake.access import Role
from intake.models import Alert, Membership, Site, Staff, StaffNotice, Task
from intake.services import audit
from intake.services.audit import Event
from intake.services.notice_mails import ALERT, ALERT_ESCALATED

# A product decision; the response time of a critical alert is an hour.
UNANSWERED = dt.timedelta(minutes=30)
# Without an active clinical lead the next ones are told: somebody has to hear of it.
INSTEAD = (Role.CLINICAL_LEAD, Role.COUNSELLOR, Role.ADMINISTRATOR)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody who works at a site, and who is on duty there."""

    staff_id: uuid.UUID
    role: str
    on_duty_staff_id: uuid.UUID | None


def call(
    session: Session, site: uuid.UUID, alerts: Collection[uuid.UUID], *, now: dt.datetime
) -> None:
    """Tell whoever is on duty of critical alerts; nobody set or no longer here: every lead."""
    people = _active(session, site)
    on_duty = [row.staff_id for row in people if row.staff_id == row.on_duty_staff_id]
    _tell(session, site, alerts, on_duty or _leads(people), ALERT, now)


def escalate(session: Session, site: uuid.UUID, *, now: dt.datetime) -> int:
    """Tell every lead of the alerts nobody took on in time, each once; answer how many."""
    waiting = and_(
        Alert.state == "open",
        Alert.escalated_at.is_(None),
        or_(
            and_(Alert.priority == "critical", Alert.raised_at <= now - UNANSWERED),
            Alert.due_at <= now,
        ),
    )
    if session.execute(select(Alert.id).where(waiting).limit(1)).first() is None:
        return 0
    told = _leads(_active(session, site))
    if not told:
        log.error("nobody is left to be told of an alert", site_id=str(site))
        return 0
    statement = update(Alert).where(waiting).values(escalated_at=now)
    late = session.execute(
        statement.returning(Alert.id), execution_options={"synchronize_session": False}
    ).scalars()
    alerts = tuple(late)
    _free_orphans(session, alerts)
    _tell(session, site, alerts, told, ALERT_ESCALATED, now)
    audit.record(session, Event("alert", "escalate", "U", hits=len(alerts), returned_ids=alerts))
    return len(alerts)


def _free_orphans(session: Session, alerts: Sequence[uuid.UUID]) -> None:
    """A task whose owner was disabled belongs to nobody in particular again."""
    gone = select(Staff.id).where(Staff.active.is_(False))
    session.execute(
        update(Task)
        .where(Task.alert_id.in_(alerts), Task.state == "open", Task.owner_id.in_(gone))
        .values(owner_id=None, version=Task.version + 1),
        execution_options={"synchronize_session": False},
    )


def _active(session: Session, site: uuid.UUID) -> Sequence[_Person]:
    """Everybody active at the site who may be told, with who is on duty."""
    rows = session.execute(
        select(Membership.staff_id, Membership.role, Site.on_duty_staff_id)
        .join(Staff, Staff.id == Membership.staff_id)
        .join(Site, Site.id == Membership.site_id)
        .where(Membership.site_id == site, Staff.active)
        .order_by(Membership.staff_id)
    )
    return [_Person(*row) for row in rows]


def _leads(people: Sequence[_Person]) -> list[uuid.UUID]:
    for role in INSTEAD:
        if found := [one.staff_id for one in people if one.role == role]:
            return found
    return []


def _tell(
    session: Session, site: uuid.UUID, alerts: Collection[uuid.UUID],
    people: Collection[uuid.UUID], kind: str, now: dt.datetime,
) -> None:  # fmt: skip
    rows = [
        {
            "id": clock.uuid7(),
            "site_id": site,
            "staff_id": person,
            "kind": kind,
            "dedupe_key": f"{kind}:{person}:{alert}",
            "counts": {},
            "path": f"/alerts/{alert}",
            "send_after": now,
            "next_attempt_at": now,
        }
        for person in people
        for alert in alerts
    ]
    if rows:
        session.execute(
            insert(StaffNotice)
            .values(rows)
            .on_conflict_do_nothing(index_elements=["site_id", "dedupe_key"])
        )
