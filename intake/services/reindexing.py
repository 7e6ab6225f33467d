"""Can everybody be found? Look-up tokens made anew from what is stored, some people at a time.

Who was registered before tokens existed, or before sounds and numbers were among them, is found by
no search. Every function works at one site, under row-level security, and stops nobody's work.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intake.crypto import Vault
from intake.errors import IntegrityBroken
from intake.models import Client, ClientToken, ContactPoint
from intake.services import audit, duplicates, identity
from intake.services.audit import Event
from intake.services.duplicates import Sought

#: As many as one event names.
BATCH = 100
NUMBERS = ("sms", "phone")


@dataclass(frozen=True, slots=True)
class Done:
    """One batch: whose turn was last, how many were looked at, whose tokens changed.

    `unreadable` are people of whom a stored value fails its check; they keep their tokens.
    """

    last: uuid.UUID | None
    seen: int
    changed: tuple[uuid.UUID, ...]
    unreadable: tuple[uuid.UUID, ...]


def reindex(session: Session, *, after: uuid.UUID | None = None, batch: int = BATCH) -> Done:
    """Give up to `batch` people of the session's site the tokens they should have.

    In the order of identifiers, from the one behind `after`. Somebody erased or merged away has
    none; who took in another record keeps that one's besides. Nobody's version changes.
    """
    query = (
        select(Client)
        .where(Client.wrapped_key.is_not(None), Client.merged_into.is_(None))
        .order_by(Client.id)
        .limit(batch)
        .with_for_update(key_share=True)
    )
    if after is not None:
        query = query.where(Client.id > after)
    clients = session.scalars(query).all()
    if not clients:
        return Done(None, 0, (), ())
    ids = [one.id for one in clients]
    stored, points = _stored(session, ids), _numbers(session, ids)
    changed, unreadable = [], []
    for client in clients:
        try:
            wanted = _wanted(session, client, points.get(client.id, ()))
        except IntegrityBroken:
            unreadable.append(client.id)
            continue
        if _renew(session, client, stored.get(client.id, set()), wanted):
            changed.append(client.id)
    _note(session, changed)
    session.flush()
    return Done(ids[-1], len(ids), tuple(changed), tuple(unreadable))


def _stored(session: Session, ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, set[int]]:
    found: dict[uuid.UUID, set[int]] = defaultdict(set)
    for row in session.execute(
        select(ClientToken.client_id, ClientToken.token).where(ClientToken.client_id.in_(ids))
    ):
        found[row.client_id].add(row.token)
    return found


def _numbers(session: Session, ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, list[ContactPoint]]:
    """The telephone numbers of some people, sealed; of old ones all but somebody else's."""
    found: dict[uuid.UUID, list[ContactPoint]] = defaultdict(list)
    for point in session.scalars(
        select(ContactPoint).where(
            ContactPoint.client_id.in_(ids),
            ContactPoint.channel.in_(NUMBERS),
            ContactPoint.ended_reason.is_distinct_from("entered_in_error"),
        )
    ):
        found[point.client_id].append(point)
    return found


def _wanted(session: Session, client: Client, points: Sequence[ContactPoint]) -> set[int]:
    """The tokens somebody should have. Raises IntegrityBroken."""
    vault = identity.vault_of(session, client)
    phones = tuple(number for point in points if (number := _number(point, vault)))
    sought = Sought(identity.opened(client, vault), phones)
    return set(duplicates.tokens(session, sought, client.site_id))


def _number(point: ContactPoint, vault: Vault) -> str | None:
    return vault.open_optional("contact_points.value", point.id, point.value)


def _renew(session: Session, client: Client, stored: set[int], wanted: set[int]) -> bool:
    """Write the difference; whether there was one."""
    stale = set() if client.absorbed else stored - wanted
    if stale:
        session.execute(
            delete(ClientToken).where(
                ClientToken.client_id == client.id, ClientToken.token.in_(stale)
            )
        )
    duplicates.add_tokens(session, client, wanted - stored)
    return bool(stale or wanted - stored)


def _note(session: Session, changed: Sequence[uuid.UUID]) -> None:
    """One event for a batch that changed somebody: who, and never by what they are found."""
    if changed:
        ids = tuple(changed)
        act = Event("client", "reindex", "U", hits=len(ids), returned_ids=ids, sensitivity="P1")
        audit.record(session, act)
