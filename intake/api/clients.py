"""People treated: register, look for the same person, read, correct."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.clients import (
    ClientChangeIn,
    ClientOut,
    ContactsOut,
    IdentityIn,
    MatchOut,
    NewClientIn,
)
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import clients, contacts, duplicates
from intake.services.clients import IdentityChange, NewClient
from intake.services.identity import Identity

blp = Blueprint("clients", __name__, description="People treated")


@blp.route("/clients", methods=["GET"])
@act(Permission.CLIENT_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(ClientOut)())
def list_clients(query: dict[str, Any]) -> Any:
    """People of this site, the newest first."""
    return paging.envelope(
        clients.list_page(work().session, paging.wanted(query), actor=work().actor)
    )


@blp.route("/clients", methods=["POST"])
@act(Permission.CLIENT_CREATE, creates=True)
@blp.arguments(NewClientIn())
@blp.response(201, CreatedOut())
def register_client(order: NewClient) -> Any:
    """Register a person; an exact match is answered with masked candidates."""
    now = work()
    client = clients.register(now.session, order, actor=now.actor, now=now.now)
    now.session.flush()
    return client, 201, concurrency.created(f"/api/v1/clients/{client.id}", client.version)


@blp.route("/clients/match", methods=["POST"])
@act(Permission.CLIENT_CREATE)
@blp.arguments(IdentityIn())
@blp.response(200, MatchOut())
def match_client(sought: Identity) -> Any:
    """Look for the same person by name and date of birth; hits are masked."""
    return {"candidates": duplicates.match(work().session, sought, actor=work().actor)}


@blp.route("/clients/<uuid:client_id>", methods=["GET"])
@act(Permission.CLIENT_READ)
@blp.response(200, ClientOut())
def read_client(client_id: uuid.UUID) -> Any:
    """One person."""
    client = clients.read(work().session, client_id, actor=work().actor)
    return client, 200, concurrency.etag(client.version, whole=True)


@blp.route("/clients/<uuid:client_id>", methods=["PATCH"])
@act(Permission.CLIENT_EDIT)
@blp.arguments(ClientChangeIn())
@blp.response(200, ClientOut())
def change_client(order: IdentityChange, client_id: uuid.UUID) -> Any:
    """Correct a person's identity."""
    now = work()
    client = clients.change(
        now.session,
        client_id,
        order,
        version=concurrency.if_match(),
        actor=now.actor,
        now=now.now,
    )
    return client, 200, concurrency.etag(client.version)


@blp.route("/clients/<uuid:client_id>/contacts", methods=["GET"])
@act(Permission.CLIENT_READ)
@blp.response(200, ContactsOut())
def list_contacts(client_id: uuid.UUID) -> Any:
    """How a person may be reached."""
    return {"data": contacts.list_for(work().session, client_id, actor=work().actor)}
