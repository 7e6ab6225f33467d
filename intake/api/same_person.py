"""One person or two: who looks alike, who was told apart, merging two records of one person."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.clients import ClientOut
from intake.schemas.same_person import (
    AskedOut,
    AskMergeIn,
    DistinctionIn,
    DistinctionOut,
    MergeIn,
    MergesOut,
    SimilarOut,
)
from intake.services import client_merges, distinctions
from intake.services.client_merges import MergeOrder

blp = Blueprint("same_person", __name__, description="One person or two")


@blp.route("/clients/<uuid:client_id>/similar", methods=["GET"])
@act(Permission.CLIENT_READ)
@blp.response(200, SimilarOut())
def list_similar(client_id: uuid.UUID) -> Any:
    """Who looks like this person, masked, less those who were told apart."""
    return distinctions.similar(work().session, client_id, actor=work().actor)


@blp.route("/clients/<uuid:client_id>/distinctions", methods=["POST"])
@act(Permission.CLIENT_EDIT, creates=True)
@blp.arguments(DistinctionIn())
@blp.response(201, DistinctionOut())
def tell_apart(order: dict[str, Any], client_id: uuid.UUID) -> Any:
    """Remember that two people are not the same."""
    now = work()
    row = distinctions.tell_apart(now.session, client_id, **order, actor=now.actor, now=now.now)
    return row, 201, concurrency.created(f"/api/v1/clients/{client_id}/similar", 1)


@blp.route("/clients/<uuid:client_id>/merge-requests", methods=["POST"])
@act(Permission.CLIENT_EDIT, creates=True)
@blp.arguments(AskMergeIn())
@blp.response(201, AskedOut())
def ask_merge(order: dict[str, Any], client_id: uuid.UUID) -> Any:
    """Ask a clinical lead to merge two records."""
    now = work()
    task = distinctions.ask_merge(now.session, client_id, **order, actor=now.actor, now=now.now)
    return task, 201, concurrency.created("/api/v1/tasks", task.version)


@blp.route("/clients/<uuid:client_id>/merge", methods=["POST"])
@act(Permission.CLIENT_MERGE)
@blp.arguments(MergeIn())
@blp.response(200, ClientOut())
def merge_clients(order: MergeOrder, client_id: uuid.UUID) -> Any:
    """Let this record go on alone: the other one's rows become its own."""
    now, version = work(), concurrency.if_match()
    client = client_merges.merge(
        now.session, client_id, order, version=version, actor=now.actor, now=now.now
    )
    return client, 200, concurrency.etag(client.version)


@blp.route("/clients/<uuid:client_id>/merges", methods=["GET"])
@act(Permission.CLIENT_MERGE)
@blp.response(200, MergesOut())
def list_merges(client_id: uuid.UUID) -> Any:
    """Which records were merged into this one."""
    return {"data": client_merges.log_of(work().session, client_id)}
