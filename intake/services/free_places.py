"""Where is a place free, and do the staff there know dissociative drugs?"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from intake.models import Placement, Programme
from intake.models.programmes import HOLDING, OPEN_PLACEMENTS
from intake.services import audit
from intake.services.audit import Event

# More than a site works with.
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """A programme that takes people at present; `held` and `waiting` count people."""

    id: uuid.UUID
    name: str
    settings: tuple[str, ...]
    is_experienced_in_dissociatives: bool
    capacity: int
    held: int
    waiting: int

    @property
    def free(self) -> int:
        """Places that nobody has or was offered; there may be fewer than are held."""
        return max(0, self.capacity - self.held)


def find(session: Session) -> tuple[Places, ...]:
    """Open programmes of the site: those who know dissociatives first, then the freest.

    It tells nothing of a person; the read is recorded.
    """
    held = func.count().filter(Placement.state.in_(HOLDING))
    waiting = func.count().filter(Placement.state == "waiting")
    rows = session.execute(
        select(Programme, held.label("held"), waiting.label("waiting"))
        .outerjoin(
            Placement,
            and_(Placement.programme_id == Programme.id, Placement.state.in_(OPEN_PLACEMENTS)),
        )
        .where(Programme.is_open)
        .group_by(*Programme.__table__.columns)
        .order_by(Programme.name)
        .limit(MOST)
    )
    found = [_places(row.Programme, row.held, row.waiting) for row in rows]
    found.sort(key=lambda one: (not one.is_experienced_in_dissociatives, -one.free, one.name))
    shown = tuple(one.id for one in found)
    act = Event("programme", "list", "R")
    audit.record(session, replace(act, hits=len(shown), returned_ids=shown))
    return tuple(found)


def _places(row: Programme, held: int, waiting: int) -> Places:
    return Places(
        id=row.id,
        name=row.name,
        settings=tuple(row.settings),
        is_experienced_in_dissociatives=row.is_experienced_in_dissociatives,
        capacity=row.capacity,
        held=held,
        waiting=waiting,
    )
