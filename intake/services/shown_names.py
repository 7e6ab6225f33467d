"""Whose name may a list show? The person's, to whom their identity is open in that very case."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.models import Case, Client
from intake.services import audit, relations
from intake.services.identity import opened, vault_of


@dataclass(frozen=True, slots=True)
class Named:
    """A case as a list names it; `name` is the person's, where the reader may know it."""

    reference: str
    name: str | None

    @property
    def shown(self) -> str:
        """The name, else the number of the case."""
        return self.name or f"Case {self.reference}"


def of(
    session: Session, case: Case, client: Client, *, actor: Actor,
    others: Collection[uuid.UUID | None] = (),
) -> str | None:  # fmt: skip
    """The name of a case's person, or None: erased, or not for the reader to know.

    `others` are people the very row concerns, as for `relations.is_related`.
    """
    if client.wrapped_key is None:
        return None
    if not relations.is_related(actor, Permission.CLIENT_READ, case, others=others):
        return None
    person = opened(client, vault_of(session, client))
    return f"{person.preferred_name or person.given_name} {person.family_name}"


def of_cases(
    session: Session, wanted: Iterable[uuid.UUID], *, actor: Actor
) -> Mapping[uuid.UUID, Named]:
    """How a list names these cases, in one statement; whose names were shown is recorded.

    For who may see a row of each of them: this asks only about the name.
    """
    ids = set(wanted)
    if not ids:
        return {}
    rows = session.execute(select(Case, Client).join(Case.client).where(Case.id.in_(ids))).all()
    found = {
        row.Case.id: Named(row.Case.reference, of(session, row.Case, row.Client, actor=actor))
        for row in rows
    }
    named = sorted({row.Client.id for row in rows if found[row.Case.id].name is not None})
    if named:
        audit.record_list(session, "client", named, sensitivity="P1")
    return found
