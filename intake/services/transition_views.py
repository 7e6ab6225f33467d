"""How did a case come to where it is, and where can it go from here, with what?"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import lifecycle, move_needs, readiness
from intake.clinical.case_facts import Sought
from intake.crypto import Vault
from intake.models import CaseTransition
from intake.services import audit, case_moves, cases, move_facts, pages, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of
from intake.services.move_making import FIELD


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionView:
    """One move: `reason` is a code, `facts` are codes and dates, `words` what was said of it.

    `snapshot_hash` is the SHA-256 (hexadecimal) of what it was judged by.
    """

    id: uuid.UUID
    case_id: uuid.UUID
    from_state: str | None
    to_state: str
    event: str | None
    reason: str
    actor_id: uuid.UUID
    role: str
    at: dt.datetime
    snapshot_hash: str | None
    facts: dict[str, Any]
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Lack:
    """A need that is not fulfilled; `fields` of the move's body would fulfil it, if any."""

    need: str
    meaning: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PossibleMove:
    """A move of the table from here; `may` when the actor's role makes it."""

    to: str
    event: str | None
    roles: tuple[str, ...]
    approver: str | None
    may: bool
    missing: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a case stands and where it can go; `version` goes into If-Match."""

    case_id: uuid.UUID
    state: str
    version: int
    moves: tuple[PossibleMove, ...]
    sought: Sought


def history(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor
) -> pages.Page[TransitionView]:
    """The moves of a case, the newest first; the read is recorded. Raises NotFound."""
    case, client = cases.get_with_client(session, case_id)
    relations.require(session, actor, Permission.CASE_HISTORY, case)
    vault = vault_of(session, client)
    page = pages.fetch(
        session,
        select(CaseTransition.id.label("id"), CaseTransition).where(
            CaseTransition.case_id == case.id
        ),
        key=CaseTransition.__table__.c.id,
        wanted=wanted,
        show=lambda row: _view(row.CaseTransition, vault),
    )
    shown = tuple(one.id for one in page.rows)
    act = Event("case", "history", "R", row=case, client_id=client.id, sensitivity="P2")
    audit.record(session, replace(act, hits=len(shown), returned_ids=shown))
    return page


def possible(session: Session, case_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Outlook:
    """Every move from here with what it lacks before anything is said; it is recorded."""
    case, client = cases.get_with_client(session, case_id)
    relations.require(session, actor, Permission.CASE_MOVE, case)
    known = move_facts.gather(session, case, client, actor=actor, now=now).known
    found = readiness.fulfilled(known, case_moves.NOTHING_SAID)
    audit.record(session, Event("case", "outlook", "R", row=case, client_id=client.id))
    moves = tuple(_possible(one, found, actor) for one in lifecycle.moves_from(case.state))
    return Outlook(case.id, case.state, case.version, moves, readiness.sought(known))


def _possible(rule: lifecycle.Move, found: frozenset[str], actor: Actor) -> PossibleMove:
    lacks = (
        Lack(need, move_needs.NEEDS[need], move_needs.SAID.get(need, ()))
        for need in rule.needs
        if need not in found
    )
    may = actor.role in rule.roles
    return PossibleMove(rule.target, rule.event, rule.roles, rule.approver, may, tuple(lacks))


def _view(row: CaseTransition, vault: Vault) -> TransitionView:
    return TransitionView(
        id=row.id,
        case_id=row.case_id,
        from_state=row.from_state,
        to_state=row.to_state,
        event=row.event,
        reason=row.reason,
        actor_id=row.actor_id,
        role=row.role,
        at=row.at,
        snapshot_hash=row.snapshot_hash.hex() if row.snapshot_hash else None,
        facts=row.facts or {},
        words=sealed_text.opened(FIELD, row.id, row.sealed, vault),
    )
