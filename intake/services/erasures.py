"""Erasing a person: one asks, another agrees, a command destroys the key. Never while held.

What is left is a skeleton under an identifier: dates, states, scores, and the audit trail, which
never held a value. Everything that was sealed with the key can't be opened again, in backups too.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.errors import Conflict, NotFound, PreconditionFailed
from intake.models import (
    Case,
    CaseTransition,
    Client,
    ClientToken,
    ContactPoint,
    CounsellingNoteKey,
    Erasure,
    Reminder,
)
from intake.models.cases import TERMINAL_STATES
from intake.services import audit, clients, holds, pages
from intake.services.audit import Event

EMPTIED = (
    "wrapped_key",
    "given_name",
    "family_name",
    "preferred_name",
    "pronouns",
    "date_of_birth",
    "sealed",
)
#: People agree about a record as they know it; after that they must look at it again.
AGREED_FOR = dt.timedelta(days=30)
DECIDED_FROM = {"approved": ("requested",), "refused": ("requested", "approved")}


def request(
    session: Session, client_id: uuid.UUID, reason: str, *, actor: Actor, now: dt.datetime
) -> Erasure:
    """Ask for an erasure. Raises NotFound, LegalHoldStands, Conflict for an open case, Erased."""
    client = holds.locked(session, client_id)
    _refuse_needed(session, client.id)
    erasure = Erasure(
        site_id=actor.site_id,
        client_id=client.id,
        reason=reason,
        requested_by=actor.staff_id,
        requested_at=now,
    )
    session.add(erasure)
    _record(session, erasure, "create", "C")
    session.flush()
    return erasure


def decide(
    session: Session,
    erasure_id: uuid.UUID,
    answer: str,
    *,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> Erasure:
    """The second person says approved or refused; what was approved may still be refused.

    Raises NotFound, PreconditionFailed, Conflict, Forbidden, LegalHoldStands.
    """
    erasure = _for_change(session, erasure_id, version, DECIDED_FROM[answer])
    holds.second_person(actor, erasure.requested_by)
    if answer == "approved":
        _refuse_needed(session, erasure.client_id)
        _refuse_overtaken(session, erasure)
    erasure.state, erasure.decided_by, erasure.decided_at = answer, actor.staff_id, now
    _record(session, erasure, "approve" if answer == "approved" else "refuse", "U")
    session.flush()
    return erasure


def withdraw(
    session: Session, erasure_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> Erasure:
    """Call it off, agreed to or not. To lose nothing takes one person only.

    Raises NotFound, PreconditionFailed, Conflict.
    """
    erasure = _for_change(session, erasure_id, version, ("requested", "approved"))
    erasure.state, erasure.withdrawn_by, erasure.withdrawn_at = "withdrawn", actor.staff_id, now
    _record(session, erasure, "withdraw", "U")
    session.flush()
    return erasure


def list_page(session: Session, client_id: uuid.UUID, wanted: pages.Wanted) -> pages.Page[Erasure]:
    """All erasures asked for, the newest first; the read is recorded. Raises NotFound."""
    clients.get(session, client_id)
    page = pages.fetch(
        session,
        select(Erasure.id.label("id"), Erasure).where(Erasure.client_id == client_id),
        key=Erasure.__table__.c.id,
        wanted=wanted,
        show=lambda row: row.Erasure,
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "erasure", shown, client_id=client_id)
    return page


def approved(session: Session) -> list[uuid.UUID]:
    """What two people agreed to at the session's site and nobody carried out yet."""
    found = select(Erasure.id).where(Erasure.state == "approved").order_by(Erasure.decided_at)
    return list(session.execute(found).scalars())


def execute(session: Session, erasure_id: uuid.UUID, *, now: dt.datetime) -> uuid.UUID:
    """Destroy the key and what identifies, for good; the identifier of whose.

    `now` is clinic time. Raises NotFound, LegalHoldStands, Conflict, Erased.
    """
    erasure = session.execute(
        select(Erasure).where(Erasure.id == erasure_id, Erasure.state == "approved")
    ).scalar_one_or_none()
    if erasure is None or erasure.decided_at is None:
        raise NotFound("erasure")
    client = holds.locked(session, erasure.client_id)
    _refuse_needed(session, client.id)
    _refuse_overtaken(session, erasure)
    if now - erasure.decided_at > AGREED_FOR:
        raise Conflict("This was agreed more than 30 days ago; withdraw it and ask again.")
    _empty(session, client, erasure)
    erasure.state, erasure.done_at = "done", now
    _record(session, erasure, "carry_out", "U")
    session.flush()
    return client.id


def _forget(session: Session, client: Client, erasure: Erasure) -> None:
    """The key and the name of one record."""
    for name in EMPTIED:
        setattr(client, name, None)
    client.state = "erased"
    event = Event("client", "erase", "D", row=client, client_id=client.id, fields=EMPTIED)
    audit.record(session, replace(event, sensitivity="P1", policy_ref=erasure.id))


def _empty(session: Session, client: Client, erasure: Erasure) -> None:
    """The keys, the names, the look-up tokens, the numbers; nothing waits to be sent any more.

    Records that were merged into this one hold keys and names of the same person.
    """
    merged = select(Client).where(Client.merged_into == client.id).with_for_update()
    for record in (client, *session.execute(merged).scalars()):
        _forget(session, record, erasure)
    session.execute(delete(ClientToken).where(ClientToken.client_id == client.id))
    session.execute(
        update(ContactPoint)
        .where(ContactPoint.client_id == client.id)
        .values(value=None, is_safe=False, version=ContactPoint.version + 1)
    )
    theirs = select(Case.id).where(Case.client_id == client.id)
    session.execute(
        update(CounsellingNoteKey)
        .where(CounsellingNoteKey.case_id.in_(theirs))
        .values(wrapped_key=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Reminder)
        .where(Reminder.client_id == client.id, Reminder.state == "scheduled")
        .values(state="cancelled", state_reason="client_erased")
    )


def _refuse_needed(session: Session, client_id: uuid.UUID) -> None:
    """Raises LegalHoldStands while held, Conflict while a case is open."""
    holds.refuse_while_held(session, client_id)
    is_open = exists().where(Case.client_id == client_id, Case.state.not_in(TERMINAL_STATES))
    if session.execute(select(is_open)).scalar():
        raise Conflict("This person has an open case; close it first.")


def _refuse_overtaken(session: Session, erasure: Erasure) -> None:
    """Raises Conflict when a case of theirs began or moved after it was asked for."""
    came_back = (
        exists()
        .where(CaseTransition.case_id == Case.id, Case.client_id == erasure.client_id)
        .where(CaseTransition.at > erasure.requested_at)
    )
    if session.execute(select(came_back)).scalar():
        raise Conflict("This person came back since it was asked for; withdraw it and ask again.")


def _for_change(
    session: Session, erasure_id: uuid.UUID, version: int, states: tuple[str, ...]
) -> Erasure:
    erasure = session.execute(select(Erasure).where(Erasure.id == erasure_id)).scalar_one_or_none()
    if erasure is None:
        raise NotFound("erasure")
    if erasure.version != version:
        raise PreconditionFailed(erasure.version)
    if erasure.state not in states:
        raise Conflict(f"This erasure is {erasure.state} already.")
    return erasure


def _record(session: Session, erasure: Erasure, act: str, action: str) -> None:
    event = Event(
        "erasure", act, action, row=erasure, client_id=erasure.client_id, sensitivity="P4"
    )
    audit.record(session, event)
