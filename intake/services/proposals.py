"""A move that needs a second person: proposed by one, approved or returned by another.

A discharge is proposed by who treats and approved by a clinical lead; a death that was entered in
error is taken back by two clinical leads. What is missing is told when it is proposed, and judged
again when it is approved.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import lifecycle
from intake.clinical.lifecycle import Move as Rule
from intake.errors import Conflict, Forbidden, InvalidTransition, NotFound, PreconditionFailed
from intake.models import Case, CaseProposal, CaseTransition, Client
from intake.services import (
    audit,
    case_corrections,
    cases,
    move_making,
    proposal_views,
    relations,
    task_endings,
    tasks,
)
from intake.services.audit import Event
from intake.services.move_making import Asked
from intake.services.proposal_views import ProposalView
from intake.services.tasks import NewTask
from intake.services.transition_orders import NewTransition

DECIDE_WITHIN = dt.timedelta(hours=24)
NOTES = {
    "discharge": "A discharge was proposed: read the proposal, then approve or return it.",
    "correction": "A death is said to be entered in error: read the proposal and decide on it.",
}
# Fulfilled by the second person alone.
BY_APPROVAL = frozenset({"approval", "second_person"})


@dataclass(frozen=True, slots=True)
class _Found:
    """A proposal with its case, locked, and the person."""

    proposal: CaseProposal
    case: Case
    client: Client


def propose(
    session: Session, case_id: uuid.UUID, kind: str, order: NewTransition, *, actor: Actor,
    now: dt.datetime,
) -> ProposalView:  # fmt: skip
    """Propose a move that somebody else must agree to; a task asks the clinical leads.

    Raises NotFound, Forbidden for the role, ValidationFailed, InvalidTransition with everything
    that is missing but the approval, Conflict while another proposal is open.
    """
    case, client = move_making.locked(session, case_id, actor, Permission.PROPOSAL_MAKE)
    rule = _rule(session, case, kind)
    lifecycle.permit(rule, actor.role)
    judged = move_making.judge(session, Asked(case, client, rule, order), actor=actor, now=now)
    lifecycle.require(rule, judged.fulfilled | BY_APPROVAL)
    row = CaseProposal(
        site_id=case.site_id,
        case_id=case.id,
        kind=kind,
        state="proposed",
        facts=order.stored() or {},
        proposed_by=actor.staff_id,
        proposed_at=now,
    )
    proposal_views.seal(session, row, client, order.words)
    session.add(row)
    _note(session, row, client, "propose", "C")
    task = tasks.open_for_case(
        session, case, client, NewTask("approve_discharge", now + DECIDE_WITHIN, NOTES[kind])
    )
    task.owner_id = None
    session.flush()
    return proposal_views.view(session, row, client)


def approve(
    session: Session, proposal_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> ProposalView:
    """Agree to somebody else's proposal: the case moves in the same transaction.

    Raises NotFound, PreconditionFailed, Forbidden for one's own, Conflict when it isn't open,
    InvalidTransition with what is missing by now.
    """
    found = _open(session, proposal_id, version, actor)
    proposal, case, client = found.proposal, found.case, found.client
    rule = _rule(session, case, proposal.kind)
    order = proposal_views.order_of(session, proposal, client)
    asked = Asked(case, client, rule, order, approved=True)
    judged = move_making.judge(session, asked, actor=actor, now=now)
    lifecycle.require(rule, judged.fulfilled)
    _decide(session, found, "approved", actor=actor, now=now)
    if proposal.kind == "correction":
        case_corrections.take_back(session, judged, actor=actor, now=now)
    else:
        move_making.carry_out(session, judged, actor=actor, now=now)
    session.flush()
    return proposal_views.view(session, proposal, client)


def send_back(
    session: Session, proposal_id: uuid.UUID, comment: str, *, version: int, actor: Actor,
    now: dt.datetime,
) -> ProposalView:  # fmt: skip
    """Return somebody else's proposal with a comment. Raises as `approve`."""
    found = _open(session, proposal_id, version, actor)
    words = proposal_views.words_of(session, found.proposal, found.client)
    proposal_views.seal(session, found.proposal, found.client, words | {"comment": comment})
    _decide(session, found, "returned", actor=actor, now=now)
    session.flush()
    return proposal_views.view(session, found.proposal, found.client)


