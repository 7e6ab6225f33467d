"""Who is next when there is a free place? The one lock and the one rule of the waiting list.

Whoever changes who has a place locks its programme first: two places that become free at once call
two people, each once, and no more people are offered a place than there are places.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, tuple_, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.util import AliasedClass

from intake.errors import NotFound
from intake.models import Case, Client, Placement, Programme
from intake.models.programmes import HOLDING
from intake.services import audit, tasks
from intake.services.audit import Event
from intake.services.tasks import NewTask

# A product decision, as for an alert of high priority.
OFFER_WITHIN = dt.timedelta(hours=24)
OFFER_NOTE = "There is a free place, and it is this person's turn: offer it."
# The most urgent first, then who has waited longest.
RANKS = {"emergency": 0, "urgent": 1, "routine": 2}
Place = type[Placement] | AliasedClass[Placement]


def locked(session: Session, programme_id: uuid.UUID) -> Programme:
    """A programme whose places nobody else changes until the end. Raises NotFound.

    What is read of places before this statement may be out of date.
    """
    row = session.execute(
        select(Programme)
        .where(Programme.id == programme_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("programme")
    return row


def held(session: Session, programme: Programme) -> int:
    """How many places are taken or offered."""
    query = select(func.count()).where(
        Placement.programme_id == programme.id, Placement.state.in_(HOLDING)
    )
    return session.execute(query).scalar_one()


def fill(session: Session, programme: Programme, *, now: dt.datetime) -> None:
    """Call whose turn it is, one for each free place that nobody was called for; it is locked.

    The call is a stamp beside the version that people read, and a task of the case.
    """
    if not programme.is_open:
        return
    session.flush()
    called = and_(Placement.state == "waiting", Placement.called_at.is_not(None))
    spoken_for = select(func.count()).where(
        Placement.programme_id == programme.id, Placement.state.in_(HOLDING) | called
    )
    free = programme.capacity - session.execute(spoken_for).scalar_one()
    if free <= 0:
        return
    rows = session.execute(
        select(Placement.id, Case, Client)
        .select_from(Placement)
        .join(Placement.case)
        .join(Case.client)
        .where(
            Placement.programme_id == programme.id,
            Placement.state == "waiting",
            Placement.called_at.is_(None),
            Client.wrapped_key.is_not(None),
        )
        .order_by(*turn(Placement))
        .limit(free)
    ).all()
    for row in rows:
        _call(session, row.id, row.Case, row.Client, now=now)
    _stamp(session, [row.id for row in rows], now)


def turn(place: Place) -> tuple[Any, ...]:
    """The order of a waiting list."""
    return (case(RANKS, value=place.urgency), place.waits_since, place.id)


def position(place: Place) -> ColumnElement[int]:
    """How many stand before somebody who waits, themselves included; 1 is next."""
    other = aliased(Placement)
    return (
        select(func.count() + 1)
        .where(
            other.site_id == place.site_id,
            other.programme_id == place.programme_id,
            other.state == "waiting",
            tuple_(*turn(other)) < tuple_(*turn(place)),
        )
        .correlate(place)
        .scalar_subquery()
    )


def _call(
    session: Session, placement_id: uuid.UUID, of_case: Case, client: Client, *, now: dt.datetime
) -> None:
    order = NewTask("offer_place", now + OFFER_WITHIN, OFFER_NOTE, "placement")
    task = tasks.open_for_case(session, of_case, client, order)
    task.placement_id = placement_id
    audit.record(session, Event("task", "create", "C", row=task, client_id=client.id))


def _stamp(session: Session, ids: Sequence[uuid.UUID], now: dt.datetime) -> None:
    if ids:
        session.execute(
            update(Placement)
            .where(Placement.id.in_(ids))
            .values(called_at=now)
            .execution_options(synchronize_session=False)
        )
