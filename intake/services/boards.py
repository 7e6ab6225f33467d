"""What needs somebody now? The board of the day in six lanes, and one worklist by its name.

Everything is read in one statement, whatever the number of rows and cases; names are opened for
the rows shown, and only where the reader may know them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.clinical.unknown_names import near
from intake.errors import NotFound
from intake.models import Case, Client, Intake
from intake.services import audit, board_kinds, board_rows, cases, worklist_kinds
from intake.services.board_lanes import COUNTED, Lane, Reader, one_statement
from intake.services.board_rows import BoardRow

Makers = tuple[Callable[[Reader], Lane], ...]
# What is shown under each name: one kind of row, or several in one order.
LANES: Mapping[str, Makers] = {
    "alerts": (board_kinds.alerts,),
    "coming_today": (board_kinds.coming,),
    "overdue_follow_ups": (board_kinds.follow_ups,),
    "failed_reminders": (board_kinds.reminders,),
    "waiting_referrals": (board_kinds.referrals,),
    "drafts": (board_kinds.drafts, worklist_kinds.draft_notes),
}
SHOWN = 20
WORKLISTS: Mapping[str, Makers] = {
    "break_glass_reviews": (worklist_kinds.break_glass_reviews,),
    "expiring_consents": (
        worklist_kinds.expiring_consents,
        worklist_kinds.expiring_disclosure_consents,
    ),
    "missed_visit_ladder": (worklist_kinds.missed_visits,),
    "open_alerts": (partial(board_kinds.alerts, name="open_alerts"),),
    "open_outbound_referrals": (worklist_kinds.outbound_referrals,),
    "overdue_reassessments": (partial(board_kinds.follow_ups, name="overdue_reassessments"),),
    "overdue_reviews": (partial(board_kinds.follow_ups, name="overdue_reviews"),),
    "plan_reviews": (worklist_kinds.plan_reviews,),
    "uncertain_reminders": (partial(board_kinds.reminders, name="uncertain_reminders"),),
    "unowned_tasks": (worklist_kinds.unowned_tasks,),
    "unresolved_visits": (board_kinds.unresolved,),
    "unsigned_notes": (worklist_kinds.unsigned_notes,),
    "waiting_decisions": (worklist_kinds.waiting_decisions,),
    "waiting_referrals": (board_kinds.referrals,),
}


@dataclass(frozen=True, slots=True)
class LaneView:
    """The first rows of a lane; `count` stops at 100, and `is_capped` says that there are more."""

    name: str
    count: int
    is_capped: bool
    has_more: bool
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True, slots=True)
class Today:
    """The day at the site, and its lanes; null where the reader's role doesn't see such rows."""

    day: dt.date
    scope: str
    lanes: Mapping[str, LaneView | None]


def today(session: Session, *, is_mine: bool, actor: Actor, now: dt.datetime) -> Today:
    """The six lanes of the day, for oneself and whom one covers, or of all one may see."""
    reader = Reader(actor, now, cases.local_date(now, actor), is_mine)
    lanes = {name: [make(reader) for make in makers] for name, makers in LANES.items()}
    permitted = {
        name: [lane for lane in made if actor.may(lane.permission)] for name, made in lanes.items()
    }
    found = _read(session, permitted, reader, SHOWN)
    _record(session, "today", found.values())
    return Today(
        day=reader.today,
        scope="mine" if is_mine else "site",
        lanes={name: found.get(name) for name in LANES},
    )


def worklist(
    session: Session, name: str, *, is_mine: bool, actor: Actor, now: dt.datetime
) -> LaneView:
    """At most 100 rows of one kind of work.

    Raises NotFound for a name that isn't one, Forbidden for a role that doesn't see such rows.
    """
    if name not in WORKLISTS:
        raise NotFound("worklist", hint=near(name, WORKLISTS))
    reader = Reader(actor, now, cases.local_date(now, actor), is_mine)
    lanes = [make(reader) for make in WORKLISTS[name]]
    for lane in lanes:
        actor.require(lane.permission)
    found = _read(session, {name: lanes}, reader, COUNTED)
    _record(session, "worklist", found.values())
    return found[name]


def _read(
    session: Session, groups: Mapping[str, Sequence[Lane]], reader: Reader, shown: int
) -> dict[str, LaneView]:
    """What is found under each name, in one statement; nothing for a name without lanes."""
    board = one_statement([lane for lanes in groups.values() for lane in lanes], reader, shown)
    found = session.execute(
        select(board, Case, Client, Intake)
        .outerjoin(Case, and_(Case.site_id == reader.actor.site_id, Case.id == board.c.case_id))
        .outerjoin(Client, and_(Client.site_id == Case.site_id, Client.id == Case.client_id))
        .outerjoin(
            Intake,
            and_(
                board.c.lane == "drafts",
                Intake.site_id == reader.actor.site_id,
                Intake.id == board.c.id,
            ),
        )
        .order_by(board.c.lane, board.c.rank)
    ).all()
    by_lane = {name: list(rows) for name, rows in groupby(found, lambda row: row.lane)}
    return {
        name: _view(
            session, name, [(lane, by_lane.get(lane.name, [])) for lane in lanes], reader, shown
        )
        for name, lanes in groups.items()
        if lanes
    }


def _view(
    session: Session,
    name: str,
    parts: list[tuple[Lane, list[Row[Any]]]],
    reader: Reader,
    shown: int,
) -> LaneView:
    """The rows of one kind, or of several in the order of their moment or day."""
    count = sum(rows[0].found for _, rows in parts if rows)
    rows = [(lane, row) for lane, found in parts for row in found]
    if len(parts) > 1:
        rows.sort(key=lambda one: one[1].at or one[1].day, reverse=parts[0][0].newest_first)
    return LaneView(
        name=name,
        count=min(count, COUNTED),
        is_capped=count > COUNTED,
        has_more=count > len(rows[:shown]),
        rows=tuple(board_rows.view(session, lane, row, reader) for lane, row in rows[:shown]),
    )


def _record(session: Session, noun: str, found: Iterable[LaneView]) -> None:
    shown = {row.case_id for lane in found for row in lane.rows if row.case_id}
    audit.record_shown(session, noun, shown)
