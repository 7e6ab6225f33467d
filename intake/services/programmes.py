"""The places of treatment a site works with: their capacity, whom they take, what they know."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.clinical.eligibility import Terms
from intake.errors import FieldErrors, NotFound, PreconditionFailed
from intake.models import Programme
from intake.services import audit, pages, places
from intake.services.audit import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProgramme:
    """A programme: `capacity` people at a time, `settings` of a plan that it serves."""

    name: str
    kind: str
    capacity: int
    settings: tuple[str, ...]
    is_experienced_in_dissociatives: bool
    sexes: tuple[str, ...] = ()
    min_age: int | None = None
    max_age: int | None = None
    is_group: bool = False
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class ProgrammeChange:
    """The given fields of a programme; None clears an age."""

    given: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeView:
    """A programme as staff read it; `state` is open or closed."""

    id: uuid.UUID
    version: int
    name: str
    kind: str
    capacity: int
    settings: list[str]
    sexes: list[str]
    min_age: int | None
    max_age: int | None
    is_group: bool
    is_experienced_in_dissociatives: bool
    is_open: bool
    created_at: dt.datetime

    @property
    def state(self) -> str:
        """What the answer of a create calls it."""
        return "open" if self.is_open else "closed"


FIELDS = tuple(ProgrammeView.__dataclass_fields__)


def create(session: Session, order: NewProgramme, *, actor: Actor) -> ProgrammeView:
    """Add a programme. Raises ValidationFailed; Conflict for a name that is taken."""
    _check(order.min_age, order.max_age)
    said = {name: getattr(order, name) for name in NewProgramme.__dataclass_fields__}
    lists = {"settings": list(order.settings), "sexes": list(order.sexes)}
    row = Programme(site_id=actor.site_id, **said | lists)
    session.add(row)
    audit.record(session, Event("programme", "create", "C", row=row))
    session.flush()
    return view(row)


def change(
    session: Session, programme_id: uuid.UUID, order: ProgrammeChange, *, version: int,
    now: dt.datetime,
) -> ProgrammeView:  # fmt: skip
    """Change a programme; places that become free are offered to who waits.

    People who have a place keep it, also where there are fewer from now on. Raises NotFound,
    PreconditionFailed, ValidationFailed, Conflict for a name that is taken.
    """
    row = places.locked(session, programme_id)
    if row.version != version:
        raise PreconditionFailed(row.version)
    for name, value in order.given.items():
        setattr(row, name, list(value) if isinstance(value, (list, tuple)) else value)
    _check(row.min_age, row.max_age)
    is_changed = session.is_modified(row)
    act, action = ("update", "U") if is_changed else ("read", "R")
    audit.record(session, Event("programme", act, action, row=row, fields=tuple(order.given)))
    session.flush()
    places.fill(session, row, now=now)
    return view(row)


def read(session: Session, programme_id: uuid.UUID) -> ProgrammeView:
    """One programme; the read is recorded. Raises NotFound."""
    row = session.execute(
        select(Programme).where(Programme.id == programme_id)
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("programme")
    audit.record(session, Event("programme", "read", "R", row=row))
    return view(row)


def list_page(
    session: Session, wanted: pages.Wanted, *, kind: str | None = None
) -> pages.Page[ProgrammeView]:
    """Programmes of the site, the newest first; it is recorded."""
    query = select(Programme.id.label("id"), Programme)
    if kind is not None:
        query = query.where(Programme.kind == kind)
    page = pages.fetch(
        session,
        query,
        key=Programme.__table__.c.id,
        wanted=wanted,
        show=lambda row: view(row.Programme),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "programme", shown)
    return page


def view(row: Programme) -> ProgrammeView:
    """A programme as it is now."""
    return ProgrammeView(**{name: getattr(row, name) for name in FIELDS})


def terms_of(row: Programme) -> Terms:
    """Whom it takes."""
    return Terms(
        settings=row.settings,
        sexes=row.sexes,
        min_age=row.min_age,
        max_age=row.max_age,
        is_group=row.is_group,
    )


def _check(min_age: int | None, max_age: int | None) -> None:
    errors = FieldErrors()
    if min_age is not None and max_age is not None and max_age < min_age:
        errors.add("/max_age", "out_of_order", f"Enter {min_age} or more, or lower min_age.")
    errors.raise_if_any()
