"""Who answers for whose cases while a colleague is away? Arranged by a clinical lead, by days."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import ROLE_PERMISSIONS, Actor, Permission
from intake.errors import FieldErrors
from intake.models import Cover
from intake.services import audit, duties, pages
from intake.services.audit import Event
from intake.services.cases import local_date
from intake.services.duties import Named

# What somebody answers for, beside tasks of their own.
COVERED = frozenset({duties.ANSWER_FOR_CASES, Permission.REFERRAL_WORK})
LONGEST = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class NewCover:
    """`staff_id` answers for the cases of `for_staff_id`, both days included."""

    staff_id: uuid.UUID
    for_staff_id: uuid.UUID
    from_on: dt.date
    until_on: dt.date


@dataclass(frozen=True, slots=True)
class CoverView:
    """A cover as staff read it; `state` says whether it is still to come, on, or over."""

    id: uuid.UUID
    version: int
    state: str
    staff_id: uuid.UUID
    for_staff_id: uuid.UUID
    from_on: dt.date
    until_on: dt.date
    set_by: uuid.UUID
    created_at: dt.datetime


def arrange(session: Session, order: NewCover, *, actor: Actor, now: dt.datetime) -> CoverView:
    """Let somebody answer for a colleague's cases. Raises ValidationFailed."""
    today = local_date(now, actor)
    errors = FieldErrors()
    if order.staff_id == order.for_staff_id:
        errors.add("/for_staff_id", "same_person", "Name a colleague; nobody covers themselves.")
    if order.until_on < max(order.from_on, today):
        errors.add("/until_on", "in_past", "Enter the first day, today or a later day.")
    elif order.until_on - order.from_on > LONGEST:
        errors.add("/until_on", "too_long", "A cover lasts a year at most.")
    _check_people(session, order, actor, errors)
    errors.raise_if_any()
    cover = Cover(
        site_id=actor.site_id,
        staff_id=order.staff_id,
        for_staff_id=order.for_staff_id,
        from_on=order.from_on,
        until_on=order.until_on,
        set_by=actor.staff_id,
    )
    session.add(cover)
    audit.record(session, Event("cover", "arrange", "C", row=cover, sensitivity="P4"))
    session.flush()
    return _view(cover, today)


def _check_people(session: Session, order: NewCover, actor: Actor, errors: FieldErrors) -> None:
    """Both are at work, and who covers can do what the colleague answers for."""
    people = duties.at_work(session, {order.staff_id, order.for_staff_id}, actor)
    away = people.get(order.for_staff_id)
    held = ROLE_PERMISSIONS[away] if away is not None else frozenset()
    needs = frozenset({Permission.WORK_CLOSE})
    duties.check(people, Named("/for_staff_id", order.for_staff_id, needs), errors)
    if order.staff_id != order.for_staff_id:
        duties.check(people, Named("/staff_id", order.staff_id, needs | held & COVERED), errors)


def list_page(
    session: Session, wanted: pages.Wanted, *, actor: Actor, now: dt.datetime
) -> pages.Page[CoverView]:
    """Covers of this site, the newest first; the read is recorded."""
    today = local_date(now, actor)
    page = pages.fetch(
        session,
        select(Cover.id.label("id"), Cover),
        key=Cover.__table__.c.id,
        wanted=wanted,
        show=lambda row: _view(row.Cover, today),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "cover", shown, sensitivity="P4")
    return page


def _view(cover: Cover, today: dt.date) -> CoverView:
    state = "planned" if today < cover.from_on else "on" if today <= cover.until_on else "over"
    return CoverView(
        id=cover.id,
        version=cover.version,
        state=state,
        staff_id=cover.staff_id,
        for_staff_id=cover.for_staff_id,
        from_on=cover.from_on,
        until_on=cover.until_on,
        set_by=cover.set_by,
        created_at=cover.created_at,
    )
