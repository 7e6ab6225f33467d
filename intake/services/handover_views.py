"""A handover as staff read it: from whom to whom, which cases, and what became of each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake import database
from intake.access import Actor, Permission, Scope
from intake.errors import NotFound
from intake.models import Handover, HandoverCase
from intake.services import audit, pages, sealed_text
from intake.services.audit import Event

FIELD = "handovers.sealed"
Outcomes = list[tuple[uuid.UUID, str]]


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """One case of a handover; `left_out` when it had changed hands or ended meanwhile."""

    case_id: uuid.UUID
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverLine:
    """A handover in a list."""

    id: uuid.UUID
    version: int
    state: str
    from_staff_id: uuid.UUID
    to_staff_id: uuid.UUID
    from_on: dt.date
    takes_all_tasks: bool
    note: str | None
    refusal: str | None
    asked_by: uuid.UUID
    answered_by: uuid.UUID | None
    answered_at: dt.datetime | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverView(HandoverLine):
    """A handover with its cases."""

    cases: tuple[CaseOutcome, ...]


def read(session: Session, handover_id: uuid.UUID, *, actor: Actor) -> HandoverView:
    """One handover; the read is recorded. Raises NotFound, also for a colleague's."""
    row = load(session, handover_id)
    if not _is_mine(row, actor):
        raise NotFound("handover")
    audit.record(session, Event("handover", "read", "R", row=row))
    return view(session, row, outcomes(session, row))


def list_page(
    session: Session, wanted: pages.Wanted, *, actor: Actor, state: str | None = None
) -> pages.Page[HandoverLine]:
    """Handovers of the site, the newest first; a counsellor's own, to or from them."""
    query = select(Handover.id.label("id"), Handover)
    if actor.scope(Permission.HANDOVER_READ) is not Scope.SITE:
        mine = actor.staff_id
        query = query.where((Handover.to_staff_id == mine) | (Handover.from_staff_id == mine))
    if state is not None:
        query = query.where(Handover.state == state)
    page = pages.fetch(
        session,
        query,
        key=Handover.__table__.c.id,
        wanted=wanted,
        show=lambda row: line(session, row.Handover),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "handover", shown)
    return page


def load(session: Session, handover_id: uuid.UUID, *, is_locked: bool = False) -> Handover:
    """The stored handover, locked if wanted. Raises NotFound."""
    query = select(Handover).where(Handover.id == handover_id)
    found = session.execute(query.with_for_update() if is_locked else query).scalar_one_or_none()
    if found is None:
        raise NotFound("handover")
    return found


def outcomes(session: Session, row: Handover) -> Outcomes:
    """What became of each case, in the order of their identifiers."""
    found = session.execute(
        select(HandoverCase.case_id, HandoverCase.outcome)
        .where(HandoverCase.handover_id == row.id)
        .order_by(HandoverCase.case_id)
    )
    return [(one.case_id, one.outcome) for one in found]


def line(session: Session, row: Handover) -> HandoverLine:
    """A handover in a list."""
    vault = database.keyring(session).application_vault()
    words = sealed_text.opened(FIELD, row.id, row.sealed, vault)
    plain = {
        name: getattr(row, name)
        for name in HandoverLine.__dataclass_fields__
        if name not in ("note", "refusal")
    }
    return HandoverLine(**plain, note=words.get("note"), refusal=words.get("refusal"))


def view(session: Session, row: Handover, found: Iterable[tuple[uuid.UUID, str]]) -> HandoverView:
    """A handover with its cases."""
    shown = line(session, row)
    parts = {name: getattr(shown, name) for name in HandoverLine.__dataclass_fields__}
    return HandoverView(**parts, cases=tuple(CaseOutcome(*one) for one in found))


def _is_mine(row: Handover, actor: Actor) -> bool:
    site = actor.scope(Permission.HANDOVER_READ) is Scope.SITE
    return site or actor.staff_id in (row.to_staff_id, row.from_staff_id)
