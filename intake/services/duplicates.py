"""Is this person known already: look-up by exact words and birth date, without revealing them."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from intake import database
from intake.access import Actor
from intake.crypto import fold
from intake.models import Client, ClientToken
from intake.services import audit, identity
from intake.services.audit import Event
from intake.services.identity import Identity

SHOWN = 5


def match(session: Session, sought: Identity, *, actor: Actor) -> tuple[dict[str, str], ...]:
    """Masked people with the same name and date of birth; the search itself is recorded."""
    found = exact(session, sought, actor.site_id)
    said = f"{sought.given_name} {sought.family_name} {sought.date_of_birth}"
    audit.record(
        session,
        Event(
            "client",
            "match",
            "R",
            query_hash=database.keyring(session).query_hash(actor.site_id, fold(said)),
            hits=len(found),
            returned_ids=tuple(found),
            sensitivity="P1",
        ),
    )
    return masked(session, found) if found else ()


def exact(session: Session, sought: Identity, site: uuid.UUID) -> list[uuid.UUID]:
    """People who share every word of the name and the date of birth."""
    wanted = tokens(session, sought, site)
    found = session.execute(
        select(ClientToken.client_id)
        .where(ClientToken.token.in_(wanted))
        .group_by(ClientToken.client_id)
        .having(func.count() == len(wanted))
        .limit(audit.RETURNED_IDS)
    )
    return list(found.scalars())


def masked(session: Session, found: Collection[uuid.UUID]) -> tuple[dict[str, str], ...]:
    """Just enough of each person to tell whether it is the same one: initials and birth year."""
    rows = session.execute(select(Client).where(Client.id.in_(found)).limit(SHOWN)).scalars()
    shown = []
    for client in rows:
        person = identity.opened(client, identity.vault_of(session, client))
        shown.append(
            {
                "client_id": str(client.id),
                "initials": f"{person.given_name[0]}. {person.family_name[0]}.",
                "birth_year": str(client.birth_year),
                "matched": "name and date of birth",
            }
        )
    return tuple(shown)


def tokens(session: Session, person: Identity, site: uuid.UUID) -> set[int]:
    """The look-up tokens of a person: each word of the name, and the date of birth."""
    keys = database.keyring(session)
    words = fold(f"{person.given_name} {person.family_name}").replace("-", " ").split()
    born = keys.token(site, "date_of_birth", str(person.date_of_birth))
    return {keys.token(site, "name", word) for word in words} | {born}


def renew_tokens(session: Session, client: Client, before: Identity, after: Identity) -> None:
    """Replace the look-up tokens of a person whose name or date of birth was corrected."""
    old = tokens(session, before, client.site_id)
    new = tokens(session, after, client.site_id)
    if old - new:
        session.execute(
            delete(ClientToken).where(
                ClientToken.client_id == client.id, ClientToken.token.in_(old - new)
            )
        )
    add_tokens(session, client, new - old)


def add_tokens(session: Session, client: Client, wanted: Collection[int]) -> None:
    """Store look-up tokens of a person."""
    session.add_all(
        ClientToken(site_id=client.site_id, client_id=client.id, token=token) for token in wanted
    )
