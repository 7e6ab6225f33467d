"""Who somebody is: identity as staff know it, sealed and opened with the person's own key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intake import database
from intake.crypto import Vault, WrappedKey
from intake.errors import Erased, FieldError, ValidationFailed
from intake.models import Client

EARLIEST_BIRTH_YEAR = 1903
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
    """What opens this person's sealed values; of somebody erased it opens nothing."""
    if client.wrapped_key is None:
        return Vault({}, 0)
    key = WrappedKey(client.wrapped_key, client.kek_id, client.key_version)
    return database.keyring(session).vault(client.id, key)


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
