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
    ContactAddedOut,
    ContactIn,
    ContactsOut,
    MatchOut,
    NewClientIn,
    RegisteredOut,
    SoughtIn,
)
from intake.schemas.shapes import PageQuery, page_of
from intake.services import clients, contacts, look_alikes
from intake.services.clients import IdentityChange, NewClient
from intake.services.contacts import ContactOrder
from intake.services.duplicates import Sought
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
@blp.response(201, RegisteredOut())
def register_client(order: NewClient) -> Any:
    """Register a person; an exact match is answered with masked candidates."""
    now = work()
    made = clients.register(now.session, order, actor=now.actor, now=now.now)
    now.session.flush()
    path = f"/api/v1/clients/{made.client.id}"
    return made, 201, concurrency.created(path, made.client.version)


@blp.route("/clients/match", methods=["POST"])
@act(Permission.CLIENT_CREATE)
@blp.arguments(SoughtIn())
@blp.response(200, MatchOut())
def match_client(order: dict[str, Any]) -> Any:
    """Look for the same person by words, sound, date of birth and phone; hits are masked."""
    now, number = work(), order.pop("phone", None)
    phones = (contacts.phone(now.session, number, "/phone"),) if number else ()
    sought = Sought(Identity(**order), phones)
    return {"candidates": look_alikes.match(now.session, sought, actor=now.actor)}


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


@blp.route("/clients/<uuid:client_id>/contacts", methods=["POST"])
@act(Permission.CLIENT_EDIT, creates=True)
@blp.arguments(ContactIn())
@blp.response(201, ContactAddedOut())
def add_contact(order: ContactOrder, client_id: uuid.UUID) -> Any:
    """Write down one more way to reach a person."""
    now = work()
    made = contacts.record(now.session, client_id, order, actor=now.actor, now=now.now)
    path = f"/api/v1/clients/{client_id}/contacts"
    return made, 201, concurrency.created(path, made.version)
