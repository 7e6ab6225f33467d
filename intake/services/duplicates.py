"""Is this person known already? Looked up by words, sound, birth date and phone, shown masked.

Only exact tokens are compared, in the database and without revealing anything; what they mean
together is judged here. A hit is a person to look at, never a verdict.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from intake import database
from intake.access import Actor
from intake.crypto import fold
from intake.models import Client, ClientDistinction, ClientToken
from intake.services import audit, identity, name_sounds
from intake.services.audit import Event
from intake.services.identity import Identity

SHOWN = 5
# Looked at before the best are chosen; a birth date alone is shared by more people than matter.
LOOKED_AT = 200
EXACT = "name and date of birth"
NAME, BIRTH, SOUND, PHONE = "name", "date_of_birth", "sound", "phone"


@dataclass(frozen=True, slots=True)
class Sought:
    """Who is looked for; `phones` are E.164 numbers."""

    identity: Identity
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody who may be the same person: how alike (0 to 140), and why."""

    client_id: uuid.UUID
    score: int
    reasons: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Whether every word of the name and the birth date are the same."""
        return EXACT in self.reasons


def match(session: Session, sought: Sought, *, actor: Actor) -> tuple[dict[str, str], ...]:
    """The masked people most alike, the best first; the search itself is recorded."""
    found = candidates(session, sought, actor.site_id)
    person = sought.identity
    said = f"{person.given_name} {person.family_name} {person.date_of_birth}"
    audit.record(
        session,
        Event(
            "client",
            "match",
            "R",
            query_hash=database.keyring(session).query_hash(actor.site_id, fold(said)),
            hits=len(found),
            returned_ids=tuple(one.client_id for one in found),
            sensitivity="P1",
        ),
    )
    return masked(session, found)


def candidates(session: Session, sought: Sought, site: uuid.UUID) -> list[Hit]:
    """Who may be the same person, the most alike first, in one statement."""
    kinds = tokens(session, sought, site)
    shared = func.array_agg(ClientToken.token)
    found = session.execute(
        select(ClientToken.client_id, shared.label("shared"))
        .where(ClientToken.token.in_(kinds))
        .group_by(ClientToken.client_id)
        .order_by(func.count().desc(), ClientToken.client_id)
        .limit(LOOKED_AT)
    )
    return _ranked(kinds, found.all())


def similar_to(session: Session, client: Client, person: Identity) -> list[Hit]:
    """Who may be the same as somebody on record, less those who were told apart from them."""
    kinds = tokens(session, Sought(person), client.site_id)
    own, other = aliased(ClientToken), aliased(ClientToken)
    apart = select(ClientDistinction.id).where(
        or_(
            (ClientDistinction.client_id == client.id)
            & (ClientDistinction.other_id == other.client_id),
            (ClientDistinction.other_id == client.id)
            & (ClientDistinction.client_id == other.client_id),
        )
    )
    shared = func.array_agg(aggregate_order_by(other.token, other.token))
    found = session.execute(
        select(other.client_id, shared.label("shared"))
        .join(own, (own.site_id == other.site_id) & (own.token == other.token))
        .where(own.client_id == client.id, other.client_id != client.id, ~apart.exists())
        .group_by(other.client_id)
        .order_by(func.count().desc(), other.client_id)
        .limit(LOOKED_AT)
    ).all()
    # What is no word, sound or birth date of theirs is a number or an earlier spelling.
    unknown = {token: PHONE for row in found for token in row.shared if token not in kinds}
    return _ranked(kinds | unknown, found)


def masked(session: Session, found: Sequence[Hit]) -> tuple[dict[str, str], ...]:
    """Just enough of each person to tell whether it is the same one: initials and birth year.

    Of somebody erased in the meantime there is nothing to show.
    """
    best = found[:SHOWN]
    if not best:
        return ()
    rows = session.execute(
        select(Client).where(
            Client.id.in_([one.client_id for one in best]), Client.wrapped_key.is_not(None)
        )
    ).scalars()
    known = {client.id: client for client in rows}
    return tuple(
        _masked(session, known[one.client_id], one) for one in best if one.client_id in known
    )


def tokens(session: Session, sought: Sought, site: uuid.UUID) -> dict[int, str]:
    """The look-up tokens of a person, each with what it stands for."""
    keys, person = database.keyring(session), sought.identity
    said = f"{person.given_name} {person.family_name}"
    found = {keys.token(site, NAME, word): NAME for word in fold(said).replace("-", " ").split()}
    found[keys.token(site, BIRTH, str(person.date_of_birth))] = BIRTH
    for code in name_sounds.codes(said):
        found[keys.token(site, SOUND, f"{code}:{person.date_of_birth.year}")] = SOUND
    for phone in sought.phones:
        found[keys.token(site, PHONE, phone)] = PHONE
    return found


def renew_tokens(session: Session, client: Client, before: Identity, after: Identity) -> None:
    """Replace the look-up tokens of a person whose name or date of birth was corrected."""
    old = set(tokens(session, Sought(before), client.site_id))
    new = set(tokens(session, Sought(after), client.site_id))
    if old - new:
        session.execute(
            delete(ClientToken).where(
                ClientToken.client_id == client.id, ClientToken.token.in_(old - new)
            )
        )
    add_tokens(session, client, new - old)


def add_phones(session: Session, client: Client, phones: Collection[str]) -> None:
    """Let a person be found by further numbers, E.164."""
    keys = database.keyring(session)
    wanted = {keys.token(client.site_id, PHONE, one) for one in phones}
    known = session.execute(
        select(ClientToken.token).where(
            ClientToken.client_id == client.id, ClientToken.token.in_(wanted)
        )
    ).scalars()
    add_tokens(session, client, wanted - set(known))


def drop_phone(session: Session, client: Client, phone: str) -> None:
    """Let a person no longer be found by a number, E.164, that was never theirs."""
    token = database.keyring(session).token(client.site_id, PHONE, phone)
    session.execute(
        delete(ClientToken).where(ClientToken.client_id == client.id, ClientToken.token == token)
    )


def add_tokens(session: Session, client: Client, wanted: Collection[int]) -> None:
    """Store look-up tokens of a person."""
    session.add_all(
        ClientToken(site_id=client.site_id, client_id=client.id, token=token) for token in wanted
    )


def _ranked(kinds: Mapping[int, str], found: Sequence[Any]) -> list[Hit]:
    asked = list(kinds.values())
    hits = (_judged(row.client_id, [kinds[one] for one in row.shared], asked) for row in found)
    return sorted((one for one in hits if one.score), key=lambda one: -one.score)


def _judged(client_id: uuid.UUID, shared: list[str], asked: list[str]) -> Hit:
    """What the tokens that two people share mean together. The scores only order the hits."""
    all_names = shared.count(NAME) == asked.count(NAME)
    all_sounds = 0 < asked.count(SOUND) == shared.count(SOUND)
    is_part = NAME in shared or SOUND in shared
    score, reasons = 0, []
    if all_names and BIRTH in shared:
        score, reasons = 100, [EXACT]
    elif all_sounds and BIRTH in shared:
        score, reasons = 80, ["name sounds alike, born the same day"]
    elif BIRTH in shared and is_part:
        score, reasons = 60, ["part of the name alike, born the same day"]
    elif all_sounds:
        score, reasons = 50, ["name sounds alike, born the same year"]
    if PHONE in shared:
        score, reasons = score + 40, [*reasons, "same phone"]
    return Hit(client_id, score, tuple(reasons))


def _masked(session: Session, client: Client, hit: Hit) -> dict[str, str]:
    person = identity.opened(client, identity.vault_of(session, client))
    return {
        "client_id": str(client.id),
        "initials": f"{person.given_name[0]}. {person.family_name[0]}.",
        "birth_year": str(client.birth_year),
        "matched": "; ".join(hit.reasons),
    }
