"""Referrals to other services, tracked to their result."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.outbound import (
    CallOffIn,
    NewOutboundIn,
    OutboundChangeIn,
    OutboundOut,
    OutboundResultIn,
    OutboundSendIn,
)
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import outbound, outbound_views
from intake.services.outbound import NewOutbound, OutboundChange, Result, Sending

blp = Blueprint("outbound", __name__, description="Referrals to other services")


@blp.route("/cases/<uuid:case_id>/outbound-referrals", methods=["GET"])
@act(Permission.CARE_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(OutboundOut)())
def list_outbound(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Referrals out of a case, the newest first."""
    now, wanted = work(), paging.wanted(query)
    return paging.envelope(outbound_views.list_page(now.session, case_id, wanted, actor=now.actor))


@blp.route("/cases/<uuid:case_id>/outbound-referrals", methods=["POST"])
@act(Permission.CARE_WRITE, creates=True)
@blp.arguments(NewOutboundIn())
@blp.response(201, CreatedOut())
def plan_outbound(order: NewOutbound, case_id: uuid.UUID) -> Any:
    """Plan a referral; nothing leaves yet. A decision plans those its recommendation asks for."""
    now = work()
    made = outbound.plan(now.session, case_id, order, actor=now.actor, now=now.now)
    return made, 201, concurrency.created(f"/api/v1/outbound-referrals/{made.id}", made.version)


@blp.route("/outbound-referrals/<uuid:referral_id>", methods=["GET"])
@act(Permission.CARE_READ)
@blp.response(200, OutboundOut())
def read_outbound(referral_id: uuid.UUID) -> Any:
    """One referral out."""
    found = outbound_views.read(work().session, referral_id, actor=work().actor)
    return found, 200, concurrency.etag(found.version)


@blp.route("/outbound-referrals/<uuid:referral_id>", methods=["PATCH"])
@act(Permission.CARE_WRITE)
@blp.arguments(OutboundChangeIn())
@blp.response(200, OutboundOut())
def change_outbound(order: OutboundChange, referral_id: uuid.UUID) -> Any:
    """Change what is known of it; with `seen_on` a sent one becomes seen."""
    now, version = work(), concurrency.if_match()
    changed = outbound.change(
        now.session, referral_id, order, version=version, actor=now.actor, now=now.now
    )
    return changed, 200, concurrency.etag(changed.version)


@blp.route("/outbound-referrals/<uuid:referral_id>/actions/send", methods=["POST"])
@act(Permission.CARE_WRITE)
@blp.arguments(OutboundSendIn())
@blp.response(200, OutboundOut())
def send_outbound(order: Sending, referral_id: uuid.UUID) -> Any:
    """Say that it left: with consent, or with the reason why without."""
    now, version = work(), concurrency.if_match()
    sent = outbound.send(
        now.session, referral_id, order, version=version, actor=now.actor, now=now.now
    )
    return sent, 200, concurrency.etag(sent.version)


@blp.route("/outbound-referrals/<uuid:referral_id>/actions/receive-result", methods=["POST"])
@act(Permission.CARE_WRITE)
@blp.arguments(OutboundResultIn())
@blp.response(200, OutboundOut())
def receive_outbound_result(order: Result, referral_id: uuid.UUID) -> Any:
    """Write down what came back; it is closed with that."""
    now, version = work(), concurrency.if_match()
    closed = outbound.receive_result(
        now.session, referral_id, order, version=version, actor=now.actor, now=now.now
    )
    return closed, 200, concurrency.etag(closed.version)


@blp.route("/outbound-referrals/<uuid:referral_id>/actions/cancel", methods=["POST"])
@act(Permission.CARE_WRITE)
@blp.arguments(CallOffIn())
@blp.response(200, OutboundOut())
def cancel_outbound(order: dict[str, str], referral_id: uuid.UUID) -> Any:
    """Call it off."""
    now, version = work(), concurrency.if_match()
    ended = outbound.cancel(
        now.session, referral_id, order["reason"], version=version, actor=now.actor
    )
    return ended, 200, concurrency.etag(ended.version)
