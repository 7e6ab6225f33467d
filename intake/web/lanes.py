"""How does the board of the day read? Six lanes in words, each row with the place to go on from."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from intake.access import Actor
from intake.services.board_rows import BoardRow
from intake.services.boards import LaneView, Today
from intake.web import lane_links, words
from intake.web.lane_headings import HEADINGS, Heading

#: What a row of the lane of visits offers here, in the order of its buttons.
ACTS = (("check-in", "Check in"), ("no-show", "Didn't come"))


@dataclass(frozen=True, slots=True)
class Line:
    """One row in words. `acts` are (value, label) of its buttons; `tone` is of `meta`.

    `href` is where its title leads, `links` are (label, address) of what has a page of its own;
    `again` says that it is a reminder which may be sent again.
    """

    id: uuid.UUID
    case_id: uuid.UUID | None
    title: str
    text: str
    meta: str
    tone: str = ""
    who: str = ""
    version: int | None = None
    acts: tuple[tuple[str, str], ...] = ()
    href: str = ""
    links: tuple[tuple[str, str], ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane as it is shown; `count` is a word, since it may be "100+"."""

    name: str
    heading: Heading
    count: str
    has_more: bool
    lines: tuple[Line, ...]

    @property
    def tone(self) -> str:
        """An empty lane has no colour."""
        return self.heading.tone if self.lines else ""


def lanes(board: Today, actor: Actor) -> list[Lane]:
    """The lanes that this person's role sees, in their order."""
    reading = _Reading(actor, board.day)
    return [_lane(name, found, reading) for name, found in board.lanes.items() if found is not None]


@dataclass(frozen=True, slots=True)
class _Reading:
    """For whom a row is put into words, and on which day at the site."""

    actor: Actor
    day: dt.date

    def when(self, moment: dt.datetime) -> str:
        """The time today, else the day and the time."""
        there = words.local(moment, self.actor.time_zone)
        if there.date() == self.day:
            return words.clock_time(there)
        return words.moment(moment, self.actor.time_zone)


def _lane(name: str, found: LaneView, reading: _Reading) -> Lane:
    return Lane(
        name=name,
        heading=HEADINGS[name],
        count=f"{found.count}+" if found.is_capped else str(found.count),
        has_more=found.has_more,
        lines=tuple(
            replace(
                KINDS[row.kind](row, reading),
                href=lane_links.href(row),
                links=lane_links.links(row),
            )
            for row in found.rows
        ),
    )


def _who(row: BoardRow) -> str:
    """The person, or the case where the reader may not know the name."""
    return row.name or row.case_reference or "Unknown person"


def _owner(row: BoardRow, reading: _Reading) -> str:
    return "You" if row.owner_id == reading.actor.staff_id else ""


def _alert(row: BoardRow, reading: _Reading) -> Line:
    when = reading.when(row.at) if row.at else ""
    return Line(
        row.id,
        row.case_id,
        _who(row),
        row.words or f"Alert {row.code}",
        f"Overdue since {when}" if row.is_overdue else f"Answer by {when}",
        "bad" if row.is_overdue else "warn",
        _owner(row, reading) or ("Taken" if row.state == "acknowledged" else ""),
    )


def _visit(row: BoardRow, reading: _Reading) -> Line:
    here = row.state == "arrived"
    when = reading.when(row.at) if row.at else ""
    late = row.is_overdue and not here
    return Line(
        row.id,
        row.case_id,
        f"{when} {_who(row)}",
        f"{words.said(words.VISITS, row.code)}, {words.said(words.MODES, row.detail)}",
        "Here" if here else "Not here yet" if late else "Expected",
        "ok" if here else "warn" if late else "",
        _owner(row, reading),
        row.version,
        tuple(one for one in ACTS if one[0] in row.actions),
    )


def _follow_up(row: BoardRow, reading: _Reading) -> Line:
    del reading
    due = f"Was due {words.day(row.due_on)}" if row.due_on else ""
    return Line(
        row.id,
        row.case_id,
        _who(row),
        f"{row.words or row.code}. {due}",
        f"Overdue {words.many(row.days or 0, 'day')}",
        "bad",
    )


def _reminder(row: BoardRow, reading: _Reading) -> Line:
    when = f"For the visit {words.moment(row.at, reading.actor.time_zone)}" if row.at else ""
    is_unsure = row.state == "uncertain"
    return Line(
        row.id,
        row.case_id,
        _who(row),
        f"{when}. {row.words or ''}",
        "Not known" if is_unsure else "Failed",
        "warn" if is_unsure else "bad",
        _owner(row, reading),
        again="resend" in row.actions,
    )


def _referral(row: BoardRow, reading: _Reading) -> Line:
    due = f", to be decided by {words.day(row.due_on)}" if row.due_on else ""
    source = words.said({"gp": "GP"}, row.detail)
    return Line(
        row.id,
        row.case_id,
        _who(row),
        f"{(row.code or '').capitalize()}, from: {source}{due}",
        f"Waiting {words.many(row.days or 0, 'day')}",
        "bad" if row.is_overdue else "",
        _owner(row, reading) or ("Taken" if row.owner_id else "Nobody has taken it"),
        row.version,
    )


def _draft(row: BoardRow, reading: _Reading) -> Line:
    parts = f", {row.sections_complete} of {row.sections_total} parts" if row.sections_total else ""
    saved = f", saved {reading.when(row.at)}" if row.at else ""
    return Line(
        row.id,
        row.case_id,
        _who(row),
        f"New intake{parts}{saved}",
        "",
        "",
        _owner(row, reading),
    )


def _note(row: BoardRow, reading: _Reading) -> Line:
    begun = f"Begun {reading.when(row.at)}" if row.at else ""
    tone = "warn" if row.is_overdue else ""
    return replace(_draft(row, reading), text="Note, not signed yet", meta=begun, tone=tone)


KINDS: Mapping[str, Callable[[BoardRow, _Reading], Line]] = {
    "alert": _alert,
    "appointment": _visit,
    "follow_up": _follow_up,
    "reminder": _reminder,
    "referral": _referral,
    "draft": _draft,
    "note": _note,
}
