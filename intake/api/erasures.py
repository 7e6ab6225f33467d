"""Erasures: asked for by a clinical lead, approved by an auditor, carried out by a command."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.erasures import ErasureIn, ErasureOut
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import erasures

blp = Blueprint("erasures", __name__, description="Erasing a person, by two people")


@blp.route("/clients/<uuid:client_id>/erasures", methods=["GET"])
@act(Permission.RETENTION_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(ErasureOut)())
def list_erasures(query: dict[str, Any], client_id: uuid.UUID) -> Any:
    """All erasures asked for, the newest first."""
    return paging.envelope(erasures.list_page(work().session, client_id, paging.wanted(query)))


@blp.route("/clients/<uuid:client_id>/erasures", methods=["POST"])
@act(Permission.RETENTION_REQUEST, creates=True)
@blp.arguments(ErasureIn())
@blp.response(201, CreatedOut())
def request_erasure(order: dict[str, str], client_id: uuid.UUID) -> Any:
    """Ask for an erasure; refused while a hold stands or a case is open."""
    now = work()
    made = erasures.request(now.session, client_id, order["reason"], actor=now.actor, now=now.now)
    where = f"/api/v1/clients/{client_id}/erasures"
    return made, 201, concurrency.created(where, made.version)


@blp.route("/erasures/<uuid:erasure_id>/actions/approve", methods=["POST"])
@act(Permission.RETENTION_APPROVE)
@blp.response(200, ErasureOut())
def approve_erasure(erasure_id: uuid.UUID) -> Any:
    """Agree, as the second person; `intake erasures run` carries it out."""
    return _decided(erasure_id, "approved")


@blp.route("/erasures/<uuid:erasure_id>/actions/refuse", methods=["POST"])
@act(Permission.RETENTION_APPROVE)
@blp.response(200, ErasureOut())
def refuse_erasure(erasure_id: uuid.UUID) -> Any:
    """Refuse it, as the second person, also after agreeing."""
    return _decided(erasure_id, "refused")


@blp.route("/erasures/<uuid:erasure_id>/actions/withdraw", methods=["POST"])
@act(Permission.RETENTION_REQUEST)
@blp.response(200, ErasureOut())
def withdraw_erasure(erasure_id: uuid.UUID) -> Any:
    """Call it off before it is carried out, agreed to or not."""
    now, version = work(), concurrency.if_match()
    made = erasures.withdraw(now.session, erasure_id, version=version, actor=now.actor, now=now.now)
    return made, 200, concurrency.etag(made.version)


def _decided(erasure_id: uuid.UUID, answer: str) -> Any:
    now, version = work(), concurrency.if_match()
    made = erasures.decide(
        now.session, erasure_id, answer, version=version, actor=now.actor, now=now.now
    )
    return made, 200, concurrency.etag(made.version)
