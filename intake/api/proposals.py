"""Moves that need a second person: propose, read, approve, return, withdraw."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.proposals import NewProposalIn, ProposalOut, ReturnIn
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import proposal_views, proposals

blp = Blueprint("proposals", __name__, description="Discharge and correction, by two people")


@blp.route("/cases/<uuid:case_id>/proposals", methods=["GET"])
@act(Permission.PROPOSAL_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(ProposalOut)())
def list_proposals(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Proposals of a case, the newest first."""
    now, wanted = work(), paging.wanted(query)
    return paging.envelope(proposal_views.list_page(now.session, case_id, wanted, actor=now.actor))


@blp.route("/cases/<uuid:case_id>/proposals", methods=["POST"])
@act(Permission.PROPOSAL_MAKE, creates=True)
@blp.arguments(NewProposalIn())
@blp.response(201, CreatedOut())
def propose_move(order: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Propose a discharge, or to take back a death; a refusal lists what is missing."""
    now = work()
    made = proposals.propose(now.session, case_id, **order, actor=now.actor, now=now.now)
    return made, 201, concurrency.created(f"/api/v1/proposals/{made.id}", made.version)


@blp.route("/proposals/<uuid:proposal_id>", methods=["GET"])
@act(Permission.PROPOSAL_READ)
@blp.response(200, ProposalOut())
def read_proposal(proposal_id: uuid.UUID) -> Any:
    """One proposal."""
    found = proposal_views.read(work().session, proposal_id, actor=work().actor)
    return found, 200, concurrency.etag(found.version, whole=True)


@blp.route("/proposals/<uuid:proposal_id>/actions/approve", methods=["POST"])
@act(Permission.PROPOSAL_DECIDE)
@blp.response(200, ProposalOut())
def approve_proposal(proposal_id: uuid.UUID) -> Any:
    """Agree to somebody else's proposal; the case moves with it."""
    now, version = work(), concurrency.if_match()
    approved = proposals.approve(
        now.session, proposal_id, version=version, actor=now.actor, now=now.now
    )
    return approved, 200, concurrency.etag(approved.version)


@blp.route("/proposals/<uuid:proposal_id>/actions/return", methods=["POST"])
@act(Permission.PROPOSAL_DECIDE)
@blp.arguments(ReturnIn())
@blp.response(200, ProposalOut())
def return_proposal(order: dict[str, str], proposal_id: uuid.UUID) -> Any:
    """Return somebody else's proposal with a comment; nothing moves."""
    now, version = work(), concurrency.if_match()
    returned = proposals.send_back(
        now.session,
        proposal_id,
        order["comment"],
        version=version,
        actor=now.actor,
        now=now.now,
    )
    return returned, 200, concurrency.etag(returned.version)


@blp.route("/proposals/<uuid:proposal_id>/actions/withdraw", methods=["POST"])
@act(Permission.PROPOSAL_WITHDRAW)
@blp.response(200, ProposalOut())
def withdraw_proposal(proposal_id: uuid.UUID) -> Any:
    """Take one's own proposal back before anybody decides; nothing moves."""
    now, version = work(), concurrency.if_match()
    withdrawn = proposals.withdraw(now.session, proposal_id, version=version, actor=now.actor)
    return withdrawn, 200, concurrency.etag(withdrawn.version)
