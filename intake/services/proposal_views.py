"""A proposal as staff read it, and the move it stands for."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import NotFound
from intake.models import Case, CaseProposal, Client
from intake.services import audit, pages, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of
from intake.services.sealed_text import Words
from intake.services.transition_orders import NewTransition, restored

FIELD = "case_proposals.sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """A proposal with its words opened; `comment` is why it was returned."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    kind: str
    facts: dict[str, Any]
    words: dict[str, str]
    comment: str | None
    proposed_by: uuid.UUID
    proposed_at: dt.datetime
    decided_by: uuid.UUID | None
    decided_at: dt.datetime | None


def read(session: Session, proposal_id: uuid.UUID, *, actor: Actor) -> ProposalView:
    """One proposal; the read is recorded. Raises as `relations.require`."""
    row = session.execute(
        select(CaseProposal, Case, Client)
        .join(CaseProposal.case)
        .join(Case.client)
        .where(CaseProposal.id == proposal_id)
    ).one_or_none()
    if row is None:
        raise NotFound("proposal")
    relations.require(session, actor, Permission.PROPOSAL_READ, row.Case, what="proposal")
    act = Event("proposal", "read", "R", row=row.CaseProposal, client_id=row.Client.id)
    audit.record(session, replace(act, sensitivity="P2"))
    return view(session, row.CaseProposal, row.Client)


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor
) -> pages.Page[ProposalView]:
    """Proposals of a case, the newest first; the identifiers shown are recorded."""
    case = relations.case(session, case_id, actor, Permission.PROPOSAL_READ)
    query = (
        select(CaseProposal.id.label("id"), CaseProposal, Client)
        .join(CaseProposal.case)
        .join(Case.client)
        .where(CaseProposal.case_id == case.id)
    )
    page = pages.fetch(
        session,
        query,
        key=CaseProposal.__table__.c.id,
        wanted=wanted,
        show=lambda row: view(session, row.CaseProposal, row.Client),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "proposal", shown, client_id=case.client_id, sensitivity="P2")
    return page


def view(session: Session, row: CaseProposal, client: Client) -> ProposalView:
    """A proposal as staff read it."""
    words = words_of(session, row, client)
    return ProposalView(
        id=row.id,
        version=row.version,
        state=row.state,
        case_id=row.case_id,
        kind=row.kind,
        facts=row.facts,
        comment=words.pop("comment", None),
        words=words,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def order_of(session: Session, row: CaseProposal, client: Client) -> NewTransition:
    """The move it stands for, as it was asked for."""
    return restored(row.facts, words_of(session, row, client))


def words_of(session: Session, row: CaseProposal, client: Client) -> Words:
    """Its words, opened."""
    return sealed_text.opened(FIELD, row.id, row.sealed, vault_of(session, client))


def seal(session: Session, row: CaseProposal, client: Client, words: Words) -> None:
    """Words sealed with the person's key."""
    row.sealed = sealed_text.seal(FIELD, row.id, words, vault_of(session, client))
