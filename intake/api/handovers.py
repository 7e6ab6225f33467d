"""Cases that go to a colleague: offer, read, accept, refuse, withdraw."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.handovers import (
    HandoverLineOut,
    HandoverOut,
    HandoverQuery,
    NewHandoverIn,
    RefusalIn,
)
from intake.schemas.shapes import CreatedOut, page_of
from intake.services import handover_views, handovers
from intake.services.handovers import NewHandover

blp = Blueprint("handovers", __name__, description="Cases that go to a colleague")


@blp.route("/handovers", methods=["GET"])
@act(Permission.HANDOVER_READ)
@blp.arguments(HandoverQuery(), location="query")
@blp.response(200, page_of(HandoverLineOut)())
def list_handovers(query: dict[str, Any]) -> Any:
    """Handovers of this site, the newest first; a counsellor's own."""
    now, wanted, state = work(), paging.wanted(query), query.get("state")
    page = handover_views.list_page(now.session, wanted, actor=now.actor, state=state)
    return paging.envelope(page)


@blp.route("/handovers", methods=["POST"])
@act(Permission.HANDOVER_ARRANGE, creates=True)
@blp.arguments(NewHandoverIn())
@blp.response(201, CreatedOut())
def offer_handover(order: NewHandover) -> Any:
    """Offer one worker's cases to a colleague; nothing changes hands until it is accepted."""
    now = work()
    made = handovers.offer(now.session, order, actor=now.actor, now=now.now)
    return made, 201, concurrency.created(f"/api/v1/handovers/{made.id}", made.version)


@blp.route("/handovers/<uuid:handover_id>", methods=["GET"])
@act(Permission.HANDOVER_READ)
@blp.response(200, HandoverOut())
def read_handover(handover_id: uuid.UUID) -> Any:
    """One handover with its cases."""
    found = handover_views.read(work().session, handover_id, actor=work().actor)
    return found, 200, concurrency.etag(found.version, whole=True)


@blp.route("/handovers/<uuid:handover_id>/actions/accept", methods=["POST"])
@act(Permission.HANDOVER_ANSWER)
@blp.response(200, HandoverOut())
def accept_handover(handover_id: uuid.UUID) -> Any:
    """Take over the cases and the tasks in them."""
    now, version = work(), concurrency.if_match()
    accepted = handovers.accept(
        now.session, handover_id, version=version, actor=now.actor, now=now.now
    )
    return accepted, 200, concurrency.etag(accepted.version)


@blp.route("/handovers/<uuid:handover_id>/actions/refuse", methods=["POST"])
@act(Permission.HANDOVER_ANSWER)
@blp.arguments(RefusalIn())
@blp.response(200, HandoverOut())
def refuse_handover(order: dict[str, str], handover_id: uuid.UUID) -> Any:
    """Say no, with a reason; the cases stay where they are."""
    now, version = work(), concurrency.if_match()
    refused = handovers.refuse(
        now.session,
        handover_id,
        order["reason"],
        version=version,
        actor=now.actor,
        now=now.now,
    )
    return refused, 200, concurrency.etag(refused.version)


@blp.route("/handovers/<uuid:handover_id>/actions/withdraw", methods=["POST"])
@act(Permission.HANDOVER_ARRANGE)
@blp.response(200, HandoverOut())
def withdraw_handover(handover_id: uuid.UUID) -> Any:
    """Take an offer back; the cases stay where they are."""
    now, version = work(), concurrency.if_match()
    withdrawn = handovers.withdraw(
        now.session, handover_id, version=version, actor=now.actor, now=now.now
    )
    return withdrawn, 200, concurrency.etag(withdrawn.version)
