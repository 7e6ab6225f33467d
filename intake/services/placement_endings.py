"""Places end with the case: nobody holds one, or waits for one, in an episode that has ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import Case, Placement, Site
from intake.models.programmes import OPEN_PLACEMENTS
from intake.services import audit, places, task_endings
from intake.services.audit import Event


def end_with_case(session: Session, case: Case, *, now: dt.datetime) -> None:
    """Nobody holds a place, or waits for one, in a case that has ended; the next ones are called.

    Programmes are locked in one order, so that two endings don't wait for one another.
    """
    mine = (Placement.case_id == case.id, Placement.state.in_(OPEN_PLACEMENTS))
    programmes = session.scalars(
        select(Placement.programme_id).where(*mine).order_by(Placement.programme_id)
    ).all()
    if not programmes:
        return
    zone = session.scalar(select(Site.time_zone).where(Site.id == case.site_id))
    today = now.astimezone(ZoneInfo(zone or "UTC")).date()
    for programme_id in programmes:
        programme = places.locked(session, programme_id)
        rows = session.scalars(
            select(Placement)
            .where(Placement.programme_id == programme.id, *mine)
            .execution_options(populate_existing=True)
        ).all()
        for row in rows:
            _finish(session, row, case, today)
        places.fill(session, programme, now=now)


def _finish(session: Session, row: Placement, case: Case, today: dt.date) -> None:
    action = "end" if row.state == "started" else "withdraw"
    row.state = "ended" if action == "end" else "withdrawn"
    if action == "end":
        row.ended_on = max(today, row.started_on or today)
    act = Event("placement", action, "U", row=row, client_id=case.client_id)
    audit.record(session, replace(act, fields=("state",), sensitivity="P2"))
    task_endings.end_for_placement(session, row.id, "cancelled")
