"""How does a caseload stand? What is overdue and how each case goes, the most pressing first."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlalchemy.orm import Session

from intake.access import Actor, Permission, Scope
from intake.clinical import missed_visits, trends
from intake.clinical.caseload import PRIORITIES, Standing, urgency
from intake.clinical.trends import Scored
from intake.errors import BadRequest, Forbidden
from intake.models import Case
from intake.services import audit, caseload_facts, cases, reassessments, shown_names
from intake.services.board_lanes import Reader
from intake.services.caseload_facts import MEASURES, MOST, RECENT
from intake.services.caseload_shapes import (
    Caseload,
    CaseloadRow,
    CaseloadSearch,
    ScorePoint,
    Sparkline,
)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A case and where it stands."""

    row: Row[Any]
    standing: Standing


def read(session: Session, search: CaseloadSearch, *, actor: Actor, now: dt.datetime) -> Caseload:
    """One's own and covered cases; for who sees the whole site any worker's, or the site's.

    Whose cases were shown is recorded. Raises Forbidden for a colleague's caseload, BadRequest for
    a page after a case that isn't in the list any more.
    """
    _refuse_others(search, actor)
    reader = Reader(actor, now, cases.local_date(now, actor), search.is_mine)
    found = session.execute(caseload_facts.standings(reader, search.worker_id)).all()
    judged = [_Judged(row, _standing(row, reader)) for row in found]
    fitting = sorted(
        (one for one in judged if _fits(one, search)),
        key=lambda one: (urgency(one.standing), one.row.Case.reference),
    )
    start = _start(fitting, search.after)
    shown = fitting[start : start + search.limit]
    ids = [one.row.Case.id for one in shown]
    has_more = len(fitting) > start + len(shown)
    more = (
        {row.Case.id: row for row in session.execute(caseload_facts.details(reader, ids))}
        if ids
        else {}
    )
    audit.record_shown(session, "caseload", ids)
    return Caseload(
        count=len(fitting),
        is_capped=len(found) >= MOST,
        has_more=has_more,
        rows=tuple(_row(session, one, more[one.row.Case.id], reader) for one in shown),
        last=ids[-1] if has_more else None,
    )


def _start(fitting: Sequence[_Judged], after: uuid.UUID | None) -> int:
    """Where a page begins in the order as it is now; a place in it would tell of alerts."""
    if after is None:
        return 0
    known = [one.row.Case.id for one in fitting]
    if after not in known:
        raise BadRequest("The list has changed since that page. Begin again without the cursor.")
    return known.index(after) + 1


def _refuse_others(search: CaseloadSearch, actor: Actor) -> None:
    if actor.scope(Permission.PROGRESS_READ) is Scope.SITE:
        return
    if search.worker_id is not None and search.worker_id not in actor.stands_for:
        raise Forbidden("A colleague's caseload is read by whoever covers them, or a lead.")
    if not search.is_mine:
        raise Forbidden("The caseload of the whole site is read by a clinical lead.")


def _standing(row: Row[Any], reader: Reader) -> Standing:
    zone = ZoneInfo(reader.actor.time_zone)
    contacts = [row.last_visit.date()] if row.last_visit else []
    if row.last_reached:
        contacts.append(row.last_reached.astimezone(zone).date())
    return Standing(
        alerts=tuple(row.alerts or ()),
        overdue_follow_ups=row.overdue_follow_ups,
        overdue_measures=tuple(
            one.instrument
            for one in reassessments.due_in(row, reader.today, zone)
            if one.due_on < reader.today
        ),
        missed_in_a_row=missed_visits.streak(row.past_visits or ()),
        last_contact_on=max(contacts, default=None),
    )


def _fits(one: _Judged, search: CaseloadSearch) -> bool:
    standing = one.standing
    return (
        search.setting in (None, one.row.chosen_setting)
        and (search.alert is None or search.alert in standing.alerts)
        and search.dna_risk in (None, standing.may_miss_again)
        and search.overdue in (None, standing.is_overdue)
    )


def _row(session: Session, one: _Judged, more: Row[Any], reader: Reader) -> CaseloadRow:
    case: Case = more.Case
    standing, told = one.standing, more.told or []
    contact, zone = standing.last_contact_on, ZoneInfo(reader.actor.time_zone)
    plan_on = more.safety_plan_on
    moved_on = more.moved_at.astimezone(zone).date() if more.moved_at else None
    return CaseloadRow(
        case_id=case.id,
        reference=case.reference,
        state=case.state,
        days_in_state=(reader.today - moved_on).days if moved_on else None,
        weeks=(reader.today - case.opened_on).days // 7,
        setting=one.row.chosen_setting,
        key_worker_id=case.key_worker_id,
        client_id=case.client_id,
        name=shown_names.of(session, more.Case, more.Client, actor=reader.actor),
        next_visit=one.row.next_contact,
        last_visit=one.row.last_visit,
        last_contact_on=contact,
        days_since_contact=(reader.today - contact).days if contact else None,
        missed_in_a_row=standing.missed_in_a_row,
        alerts={priority: standing.alerts.count(priority) for priority in PRIORITIES},
        overdue_follow_ups=standing.overdue_follow_ups,
        overdue_measures=standing.overdue_measures,
        unsigned_notes=more.unsigned_notes,
        failed_reminders=more.failed_reminders,
        consent_ends_on=more.consent_ends_on,
        safety_plan_on=plan_on,
        safety_plan_days=(reader.today - plan_on).days if plan_on else None,
        open_goals=more.open_goals,
        craving=next((craving for craving, _ in told if craving is not None), None),
        days_used_28=next((days for _, days in told if days is not None), None),
        series=tuple(_sparkline(code, more.scores or []) for code in MEASURES),
    )


def _sparkline(code: str, newest_first: Sequence[Any]) -> Sparkline:
    scores = [
        Scored(uuid.UUID(id_), dt.date.fromisoformat(on), version, total, band)
        for instrument, id_, on, version, total, band in reversed(newest_first)
        if instrument == code
    ]
    segments = trends.segments(code, scores)
    change = segments[-1].points[-1].change if segments else None
    return Sparkline(
        instrument=code,
        points=tuple(
            ScorePoint(one.on, one.version, one.total)
            for one in scores[-RECENT:]
            if one.total is not None
        ),
        direction=change.first_direction if change else None,
        previous_direction=change.previous_direction if change else None,
    )
