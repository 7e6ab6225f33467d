"""Legal holds: asked for by a clinical lead, placed and lifted by an auditor."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.holds import HoldIn, HoldOut
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import holds

blp = Blueprint("holds", __name__, description="Legal holds, by two people")


@blp.route("/clients/<uuid:client_id>/holds", methods=["GET"])
@act(Permission.RETENTION_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(HoldOut)())
def list_holds(query: dict[str, Any], client_id: uuid.UUID) -> Any:
    """All holds of a person, the newest first."""
    return paging.envelope(holds.list_page(work().session, client_id, paging.wanted(query)))


@blp.route("/clients/<uuid:client_id>/holds", methods=["POST"])
@act(Permission.RETENTION_REQUEST, creates=True)
@blp.arguments(HoldIn())
@blp.response(201, CreatedOut())
def request_hold(order: dict[str, str], client_id: uuid.UUID) -> Any:
    """Ask for a hold; nothing is erased from now on."""
    now = work()
    hold = holds.request(now.session, client_id, order["reason"], actor=now.actor, now=now.now)
    where = f"/api/v1/clients/{client_id}/holds"
    return hold, 201, concurrency.created(where, hold.version)


@blp.route("/holds/<uuid:hold_id>/actions/place", methods=["POST"])
@act(Permission.RETENTION_APPROVE)
@blp.response(200, HoldOut())
def place_hold(hold_id: uuid.UUID) -> Any:
    """Agree to a hold, as the second person."""
    now, version = work(), concurrency.if_match()
    hold = holds.place(now.session, hold_id, version=version, actor=now.actor, now=now.now)
    return hold, 200, concurrency.etag(hold.version)


@blp.route("/holds/<uuid:hold_id>/actions/request-lift", methods=["POST"])
@act(Permission.RETENTION_REQUEST)
@blp.response(200, HoldOut())
def request_lift(hold_id: uuid.UUID) -> Any:
    """Ask to lift a hold; it stands until a second person agrees."""
    now, version = work(), concurrency.if_match()
    hold = holds.request_lift(now.session, hold_id, version=version, actor=now.actor, now=now.now)
    return hold, 200, concurrency.etag(hold.version)


@blp.route("/holds/<uuid:hold_id>/actions/lift", methods=["POST"])
@act(Permission.RETENTION_APPROVE)
@blp.response(200, HoldOut())
def lift_hold(hold_id: uuid.UUID) -> Any:
    """Lift a hold, as the second person."""
    now, version = work(), concurrency.if_match()
    hold = holds.lift(now.session, hold_id, version=version, actor=now.actor, now=now.now)
    return hold, 200, concurrency.etag(hold.version)
