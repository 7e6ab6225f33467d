"""Who somebody is: identity as staff know it, sealed and opened with the person's own key."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake import database
from intake.crypto import Vault, WrappedKey
from intake.errors import Erased, FieldError, ValidationFailed
from intake.models import Client
from intake.services.joined_vault import JoinedVault

EARLIEST_BIRTH_YEAR = 1903
ABSORBED_KEYS = "absorbed_keys"
SEALED_FIELDS = ("given_name", "family_name", "preferred_name", "pronouns", "date_of_birth")


@dataclass(frozen=True, slots=True)
class Nobody:
    """Who somebody was who has been erased: nothing is known."""

    given_name: None = None
    family_name: None = None
    date_of_birth: None = None
    preferred_name: None = None
    pronouns: None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is."""

    given_name: str
    family_name: str
    date_of_birth: dt.date
    preferred_name: str | None = None
    pronouns: str | None = None


def vault_of(session: Session, client: Client) -> Vault:
    """What opens this person's sealed values, those of absorbed records included.

    Of somebody erased it opens nothing.

    Records merged into this one keep their keys: they are read on first need, for everybody in
    the session at once, so that a page costs one statement more and not one a person.
    """
    if client.wrapped_key is None:
        return Vault({}, 0)
    own = database.keyring(session).vault(client.id, _key_of(client))
    return JoinedVault(own, _absorbed(session, client)) if client.absorbed else own


def _absorbed(session: Session, client: Client) -> list[Vault]:
    """The vaults of the records that were merged into a person's."""
    known: dict[uuid.UUID, list[Vault]] = session.info.setdefault(ABSORBED_KEYS, {})
    if client.id not in known:
        seen = [one for one in session.identity_map.values() if isinstance(one, Client)]
        ids = {one.id for one in seen if one.absorbed} | {client.id}
        known.update({one: [] for one in ids})
        keys = database.keyring(session)
        for row in session.execute(
            select(
                Client.id, Client.merged_into, Client.wrapped_key, Client.kek_id, Client.key_version
            ).where(Client.merged_into.in_(ids), Client.wrapped_key.is_not(None))
        ):
            known[row.merged_into].append(keys.vault(row.id, _key_of(row)))
    return known[client.id]


def _key_of(row: Any) -> WrappedKey:
    return WrappedKey(row.wrapped_key, row.kek_id, row.key_version)


def refuse_erased(client: Client) -> None:
    """Raises Erased for somebody whose key was destroyed."""
    if client.wrapped_key is None:
        raise Erased


def check(identity: Identity, now: dt.datetime) -> None:
    """Refuse an impossible date of birth. Raises ValidationFailed."""
    born = identity.date_of_birth
    if born.year < EARLIEST_BIRTH_YEAR or born > now.date():
        raise ValidationFailed(
            FieldError(
                "/date_of_birth",
                "date_of_birth_implausible",
                f"Enter a date between {EARLIEST_BIRTH_YEAR} and today.",
            )
        )


def seal_into(client: Client, vault: Vault, identity: Identity) -> None:
    """Seal each part of an identity into its column; the year of birth stays plain."""
    for name in SEALED_FIELDS:
        value = getattr(identity, name)
        sealed = None if value is None else vault.seal(f"clients.{name}", client.id, str(value))
        setattr(client, name, sealed)
    client.birth_year = identity.date_of_birth.year


def opened(client: Client, vault: Vault) -> Identity:
    """Open the sealed parts of an identity. Raises Erased."""
    refuse_erased(client)

    def part(name: str) -> str | None:
        return vault.open_optional(f"clients.{name}", client.id, getattr(client, name))

    return Identity(
        given_name=part("given_name") or "",
        family_name=part("family_name") or "",
        date_of_birth=dt.date.fromisoformat(part("date_of_birth") or ""),
        preferred_name=part("preferred_name"),
        pronouns=part("pronouns"),
    )
