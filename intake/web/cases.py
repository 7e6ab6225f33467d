"""How does a case stand? Its page, and who has seen it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http.unit_of_work import act, work
from intake.services import access_log, case_pages
from intake.services.case_page_shapes import CasePage, CourseWanted
from intake.services.pages import Wanted
from intake.services.timelines import Place
from intake.services.timelines import Wanted as CoursePage
from intake.web import (
    case_cards,
    case_charts,
    case_heads,
    case_tabs,
    case_words,
    course_lines,
    pages,
    safety_plans,
    words,
)
from intake.web.case_heads import Writing
from intake.web.reading import a_uuid
from intake.web.screens import Screen

blp = Screen("cases", __name__)
ENTRIES, LINES = 12, 50
SHOW = "console.cases.show"


@blp.page("/cases/<uuid:case_id>")
@act(Permission.CASE_READ)
def show(case_id: uuid.UUID) -> Response:
    """Everything about one case on one page; a colleague's opens in an emergency only."""
    now = work()
    filter_ = request.args.get("show", "all")
    wanted = CourseWanted(course_lines.kinds(filter_), CoursePage(ENTRIES, _before()))
    page = case_pages.read(now.session, case_id, wanted, actor=now.actor, now=now.now)
    writing = Writing(page, now.actor)
    return pages.page(
        "cases/show.html",
        may_see_history=Permission.ACCESS_LOG_READ in page.sees,
        case=page.case,
        page=page,
        head=case_heads.head(writing),
        tabs=case_tabs.tabs(page.case.id, page.sees, "overview", case_tabs.counts(page)),
        unsent=case_cards.unsent(page, now.now),
        actions=case_cards.actions(writing),
        visits=[case_cards.visit(writing, one) for one in page.visits.value or []],
        attendance=case_cards.attendance(page),
        progress=_progress(page),
        measures=_measures(page),
        glance=case_charts.glance(page.scores.value.trends) if page.scores.value else (),
        months=_months(page),
        filters=_filters(case_id, filter_),
        older=_older(page, filter_),
        newest=_here(case_id, show=filter_) if "before" in request.args else "",
        moves=[
            (case_words.move(page.case.state, one.target), one.target)
            for one in page.moves.value or ()
        ],
        opened_at=words.clock_time(words.local(now.now, now.actor.time_zone)),
        until=_until(page),
        now=now.now,
        undo=_undo(),
        sees={one.value for one in page.sees},
        links=case_tabs.links(page),
        words_of=case_words,
        safety_is_old=safety_plans.is_old,
    )


@blp.page("/cases/<uuid:case_id>/access-history")
@act(Permission.ACCESS_LOG_READ)
def history(case_id: uuid.UUID) -> Response:
    """Who did what with the record, the newest first."""
    now = work()
    wanted = Wanted(LINES, a_uuid(request.args.get("before", "")))
    found = access_log.of_case(now.session, case_id, wanted, actor=now.actor)
    older = (
        url_for("console.cases.history", case_id=case_id, before=found.last)
        if found.has_more
        else ""
    )
    return pages.page(
        "cases/history.html",
        subject=case_tabs.named(case_id),
        tabs=case_tabs.of(case_id, "history"),
        rows=[
            (
                words.long_moment(one.at, now.actor.time_zone),
                one.staff_name or words.role(one.role),
                words.role(one.role),
                one.what[:1].upper() + one.what[1:],
                one.outcome.capitalize(),
            )
            for one in found.rows
        ],
        older=older,
    )


def _progress(page: CasePage) -> case_charts.Progress | None:
    if page.scores.value is None:
        return None
    measure, moved = request.args.get("measure", ""), page.moved.value or ()
    return case_charts.progress(page.scores.value, measure, moved, today=page.today)


def _measures(page: CasePage) -> list[tuple[str, str, bool]]:
    """The switch of the chart: measures there are values of."""
    shown = _progress(page)
    if page.scores.value is None or shown is None:
        return []
    return [
        (case_words.MEASURES[one], _here(page.case.id, measure=one), one == shown.measure)
        for one in case_charts.known(page.scores.value.trends)
    ]


def _months(page: CasePage) -> list[tuple[str, list[course_lines.Line]]]:
    rows = page.course.value.rows if page.course.value else []
    return course_lines.months(rows, page.staff, work().actor.time_zone)


def _filters(case_id: uuid.UUID, chosen: str) -> list[tuple[str, str, bool]]:
    known = [name for name, _, _ in course_lines.FILTERS]
    chosen = chosen if chosen in known else known[0]
    return [
        (label, _here(case_id, show=name) if name != known[0] else _here(case_id), name == chosen)
        for name, label, _ in course_lines.FILTERS
    ]


def _older(page: CasePage, chosen: str) -> str:
    """The address of what came before, as far as the filter goes; empty at the beginning."""
    course = page.course.value
    if course is None or not course.has_more or course.last is None:
        return ""
    place = f"{course.last.at.isoformat()}_{course.last.id}"
    return url_for(SHOW, case_id=page.case.id, show=chosen, before=place, _anchor="timeline")


def _here(case_id: uuid.UUID, **changes: str) -> str:
    """This page with another choice; the other choices stay."""
    kept = {name: request.args[name] for name in ("measure", "show") if name in request.args}
    if "show" not in changes and "measure" not in changes:
        kept.pop("show", None)
    anchor = "progress" if "measure" in changes else "timeline"
    chosen: dict[str, Any] = kept | changes
    return url_for(SHOW, case_id=case_id, _anchor=anchor, **chosen)


def _before() -> Place | None:
    """Where the part of the course ends that was shown; nonsense begins anew."""
    at, _, id_ = request.args.get("before", "").partition("_")
    try:
        moment = dt.datetime.fromisoformat(at)
        return Place(moment, uuid.UUID(id_)) if moment.tzinfo else None
    except ValueError:
        return None


def _undo() -> tuple[str, int] | None:
    """A task that was finished just now and its version, from the address: it can be taken back."""
    task, version = a_uuid(request.args.get("undo", "")), request.args.get("undo_version", "")
    return (str(task), int(version)) if task and version.isdecimal() else None


def _until(page: CasePage) -> str:
    """Until when an emergency opens the case; empty where it is the reader's own."""
    grant = work().actor.grants.get(page.case.id)
    return words.moment(grant.until, work().actor.time_zone) if page.by_grant and grant else ""
