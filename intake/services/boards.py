"""What needs somebody now? The board of the day in six lanes, and one worklist by its name.

Everything is read in one statement, whatever the number of rows and cases; names are opened for
the rows shown, and only where the reader may know them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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

LANES = (
    board_kinds.alerts,
    board_kinds.coming,
    board_kinds.follow_ups,
    board_kinds.reminders,
    board_kinds.referrals,
    board_kinds.drafts,
)
SHOWN = 20
WORKLISTS: Mapping[str, Callable[[Reader], Lane]] = {
    "break_glass_reviews": worklist_kinds.break_glass_reviews,
    "expiring_consents": worklist_kinds.expiring_consents,
    "missed_visit_ladder": worklist_kinds.missed_visits,
    "open_alerts": lambda reader: board_kinds.alerts(reader, "open_alerts"),
    "overdue_reassessments": lambda reader: board_kinds.follow_ups(reader, "overdue_reassessments"),
    "overdue_reviews": lambda reader: board_kinds.follow_ups(reader, "overdue_reviews"),
    "uncertain_reminders": lambda reader: board_kinds.reminders(reader, "uncertain_reminders"),
    "unowned_tasks": worklist_kinds.unowned_tasks,
    "unresolved_visits": board_kinds.unresolved,
    "unsigned_notes": worklist_kinds.unsigned_notes,
    "waiting_referrals": board_kinds.referrals,
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
    lanes = [make(reader) for make in LANES]
    permitted = [lane for lane in lanes if actor.may(lane.permission)]
    found = _read(session, permitted, reader, SHOWN)
    _record(session, "today", found.values())
    return Today(
        day=reader.today,
        scope="mine" if is_mine else "site",
        lanes={lane.name: found.get(lane.name) for lane in lanes},
    )


def worklist(
    session: Session, name: str, *, is_mine: bool, actor: Actor, now: dt.datetime
) -> LaneView:
    """At most 100 rows of one kind of work.

    Raises NotFound for a name that isn't one, Forbidden for a role that doesn't see such rows.
    """
    make = WORKLISTS.get(name)
    if make is None:
        raise NotFound("worklist", hint=near(name, WORKLISTS))
    reader = Reader(actor, now, cases.local_date(now, actor), is_mine)
    lane = make(reader)
    actor.require(lane.permission)
    found = _read(session, [lane], reader, COUNTED)
    _record(session, "worklist", found.values())
    return found[lane.name]


def _read(
    session: Session, lanes: Sequence[Lane], reader: Reader, shown: int
) -> dict[str, LaneView]:
    """The lanes by name, in one statement."""
    board = one_statement(list(lanes), reader, shown)
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
    return {
        lane.name: _view(session, lane, [row for row in found if row.lane == lane.name], reader)
        for lane in lanes
    }


def _view(session: Session, lane: Lane, rows: list[Row[Any]], reader: Reader) -> LaneView:
    count = rows[0].found if rows else 0
    return LaneView(
        name=lane.name,
        count=min(count, COUNTED),
        is_capped=count > COUNTED,
        has_more=count > len(rows),
        rows=tuple(board_rows.view(session, lane, row, reader) for row in rows),
    )


def _record(session: Session, noun: str, found: Iterable[LaneView]) -> None:
    shown = {row.case_id for lane in found for row in lane.rows if row.case_id}
    audit.record_shown(session, noun, shown)
