"""Episodes of care: opening one, moving it by the table of moves, reading it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import lifecycle
from intake.crypto import Vault
from intake.errors import Conflict, FieldError, NotFound, ValidationFailed
from intake.models import Case, CaseTransition, Client
from intake.services import audit, pages, relations
from intake.services.audit import Event

NEXT_NUMBER = text(
    "INSERT INTO case_numbers (site_id, year, last) VALUES (:site, :year, 1)"
    " ON CONFLICT (site_id, year) DO UPDATE SET last = case_numbers.last + 1 RETURNING last"
)
# Who hands in an intake has spoken with the person: that is the triage. Its date was checked
# against the referral's then, and consent is asked for where this is used.
INTERVIEWED = frozenset({"triage", "triage_not_before_referral", "treatment_consent"})


@dataclass(frozen=True, slots=True)
class Referral:
    """How a person came to us; `details` is free text that is stored sealed.

    `reopens` is the ended case that this one goes on from.
    """

    source: str
    referral_date: dt.date
    urgency: str = "routine"
    details: dict[str, str] | None = None
    reopens: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Where a case goes, why (a code), SHA-256 of what that was based on, and its facts.

    `facts` are codes, dates and numbers, never words about the person. A key worker named in the
    same act is set with the state, so that both are one version of the case.
    """

    to_state: str
    reason: str
    snapshot: bytes | None = None
    event: str | None = None
    facts: dict[str, Any] | None = None
    key_worker_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as staff read it: nothing here says who the person is."""

    id: uuid.UUID
    version: int
    reference: str
    state: str
    client_id: uuid.UUID
    key_worker_id: uuid.UUID | None
    opened_on: dt.date
    referral_source: str
    referral_date: dt.date
    referral_urgency: str
    reopened_from: uuid.UUID | None
    created_at: dt.datetime


def open_case(
    session: Session, client: Client, referral: Referral, *, vault: Vault, actor: Actor,
    now: dt.datetime,
) -> Case:  # fmt: skip
    """Register a referral: a new case in state `referred`; one that reopens another moves later.

    Raises ValidationFailed for a referral to come, Conflict for a person whose record is closed.
    """
    if client.state not in (None, "active"):
        raise Conflict(f"This person's record is {client.state}; no case can be opened for it.")
    today = local_date(now, actor)
    if referral.referral_date > today:
        raise ValidationFailed(
            FieldError("/referral/referral_date", "in_future", "Enter today or an earlier day.")
        )
    number = session.execute(NEXT_NUMBER, {"site": actor.site_id, "year": today.year}).scalar_one()
    case = Case(
        site_id=actor.site_id,
        client_id=client.id,
        reference=f"C-{today.year}-{number:04d}",
        state="referred",
        opened_on=today,
        referral_source=referral.source,
        referral_date=referral.referral_date,
        referral_urgency=referral.urgency,
        reopened_from=referral.reopens,
    )
    if referral.details:
        case.sealed = vault.seal("cases.sealed", case.id, json.dumps(referral.details))
    session.add(case)
    if referral.reopens is None:
        registered = Move("referred", "referral_registered")
        note_move(session, case, None, registered, actor=actor, now=now)
    audit.record(
        session, Event("case", "create", "C", row=case, client_id=client.id, sensitivity="P0")
    )
    return case


def move(
    session: Session, case: Case, onward: Move, *, fulfilled: frozenset[str], actor: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    """Move a case by the table of moves.

    Raises InvalidTransition for a move that isn't there or lacks a need, Forbidden for the role.
    """
    lifecycle.check(case.state, onward.to_state, role=actor.role, fulfilled=fulfilled)
    carry_out(session, case, onward, actor=actor, now=now)


def carry_out(
    session: Session, case: Case, onward: Move, *, actor: Actor, now: dt.datetime
) -> CaseTransition:
    """Make a move that was checked: the state, its row and its event."""
    before, case.state = case.state, onward.to_state
    row = note_move(session, case, before, onward, actor=actor, now=now)
    act = Event("case", "move", "U", row=case, client_id=case.client_id, fields=("state",))
    audit.record(session, act)
    return row


def require_open(session: Session, case: Case) -> None:
    """Hold the case until the transaction ends, and refuse to write in an episode that has ended.

    What every service asks before it writes in a case. The lock is what an UPDATE of the row
    takes, so a write and a discharge wait instead of missing each other. The state is
    read beside the loaded row: loading the row anew would hide a lost edit. Raises Conflict.
    """
    held = select(Case.state).where(Case.id == case.id).with_for_update(key_share=True)
    _refuse_ended(session.execute(held).scalar_one())


def refuse_ended(case: Case) -> None:
    """The same refusal where the case was read and held in one statement. Raises Conflict."""
    _refuse_ended(case.state)


def _refuse_ended(state: str) -> None:
    if state in lifecycle.TERMINAL_STATES:
        raise Conflict(f"This case has ended ({state}); reopen it as a new episode first.")


def get(session: Session, case_id: uuid.UUID) -> Case:
    """The stored case. Raises NotFound, also for another site's."""
    case = session.execute(select(Case).where(Case.id == case_id)).scalar_one_or_none()
    if case is None:
        raise NotFound("case")
    return case


