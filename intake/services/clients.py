"""People treated: registering with a duplicate check, finding, reading and correcting them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake import database
from intake.access import Actor, Permission, Scope
from intake.errors import Duplicate, NotFound, PreconditionFailed
from intake.models import Client
from intake.services import (
    audit,
    consents,
    contacts,
    distinctions,
    duplicates,
    identity,
    pages,
    relations,
)
from intake.services.audit import Event
from intake.services.consents import ConsentOrder
from intake.services.contacts import ContactOrder
from intake.services.duplicates import Sought
from intake.services.identity import Identity, Nobody

OPTIONAL = ("preferred_name", "pronouns")


@dataclass(frozen=True, slots=True)
class NewClient:
    """A person to register, with ways to reach them and what they agreed to."""

    identity: Identity
    contacts: tuple[ContactOrder, ...] = ()
    consents: tuple[ConsentOrder, ...] = ()
    not_duplicate_of: tuple[uuid.UUID, ...] = ()
    not_duplicate_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A person registered just now, and how many people on record look like them."""

    client: Client
    similar: int


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """A correction: None leaves a field alone; `clears` names the optional ones to empty."""

    given_name: str | None = None
    family_name: str | None = None
    date_of_birth: dt.date | None = None
    preferred_name: str | None = None
    pronouns: str | None = None
    clears: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientView:
    """A person as staff read them, names opened."""

    id: uuid.UUID
    version: int
    state: str
    identity: Identity | Nobody
    created_at: dt.datetime


def register(session: Session, order: NewClient, *, actor: Actor, now: dt.datetime) -> Registered:
    """Register a person. Raises Duplicate for an exact match, ValidationFailed for bad fields.

    Somebody who only looks alike stops nothing: how many there are is told.
    """
    person = order.identity
    identity.check(person, now)
    sought = Sought(person, contacts.phones(session, order.contacts))
    similar = _others_like(session, sought, order, actor)
    client = Client(site_id=actor.site_id)
    vault, key = database.keyring(session).new_vault(client.id)
    client.wrapped_key, client.kek_id, client.key_version = key.wrapped, key.kek_id, key.version
    identity.seal_into(client, vault, person)
    session.add(client)
    duplicates.add_tokens(session, client, duplicates.tokens(session, sought, actor.site_id))
    audit.record(
        session,
        Event("client", "create", "C", row=client, client_id=client.id, sensitivity="P1"),
    )
    if order.not_duplicate_of:
        session.flush()
        distinctions.remember(
            session,
            client,
            order.not_duplicate_of,
            order.not_duplicate_reason or "",
            actor=actor,
            now=now,
        )
    contacts.add(session, client, vault, order.contacts, now=now)
    consents.add(session, client, order.consents, actor=actor, now=now)
    return Registered(client, similar)


def _others_like(session: Session, sought: Sought, order: NewClient, actor: Actor) -> int:
    """How many look like the person and weren't set aside. Raises Duplicate for an exact match."""
    found = [
        one
        for one in duplicates.candidates(session, sought, actor.site_id)
        if one.client_id not in order.not_duplicate_of
    ]
    exact = [one for one in found if one.is_exact]
    if exact:
        raise Duplicate(
            "Somebody with this name and date of birth is registered already.",
            duplicates.masked(session, exact),
        )
    return len(found)


def get(session: Session, client_id: uuid.UUID, *, stays: bool = False) -> Client:
    """The stored person; who `stays` isn't erased before the commit.

    Raises NotFound, also for another site's.
    """
    found = select(Client).where(Client.id == client_id, Client.merged_into.is_(None))
    if stays:
        found = found.with_for_update(read=True)
    client = session.execute(found).scalar_one_or_none()
    if client is None:
        raise NotFound("client")
    return client


def read(session: Session, client_id: uuid.UUID, *, actor: Actor) -> ClientView:
    """A person's identity, opened; the read is recorded. Raises as `relations.require`."""
    client = relations.client(session, client_id, actor, Permission.CLIENT_READ)
    audit.record(
        session, Event("client", "read", "R", row=client, client_id=client.id, sensitivity="P1")
    )
    return view(session, client)


def change(
    session: Session, client_id: uuid.UUID, order: IdentityChange, *, version: int, actor: Actor,
    now: dt.datetime,
) -> ClientView:  # fmt: skip
    """Correct a person's identity.

    Raises as `relations.require`, PreconditionFailed or ValidationFailed.
    """
    client = relations.client(session, client_id, actor, Permission.CLIENT_EDIT)
    if client.version != version:
        raise PreconditionFailed(client.version)
    vault = identity.vault_of(session, client)
    before = identity.opened(client, vault)
    person = _corrected(before, order)
    identity.check(person, now)
    changed = tuple(
        one.name
        for one in fields(Identity)
        if getattr(person, one.name) != getattr(before, one.name)
    )
    if changed:
        identity.seal_into(client, vault, person)
        duplicates.renew_tokens(session, client, before, person)
        act = Event("client", "update", "U", row=client, client_id=client.id, fields=changed)
        audit.record(session, replace(act, sensitivity="P1"))
        session.flush()
    return view(session, client)


def list_page(session: Session, wanted: pages.Wanted, *, actor: Actor) -> pages.Page[ClientView]:
    """People the actor may see, the newest first; the identifiers shown are recorded."""
    query = select(Client.id.label("id"), Client).where(Client.merged_into.is_(None))
    if actor.scope(Permission.CLIENT_READ) is not Scope.SITE:
        query = query.where(relations.among_mine(actor))
    page = pages.fetch(
        session,
        query,
        key=Client.__table__.c.id,
        wanted=wanted,
        show=lambda row: view(session, row.Client),
    )
    audit.record_list(session, "client", (row.id for row in page.rows), sensitivity="P1")
    return page


def view(session: Session, client: Client) -> ClientView:
    """A person as staff read them; of somebody erased only that they were."""
    vault = identity.vault_of(session, client)
    person = Nobody() if client.wrapped_key is None else identity.opened(client, vault)
    return ClientView(client.id, client.version, client.state, person, client.created_at)


def _corrected(before: Identity, order: IdentityChange) -> Identity:
    """The identity after a correction; the required parts can't be cleared."""
    said: dict[str, Any] = {
        one.name: getattr(order, one.name)
        for one in fields(Identity)
        if getattr(order, one.name) is not None
    }
    cleared: dict[str, None] = dict.fromkeys(name for name in order.clears if name in OPTIONAL)
    said.update(cleared)
    return replace(before, **said)
