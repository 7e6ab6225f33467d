"""Which visits are coming? From today on, day by day, with where their messages stand."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http import timelines
from intake.http.unit_of_work import act, work
from intake.schemas.boards import SCOPES
from intake.services import appointment_views, cases, colleagues, shown_names
from intake.services.appointment_views import AppointmentSearch, AppointmentView
from intake.services.shown_names import Named
from intake.web import pages, visit_words, words
from intake.web.screens import Screen

blp = Screen("appointment_list", __name__)
MINE, SITE = SCOPES
SHOW = "console.appointment_list.show"
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One visit: its clock time and whose it is, and the same words as on its own page."""

    id: uuid.UUID
    case_id: uuid.UUID
    title: str
    reference: str
    line: visit_words.Line
    deliveries: list[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class Day:
    """The visits of one day at the site."""

    id: str
    title: str
    rows: tuple[Row, ...]


@blp.page("/appointments")
@act(Permission.APPOINTMENT_READ)
def show() -> Response:
    """Visits that one has oneself, or all one may see; filter and page stand in the address."""
    now, scope, cursor = work(), _scope(), request.args.get("cursor")
    today = cases.local_date(now.now, now.actor)
    search = AppointmentSearch(staff_id=now.actor.staff_id if scope == MINE else None, since=today)
    wanted = timelines.wanted({"limit": SHOWN, "cursor": cursor})
    found = appointment_views.list_page(now.session, search, wanted, actor=now.actor, now=now.now)
    names = shown_names.of_cases(now.session, (one.case_id for one in found.rows), actor=now.actor)
    following = timelines.write_cursor(found.last) if found.has_more and found.last else ""
    return pages.page(
        "appointment_list/show.html",
        days=list(_days(found.rows, names, today)),
        is_mine=scope == MINE,
        views=[
            (label, url_for(SHOW, **_place(one)), one == scope)
            for one, label in ((MINE, "With me"), (SITE, "Everybody's"))
        ],
        first=url_for(SHOW, **_place(scope)) if cursor else "",
        more=url_for(SHOW, **_place(scope), cursor=following) if following else "",
    )


def _days(
    found: Sequence[AppointmentView], names: Mapping[uuid.UUID, Named], today: dt.date
) -> Iterator[Day]:
    now = work()
    who = colleagues.who_may(now.session, Permission.APPOINTMENT_ATTEND, actor=now.actor)
    staff = {one.id: "You" if one.id == now.actor.staff_id else one.name for one in who}
    for day, rows in groupby(found, key=lambda one: one.local_start.date()):
        title = f"Today, {words.day(day)}" if day == today else f"{words.day(day)} {day.year}"
        yield Day(f"day-{day}", title, tuple(_row(one, names[one.case_id], staff) for one in rows))


def _row(found: AppointmentView, whose: Named, staff: Mapping[uuid.UUID, str]) -> Row:
    return Row(
        id=found.id,
        case_id=found.case_id,
        title=f"{words.clock_time(found.local_start)} {whose.shown}",
        reference=whose.reference,
        line=visit_words.line(found, staff),
        deliveries=visit_words.sent(found),
    )


def _scope() -> str:
    """Whose visits are shown; an unknown word in the address means one's own."""
    said = request.args.get("scope", MINE)
    return said if said in SCOPES else MINE


def _place(scope: str) -> dict[str, Any]:
    """The filter as it stands in the address, which leaves out what is usual."""
    return {} if scope == MINE else {"scope": scope}
