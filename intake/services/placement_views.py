"""A person's place in a programme as staff read it, and the waiting list of a programme."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case as when
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import NotFound
from intake.models import Case, Placement, Programme
from intake.services import audit, cases, pages, places, relations, sealed_text
from intake.services.identity import vault_of

FIELD = "placements.sealed"
WORDS = ("gap_plan", "inexperience_reason", "reason")
# One page; a list this long needs another programme.
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementView:
    """A place from the waiting list to its end; `days_waited` and `position` while it waits."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    programme_id: uuid.UUID
    urgency: str
    waits_since: dt.datetime
    called_at: dt.datetime | None
    gap_setting: str
    takes_inexperienced: bool
    started_on: dt.date | None
    ended_on: dt.date | None
    asked_by: uuid.UUID
    created_at: dt.datetime
    position: int | None = None
    days_waited: int | None = None
    gap_plan: str | None = None
    inexperience_reason: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """Somebody who waits: their place in the list, and days since they were put on it."""

    placement_id: uuid.UUID
    version: int
    case_id: uuid.UUID
    case_reference: str
    position: int
    urgency: str
    days_waited: int
    called_at: dt.datetime | None
    gap_setting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingList:
    """Who waits, the next one first, beside the places there are and those held."""

    programme_id: uuid.UUID
    capacity: int
    held: int
    data: tuple[WaitingLine, ...]


LATER = ("position", "days_waited", *WORDS)
PLAIN = tuple(name for name in PlacementView.__dataclass_fields__ if name not in LATER)
POSITION = when((Placement.state == "waiting", places.position(Placement))).label("position")


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor, now: dt.datetime
) -> pages.Page[PlacementView]:
    """Places of a case, the newest first; it is recorded. Raises as `relations.require`."""
    case, client = cases.get_with_client(session, case_id)
    relations.require(session, actor, Permission.PLACEMENT_READ, case)
    vault, today = vault_of(session, client), cases.local_date(now, actor)
    page = pages.fetch(
        session,
        select(Placement.id.label("id"), Placement, POSITION).where(Placement.case_id == case.id),
        key=Placement.__table__.c.id,
        wanted=wanted,
        show=lambda row: replace(
            view(row.Placement, vault),
            position=row.position,
            days_waited=_waited(row.Placement, today, actor),
        ),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "placement", shown, client_id=client.id, sensitivity="P2")
    return page


def waiting_list(
    session: Session, programme_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> WaitingList:
    """Who waits for a place, of those the actor sees, with their true position; it is recorded.

    Raises NotFound. No more than 200 are shown.
    """
    query = select(Programme).where(Programme.id == programme_id)
    programme = session.execute(query).scalar_one_or_none()
    if programme is None:
        raise NotFound("programme")
    seen = relations.visible(session, actor, Permission.PLACEMENT_READ)
    rows = session.execute(
        select(Placement, Case, places.position(Placement).label("position"))
        .join(Placement.case)
        .where(Placement.programme_id == programme.id, Placement.state == "waiting", seen)
        .order_by(*places.turn(Placement))
        .limit(MOST)
    ).all()
    shown = tuple(row.Placement.id for row in rows)
    audit.record_list(session, "placement", shown, sensitivity="P2")
    today = cases.local_date(now, actor)
    return WaitingList(
        programme_id=programme.id,
        capacity=programme.capacity,
        held=places.held(session, programme),
        data=tuple(_line(row, today, actor) for row in rows),
    )


def view(row: Placement, vault: Vault) -> PlacementView:
    """A place as it is now."""
    words = sealed_text.opened(FIELD, row.id, row.sealed, vault)
    plain: dict[str, Any] = {name: getattr(row, name) for name in PLAIN}
    said: dict[str, Any] = {name: words.get(name) for name in WORDS}
    return PlacementView(**plain, **said)


def _line(row: Any, today: dt.date, actor: Actor) -> WaitingLine:
    place: Placement = row.Placement
    return WaitingLine(
        placement_id=place.id,
        version=place.version,
        case_id=place.case_id,
        case_reference=row.Case.reference,
        position=row.position,
        urgency=place.urgency,
        days_waited=_waited(place, today, actor) or 0,
        called_at=place.called_at,
        gap_setting=place.gap_setting,
    )


def _waited(place: Placement, today: dt.date, actor: Actor) -> int | None:
    """Days on the list, by the days of the site; None once it is over."""
    if place.state != "waiting":
        return None
    since = place.waits_since.astimezone(ZoneInfo(actor.time_zone)).date()
    return (today - since).days
