"""Two records are one person's: everything of the one goes on under the other, and nothing is lost.

What was sealed stays as it is, byte for byte: signed and append-only rows can't be sealed anew. The
record that ends keeps its key, and the key opens what it sealed for whoever may read the survivor
(docs/adr, "merging keeps both keys"). The log holds what a later un-merge needs.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import asdict, dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.errors import Conflict, FieldError, NotFound, PreconditionFailed, ValidationFailed
from intake.models import (
    Case,
    Client,
    ClientMerge,
    Erasure,
)
from intake.models.cases import TERMINAL_STATES
from intake.services import audit, client_merge_rows, clients, identity
from intake.services.audit import Event
from intake.services.client_merge_rows import Pair
from intake.services.clients import ClientView

FIELD = "client_merges.sealed"


@dataclass(frozen=True, slots=True)
class MergeOrder:
    """Which record ends, as it was read; what of its identity the survivor takes; and why."""

    other_id: uuid.UUID
    other_version: int
    reason: str
    take: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MergeLine:
    """One merge in a survivor's log."""

    id: uuid.UUID
    merged_id: uuid.UUID
    merged_by: uuid.UUID
    at: dt.datetime
    fields_taken: tuple[str, ...]
    reason: str


def merge(
    session: Session, client_id: uuid.UUID, order: MergeOrder, *, version: int, actor: Actor,
    now: dt.datetime,
) -> ClientView:  # fmt: skip
    """Let `client_id` go on alone: the other record's rows become its own.

    Raises NotFound, PreconditionFailed for either record, ValidationFailed for the same one twice,
    Conflict when both have an open case or only one of the two is alive.
    """
    pair = _locked(session, client_id, order, version)
    _refuse_contradictions(pair)
    _refuse_erasing(session, pair)
    survivor, loser = pair.survivor, pair.loser
    before = identity.opened(survivor, identity.vault_of(session, survivor))
    moved = client_merge_rows.move(session, pair)
    taken = client_merge_rows.take_identity(session, pair, order.take)
    moved |= client_merge_rows.move_tokens(session, pair)
    loser.state, loser.merged_into = "merged", survivor.id
    survivor.absorbed = True
    _record_client(session, loser, ("merged_into", "state"))
    _record_client(session, survivor, ("absorbed", *taken))
    log = ClientMerge(
        site_id=survivor.site_id,
        surviving_id=survivor.id,
        merged_id=loser.id,
        merged_by=actor.staff_id,
        at=now,
        fields_taken=list(taken),
        moved=moved,
    )
    _keep_log(session, survivor, log, order.reason, before)
    # Records that ended in the loser before go on as the survivor too: one step, never a chain.
    session.execute(
        update(Client).where(Client.merged_into == loser.id).values(merged_into=survivor.id),
        execution_options={"synchronize_session": False},
    )
    session.info.pop(identity.ABSORBED_KEYS, None)
    return clients.view(session, survivor)


def _keep_log(
    session: Session, survivor: Client, log: ClientMerge, reason: str, before: identity.Identity
) -> None:
    """The log with its words: why, and who the survivor was before."""
    was = {name: str(value) for name, value in asdict(before).items() if value}
    words = json.dumps({"reason": reason, "before": was})
    log.sealed = identity.vault_of(session, survivor).seal(FIELD, log.id, words)
    session.add(log)
    session.flush()


def log_of(session: Session, client_id: uuid.UUID) -> list[MergeLine]:
    """What was merged into a record, the earliest first; the read is recorded. Raises NotFound."""
    client = clients.get(session, client_id)
    rows = session.execute(
        select(ClientMerge).where(ClientMerge.surviving_id == client.id).order_by(ClientMerge.id)
    ).scalars()
    vault = identity.vault_of(session, client)
    audit.record(
        session,
        Event("client", "read_merges", "R", row=client, client_id=client.id, sensitivity="P1"),
    )
    return [
        MergeLine(
            id=row.id,
            merged_id=row.merged_id,
            merged_by=row.merged_by,
            at=row.at,
            fields_taken=tuple(row.fields_taken),
            reason=str(json.loads(vault.open(FIELD, row.id, row.sealed))["reason"]),
        )
        for row in rows
    ]


def _locked(session: Session, client_id: uuid.UUID, order: MergeOrder, version: int) -> Pair:
    """Both records and their cases, locked in one order so that two merges can't block each other.

    Whoever registers a case, consent or contact meanwhile waits, and is refused afterwards.
    """
    if client_id == order.other_id:
        message = "This is the same record; name the other one."
        raise ValidationFailed(FieldError("/other_id", "same", message))
    found = session.execute(
        select(Client)
        .where(Client.id.in_({client_id, order.other_id}), Client.merged_into.is_(None))
        .order_by(Client.id)
        .with_for_update()
    ).scalars()
    known = {client.id: client for client in found}
    if client_id not in known:
        raise NotFound("client")
    if order.other_id not in known:
        message = "There is no such client here."
        raise ValidationFailed(FieldError("/other_id", "unknown", message))
    survivor, loser = known[client_id], known[order.other_id]
    if survivor.version != version:
        raise PreconditionFailed(survivor.version)
    if loser.version != order.other_version:
        message = "The other record was changed since you read it; read it again."
        raise ValidationFailed(FieldError("/other_version", "stale", message))
    cases = session.execute(
        select(Case).where(Case.client_id.in_(known)).order_by(Case.id).with_for_update()
    ).scalars()
    return Pair(survivor, loser, tuple(cases))


def _refuse_contradictions(pair: Pair) -> None:
    """What can't both be true of one person is settled by people first. Raises Conflict."""
    for client in (pair.survivor, pair.loser):
        identity.refuse_erased(client)
    if pair.survivor.state != pair.loser.state:
        raise Conflict(
            "One record says that the person died, the other doesn't. Correct one first."
        )
    open_cases = [case for case in pair.cases if case.state not in TERMINAL_STATES]
    if len({case.client_id for case in open_cases}) > 1:
        which = " and ".join(case.reference for case in open_cases)
        raise Conflict(f"Both have an open case: {which}. Close or decline one of them first.")


def _refuse_erasing(session: Session, pair: Pair) -> None:
    """What is to be erased doesn't become part of more. Raises Conflict while it is asked for."""
    asked = select(Erasure.id).where(
        Erasure.client_id.in_((pair.survivor.id, pair.loser.id)),
        Erasure.state.in_(("requested", "approved")),
    )
    if session.execute(asked.limit(1)).first() is not None:
        raise Conflict("An erasure of one of the two is under way. Withdraw it or carry it out.")


def _record_client(session: Session, client: Client, changed: tuple[str, ...]) -> None:
    audit.record(
        session,
        Event(
            "client", "merge", "U", row=client, client_id=client.id, fields=changed,
            sensitivity="P1",
        ),
    )  # fmt: skip