def withdraw(
    session: Session, proposal_id: uuid.UUID, *, version: int, actor: Actor
) -> ProposalView:
    """Take one's own proposal back before it is decided on; the task that asked is cancelled.

    Raises NotFound, Forbidden for somebody else's, PreconditionFailed, Conflict when it was decided
    on or the case has ended meanwhile.
    """
    found = _locked(session, proposal_id)
    proposal, case = found.proposal, found.case
    own = (proposal.proposed_by,)
    relations.require(session, actor, Permission.PROPOSAL_MAKE, case, others=own, what="proposal")
    if proposal.proposed_by != actor.staff_id:
        raise Forbidden("A proposal is withdrawn by who made it; a clinical lead can return it.")
    _refuse_decided(proposal, version)
    if proposal.kind == "discharge":
        cases.refuse_ended(case)
    proposal.state = "withdrawn"
    _note(session, proposal, found.client, "withdraw", "U")
    task_endings.end(session, case, ("approve_discharge",), "cancelled")
    session.flush()
    return proposal_views.view(session, proposal, found.client)


def _rule(session: Session, case: Case, kind: str) -> Rule:
    """The move that is proposed. Raises InvalidTransition."""
    if kind == "discharge":
        return lifecycle.find_move(case.state, "discharged")
    if case.state != "deceased":
        raise InvalidTransition("Only a death that was entered in error can be taken back.")
    before = session.execute(
        select(CaseTransition.from_state)
        .where(CaseTransition.case_id == case.id, CaseTransition.to_state == "deceased")
        .order_by(CaseTransition.at.desc(), CaseTransition.id.desc())
        .limit(1)
    ).scalar_one()
    return lifecycle.correction(case.state, str(before))


def _open(session: Session, proposal_id: uuid.UUID, version: int, actor: Actor) -> _Found:
    """A proposal to be decided on, its case locked. Raises as `approve`."""
    found = _locked(session, proposal_id)
    relations.require(session, actor, Permission.PROPOSAL_DECIDE, found.case, what="proposal")
    _refuse_decided(found.proposal, version)
    if found.proposal.proposed_by == actor.staff_id:
        raise Forbidden("A proposal is decided on by somebody else than the person who made it.")
    return found


def _locked(session: Session, proposal_id: uuid.UUID) -> _Found:
    """A proposal with its case, both locked. Raises NotFound."""
    row = session.execute(
        select(CaseProposal, Case, Client)
        .join(CaseProposal.case)
        .join(Case.client)
        .where(CaseProposal.id == proposal_id)
        .with_for_update(of=(Case, CaseProposal), key_share=True)
    ).one_or_none()
    if row is None:
        raise NotFound("proposal")
    return _Found(row.CaseProposal, row.Case, row.Client)


def _refuse_decided(proposal: CaseProposal, version: int) -> None:
    if proposal.version != version:
        raise PreconditionFailed(proposal.version)
    if proposal.state != "proposed":
        raise Conflict(f"This proposal is {proposal.state}; it is decided on only once.")


def _decide(session: Session, found: _Found, state: str, *, actor: Actor, now: dt.datetime) -> None:
    """Store who decided what; the task that asked for it is done."""
    proposal = found.proposal
    proposal.state, proposal.decided_by, proposal.decided_at = state, actor.staff_id, now
    act = {"approved": "approve", "returned": "return"}[state]
    _note(session, proposal, found.client, act, "U")
    task_endings.end(session, found.case, ("approve_discharge",), "done")


def _note(session: Session, row: CaseProposal, client: Client, act: str, action: str) -> None:
    event = Event("proposal", act, action, row=row, client_id=client.id, sensitivity="P2")
    fields = ("state",) if action == "U" else ()
    audit.record(session, replace(event, fields=fields))
