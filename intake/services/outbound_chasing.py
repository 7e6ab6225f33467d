"""Does a referral out get lost? Who works on the case is asked after it, once for each stage."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from intake.clinical.lifecycle import TERMINAL_STATES
from intake.clinical.outbound import OPEN_TOO_LONG_DAYS
from intake.errors import IntegrityBroken, Unavailable
from intake.models import Case, Client, OutboundReferral, Site
from intake.services import audit, tasks
from intake.services.audit import Event
from intake.services.tasks import NewTask

# A product decision: the next working day in most weeks.
ANSWER_WITHIN = dt.timedelta(hours=24)
NOTES = {
    "sent": "Nothing came back from a referral to another service: ask there and tell the person.",
    "seen": "The person was seen by another service, and its result isn't here: ask for it.",
    "planned": "A referral to another service should have led to a visit by now: send it.",
}
# A batch is one transaction; the next round takes the rest.
MOST = 200
log = structlog.get_logger()


def chase(session: Session, site: uuid.UUID, *, now: dt.datetime) -> int:
    """Open a task for each referral that takes too long; how many.

    Sent for more than 14 days without a result, or planned past its day. The stamp
    and the task are one transaction, and the stamp is set where there is none: once for each stage.
    One whose person's key can't be used is logged and left to the next round.
    """
    zone = session.scalar(select(Site.time_zone).where(Site.id == site))
    today = now.astimezone(ZoneInfo(zone or "UTC")).date()
    late = or_(
        and_(
            OutboundReferral.state.in_(("sent", "seen")),
            OutboundReferral.sent_on < today - dt.timedelta(days=OPEN_TOO_LONG_DAYS),
        ),
        and_(
            OutboundReferral.state == "planned",
            OutboundReferral.due_by < today,
            Case.state.not_in(TERMINAL_STATES),
        ),
    )
    rows = session.execute(
        select(OutboundReferral.id, OutboundReferral.state, Case, Client)
        .select_from(OutboundReferral)
        .join(OutboundReferral.case)
        .join(Case.client)
        .where(OutboundReferral.overdue_at.is_(None), late, Client.wrapped_key.is_not(None))
        .order_by(OutboundReferral.due_by, OutboundReferral.id)
        .limit(MOST)
        .with_for_update(of=OutboundReferral, skip_locked=True)
    ).all()
    asked = []
    for row in rows:
        try:
            _ask(session, row.id, row.state, row.Case, row.Client, now=now)
        except (IntegrityBroken, Unavailable):
            log.warning(
                "referral not asked after: no key", referral_id=str(row.id), site_id=str(site)
            )
            continue
        asked.append(row.id)
    _stamp(session, asked, now)
    return len(asked)


def _ask(
    session: Session, referral_id: uuid.UUID, state: str, case: Case, client: Client, *,
    now: dt.datetime,
) -> None:  # fmt: skip
    order = NewTask("referral_overdue", now + ANSWER_WITHIN, NOTES[state], "outbound_referral")
    task = tasks.open_for_case(session, case, client, order)
    task.outbound_referral_id = referral_id
    audit.record(session, Event("task", "create", "C", row=task, client_id=client.id))


def _stamp(session: Session, ids: list[uuid.UUID], now: dt.datetime) -> None:
    if ids:
        session.execute(
            update(OutboundReferral)
            .where(OutboundReferral.id.in_(ids))
            .values(overdue_at=now)
            .execution_options(synchronize_session=False)
        )