def get_with_client(session: Session, case_id: uuid.UUID) -> tuple[Case, Client]:
    """The stored case and its person, in one statement. Raises NotFound."""
    row = session.execute(
        select(Case, Client).join(Case.client).where(Case.id == case_id)
    ).one_or_none()
    if row is None:
        raise NotFound("case")
    return row.Case, row.Client


def read(session: Session, case_id: uuid.UUID, *, actor: Actor) -> CaseView:
    """A case; the read is recorded. Raises as `relations.require`."""
    case = relations.case(session, case_id, actor, Permission.CASE_READ)
    audit.record(session, Event("case", "read", "R", row=case, client_id=case.client_id))
    return view(case)


def list_page(
    session: Session, wanted: pages.Wanted, *, actor: Actor, state: str | None = None,
    key_worker_id: uuid.UUID | None = None,
) -> pages.Page[CaseView]:  # fmt: skip
    """Cases the actor may see, the newest first; the identifiers shown are recorded."""
    seen = relations.visible(session, actor, Permission.CASE_READ)
    query = select(Case.id.label("id"), Case).where(seen)
    if state is not None:
        query = query.where(Case.state == state)
    if key_worker_id is not None:
        query = query.where(Case.key_worker_id == key_worker_id)
    page = pages.fetch(
        session, query, key=Case.__table__.c.id, wanted=wanted, show=lambda row: view(row.Case)
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "case", shown)
    return page


def view(case: Case) -> CaseView:
    """A case as staff read it."""
    return CaseView(
        id=case.id,
        version=case.version,
        reference=case.reference,
        state=case.state,
        client_id=case.client_id,
        key_worker_id=case.key_worker_id,
        opened_on=case.opened_on,
        referral_source=case.referral_source,
        referral_date=case.referral_date,
        referral_urgency=case.referral_urgency,
        reopened_from=case.reopened_from,
        created_at=case.created_at,
    )


def local_date(now: dt.datetime, actor: Actor) -> dt.date:
    """Today at the actor's site."""
    return now.astimezone(ZoneInfo(actor.time_zone)).date()


def note_move(
    session: Session, case: Case, before: str | None, onward: Move, *, actor: Actor,
    now: dt.datetime,
) -> CaseTransition:  # fmt: skip
    """One row for each move, never changed."""
    row = CaseTransition(
        site_id=case.site_id,
        case_id=case.id,
        from_state=before,
        to_state=onward.to_state,
        reason=onward.reason,
        actor_id=actor.staff_id,
        role=actor.role.value,
        at=now,
        snapshot_hash=onward.snapshot,
        event=onward.event,
        facts=onward.facts,
    )
    session.add(row)
    return row
