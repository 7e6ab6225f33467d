"""Two people look alike: who said that they are not the same, or asks a lead to merge them?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake import database
from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import Conflict, FieldError, ValidationFailed
from intake.models import Case, Client, ClientDistinction, Task
from intake.services import audit, duplicates, look_alikes, relations, sealed_text, task_views
from intake.services.audit import Event
from intake.services.identity import opened, vault_of
from intake.services.look_alikes import Candidate

FIELD = "client_distinctions.sealed"
# A product decision, as for an alert of high priority.
ANSWER_WITHIN = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Apart:
    """Somebody who looks alike and is not the same: who said so, when and why."""

    client_id: uuid.UUID
    decided_by: uuid.UUID
    at: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Similar:
    """Masked people who look alike, the most alike first, and those told apart already."""

    candidates: tuple[Candidate, ...]
    set_aside: tuple[Apart, ...]


def similar(session: Session, client_id: uuid.UUID, *, actor: Actor) -> Similar:
    """Who looks like somebody on record; the look is recorded. Raises as `relations.require`."""
    client = relations.client(session, client_id, actor, Permission.CLIENT_READ)
    vault = vault_of(session, client)
    found = duplicates.similar_to(session, client, opened(client, vault))
    said = session.execute(
        select(ClientDistinction)
        .where(ClientDistinction.client_id == client.id)
        .order_by(ClientDistinction.id)
        .limit(audit.RETURNED_IDS)
    ).scalars()
    act = Event("client", "match", "R", row=client, client_id=client.id, hits=len(found))
    shown = tuple(one.client_id for one in found)
    audit.record(session, replace(act, returned_ids=shown, sensitivity="P1"))
    return Similar(
        look_alikes.known(session, duplicates.masked(session, found), actor=actor),
        tuple(Apart(one.other_id, one.decided_by, one.at, _reason(one, vault)) for one in said),
    )


def tell_apart(
    session: Session, client_id: uuid.UUID, other_id: uuid.UUID, reason: str, *, actor: Actor,
    now: dt.datetime,
) -> ClientDistinction:  # fmt: skip
    """Remember that two people are not the same; nobody is asked about them again.

    Raises as `relations.require`; ValidationFailed when the other is the same record or isn't
    here; Conflict when it was said before.
    """
    client = relations.client(session, client_id, actor, Permission.CLIENT_EDIT)
    _other(session, client, other_id)
    pair = {client.id, other_id}
    known = session.execute(
        select(ClientDistinction.id)
        .where(ClientDistinction.client_id.in_(pair), ClientDistinction.other_id.in_(pair))
        .limit(1)
    )
    if known.first() is not None:
        raise Conflict("Somebody said already that these two are not the same.")
    (row,) = remember(session, client, (other_id,), reason, actor=actor, now=now)
    session.flush()
    return row


def remember(
    session: Session, client: Client, others: Sequence[uuid.UUID], reason: str, *, actor: Actor,
    now: dt.datetime,
) -> list[ClientDistinction]:  # fmt: skip
    """Store that a person is none of these others, with who said so and why."""
    rows, vault = [], vault_of(session, client)
    for other in dict.fromkeys(others):
        row = ClientDistinction(
            site_id=client.site_id,
            client_id=client.id,
            other_id=other,
            decided_by=actor.staff_id,
            at=now,
        )
        row.sealed = sealed_text.seal(FIELD, row.id, {"reason": reason}, vault)
        session.add(row)
        audit.record(
            session,
            Event("client", "tell_apart", "C", row=row, client_id=client.id, sensitivity="P1"),
        )
        rows.append(row)
    return rows


def ask_merge(
    session: Session, client_id: uuid.UUID, other_id: uuid.UUID, note: str, *, actor: Actor,
    now: dt.datetime,
) -> Task:  # fmt: skip
    """Ask a clinical lead to merge two records: a task of the newest case, or of the site.

    Raises as `tell_apart`.
    """
    client = relations.client(session, client_id, actor, Permission.CLIENT_EDIT)
    _other(session, client, other_id)
    newest = select(Case).where(Case.client_id == client.id).order_by(Case.id.desc()).limit(1)
    case = session.execute(newest).scalar_one_or_none()
    task = Task(
        site_id=client.site_id,
        case_id=case.id if case else None,
        kind="merge",
        source="duplicate",
        due_at=now + ANSWER_WITHIN,
        state="open",
    )
    vault = vault_of(session, client) if case else database.keyring(session).application_vault()
    words = {"note": f"{note}\nRecords: {client.id}, {other_id}"}
    task.sealed = sealed_text.seal(task_views.FIELD, task.id, words, vault)
    session.add(task)
    audit.record(
        session, Event("task", "create", "C", row=task, client_id=client.id, sensitivity="P1")
    )
    session.flush()
    return task


def _other(session: Session, client: Client, other_id: uuid.UUID) -> None:
    """The other record must be another one of this site. Raises ValidationFailed."""
    if other_id == client.id:
        message = "This is the same record; name the other one."
        raise ValidationFailed(FieldError("/other_id", "same", message))
    found = select(Client.id).where(Client.id == other_id, Client.merged_into.is_(None))
    if session.execute(found).first() is None:
        raise ValidationFailed(FieldError("/other_id", "unknown", "There is no such client here."))


def _reason(row: ClientDistinction, vault: Vault) -> str:
    return sealed_text.opened(FIELD, row.id, row.sealed, vault).get("reason", "")
