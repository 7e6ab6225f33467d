"""How did a case go? From referral to outcome in one list with ids: the thread of an episode."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Interval, Row, Select, Subquery, cast, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.models import Case
from intake.services import audit, course_sources, relations, timelines
from intake.services.audit import Event
from intake.services.course_parts import Viewer
from intake.services.course_sources import SOURCES


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """One thing that happened; `type` says what, and with it what the codes mean. No words."""

    type: str
    id: uuid.UUID
    at: dt.datetime
    state: str | None
    code: str | None
    detail: str | None
    number: int | None
    who_id: uuid.UUID | None
    about_id: uuid.UUID | None


def list_page(
    session: Session, case_id: uuid.UUID, types: Collection[str], wanted: timelines.Wanted, *,
    actor: Actor,
) -> timelines.Timeline[CourseEntry]:  # fmt: skip
    """Entries of these types (of all where none is named), the earliest first, in two statements.

    Types the reader may not see in this case are left out. The read is recorded. Raises as
    `relations.require`.
    """
    case = relations.case(session, case_id, actor, Permission.APPOINTMENT_READ)
    viewer = Viewer(actor, relations.is_related(actor, Permission.APPOINTMENT_READ, case))
    kinds = [one for one in SOURCES if one in (types or SOURCES) and may_see(one, case, actor)]
    page = _page(session, case, kinds, viewer, wanted)
    audit.record(
        session,
        Event(
            "timeline",
            "read",
            "R",
            row=case,
            client_id=case.client_id,
            hits=len(page.rows),
            returned_ids=tuple(one.id for one in page.rows),
            sensitivity="P2",
        ),
    )
    return page


def may_see(kind: str, case: Case, actor: Actor) -> bool:
    """Whether the reader sees such entries of this case."""
    return relations.sees(actor, SOURCES[kind].permission, case)


def latest(
    session: Session, case: Case, types: Collection[str], wanted: timelines.Wanted, *,
    actor: Actor, now: dt.datetime,
) -> timelines.Timeline[CourseEntry]:  # fmt: skip
    """What has happened until now, the newest first, below `wanted.after`; in one statement.

    For who was let through to the case, who records it.
    """
    viewer = Viewer(actor, relations.is_related(actor, Permission.APPOINTMENT_READ, case))
    kinds = [one for one in SOURCES if one in types and may_see(one, case, actor)]
    if not kinds:
        return timelines.Timeline(rows=[], has_more=False, last=None)
    course, order = _course(case, kinds, viewer)
    query = select(course, order.at.label("place")).where(course.c.at <= now)
    if wanted.after is not None:
        place = tuple_(wanted.after.at, wanted.after.id)
        query = query.where(tuple_(order.at, order.id) < place)
    newest = query.order_by(order.at.desc(), order.id.desc()).limit(wanted.limit + 1)
    found = session.execute(newest).all()
    shown = found[: wanted.limit]
    last = timelines.Place(shown[-1].place, shown[-1].id) if shown else None
    rows = [_entry(row) for row in shown]
    return timelines.Timeline(rows=rows, has_more=len(found) > wanted.limit, last=last)


def _page(
    session: Session, case: Case, kinds: list[str], viewer: Viewer, wanted: timelines.Wanted
) -> timelines.Timeline[CourseEntry]:
    if not kinds:
        return timelines.Timeline(rows=[], has_more=False, last=None)
    course, order = _course(case, kinds, viewer)
    query: Select[Any] = select(course)
    return timelines.fetch(session, query, order=order, wanted=wanted, show=_entry)


def _course(case: Case, kinds: list[str], viewer: Viewer) -> tuple[Subquery, timelines.Order]:
    """Entries of these kinds; those of one moment in the order of their kinds."""
    parts = (course_sources.entries(one, case, viewer) for one in kinds)
    course = union_all(*parts).subquery("course")
    moment = course.c.at + course.c.rank * cast(literal("1 microsecond"), Interval)
    return course, timelines.Order(moment, course.c.id)


def _entry(row: Row[Any]) -> CourseEntry:
    return CourseEntry(**{one.name: getattr(row, one.name) for one in fields(CourseEntry)})
