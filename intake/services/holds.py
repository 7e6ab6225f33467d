"""Legal holds: one person asks, another places; while one stands nothing is erased."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.errors import Conflict, Forbidden, LegalHoldStands, NotFound, PreconditionFailed
from intake.models import Client, LegalHold
from intake.services import audit, identity, pages, sealed_text
from intake.services.audit import Event

FIELD = "legal_holds.sealed"


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold as the two who decide read it."""

    id: uuid.UUID
    version: int
    client_id: uuid.UUID
    state: str
    reason: str | None
    requested_by: uuid.UUID
    requested_at: dt.datetime
    placed_by: uuid.UUID | None
    placed_at: dt.datetime | None
    lift_requested_by: uuid.UUID | None
    lift_requested_at: dt.datetime | None
    lifted_by: uuid.UUID | None
    lifted_at: dt.datetime | None


def request(
    session: Session, client_id: uuid.UUID, reason: str, *, actor: Actor, now: dt.datetime
) -> LegalHold:
    """Ask for a hold; it holds from now on. Raises NotFound, Erased."""
    client = locked(session, client_id)
    hold = LegalHold(
        site_id=actor.site_id, client_id=client.id, requested_by=actor.staff_id, requested_at=now
    )
    vault = identity.vault_of(session, client)
    hold.sealed = sealed_text.seal(FIELD, hold.id, {"reason": reason}, vault)
    session.add(hold)
    _record(session, hold, "create", "C")
    session.flush()
    return hold


def place(
    session: Session, hold_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> HoldView:
    """The second person agrees. Raises NotFound, PreconditionFailed, Conflict, Forbidden."""
    hold, client = _for_change(session, hold_id, version, "requested")
    second_person(actor, hold.requested_by)
    hold.state, hold.placed_by, hold.placed_at = "active", actor.staff_id, now
    return _changed(session, hold, client, "place")


def request_lift(
    session: Session, hold_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> HoldView:
    """Ask to lift it, placed or not. Raises NotFound, PreconditionFailed, Conflict."""
    hold, client = _for_change(session, hold_id, version, "requested", "active")
    hold.state = "lift_requested"
    hold.lift_requested_by, hold.lift_requested_at = actor.staff_id, now
    return _changed(session, hold, client, "request_lift")


def lift(
    session: Session, hold_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> HoldView:
    """The second person lifts it. Raises NotFound, PreconditionFailed, Conflict, Forbidden."""
    hold, client = _for_change(session, hold_id, version, "lift_requested")
    second_person(actor, hold.lift_requested_by)
    hold.state, hold.lifted_by, hold.lifted_at = "lifted", actor.staff_id, now
    return _changed(session, hold, client, "lift")


def list_page(session: Session, client_id: uuid.UUID, wanted: pages.Wanted) -> pages.Page[HoldView]:
    """All holds of a person, the newest first; the read is recorded. Raises NotFound."""
    client = session.execute(select(Client).where(Client.id == client_id)).scalar_one_or_none()
    if client is None:
        raise NotFound("client")
    page = pages.fetch(
        session,
        select(LegalHold.id.label("id"), LegalHold).where(LegalHold.client_id == client_id),
        key=LegalHold.__table__.c.id,
        wanted=wanted,
        show=lambda row: _view(session, row.LegalHold, client),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "legal_hold", shown, client_id=client_id)
    return page


def refuse_while_held(session: Session, client_id: uuid.UUID) -> None:
    """Raises LegalHoldStands while any hold of this person isn't lifted."""
    held = exists().where(LegalHold.client_id == client_id, LegalHold.state != "lifted")
    if session.execute(select(held)).scalar():
        raise LegalHoldStands


def second_person(actor: Actor, first: uuid.UUID | None) -> None:
    """Two people decide, whatever roles one of them holds. Raises Forbidden."""
    if actor.staff_id == first:
        raise Forbidden("Whoever asked for it can't agree to it; a second person must.")


def locked(session: Session, client_id: uuid.UUID) -> Client:
    """The person, locked until the commit: holding and erasing wait for each other.

    Raises NotFound, Erased.
    """
    client = session.execute(
        select(Client)
        .where(Client.id == client_id, Client.merged_into.is_(None))
        .with_for_update(key_share=True)
    ).scalar_one_or_none()
    if client is None:
        raise NotFound("client")
    identity.refuse_erased(client)
    return client


def _for_change(
    session: Session, hold_id: uuid.UUID, version: int, *states: str
) -> tuple[LegalHold, Client]:
    row = session.execute(
        select(LegalHold, Client).join(LegalHold.client).where(LegalHold.id == hold_id)
    ).one_or_none()
    if row is None:
        raise NotFound("hold")
    if row.LegalHold.version != version:
        raise PreconditionFailed(row.LegalHold.version)
    if row.LegalHold.state not in states:
        raise Conflict(f"This hold is {row.LegalHold.state}; that can't be done to it now.")
    return row.LegalHold, row.Client


def _changed(session: Session, hold: LegalHold, client: Client, act: str) -> HoldView:
    _record(session, hold, act, "U")
    session.flush()
    return _view(session, hold, client)


def _record(session: Session, hold: LegalHold, act: str, action: str) -> None:
    audit.record(session, Event("legal_hold", act, action, row=hold, client_id=hold.client_id))


def _view(session: Session, hold: LegalHold, client: Client) -> HoldView:
    vault = identity.vault_of(session, client)
    return HoldView(
        id=hold.id,
        version=hold.version,
        client_id=hold.client_id,
        state=hold.state,
        reason=sealed_text.opened(FIELD, hold.id, hold.sealed, vault).get("reason"),
        requested_by=hold.requested_by,
        requested_at=hold.requested_at,
        placed_by=hold.placed_by,
        placed_at=hold.placed_at,
        lift_requested_by=hold.lift_requested_by,
        lift_requested_at=hold.lift_requested_at,
        lifted_by=hold.lifted_by,
        lifted_at=hold.lifted_at,
    )
