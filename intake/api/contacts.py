"""Ways to reach a person: what is allowed there, another one in its place, the end of one."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.clients import (
    AllowedIn,
    ContactEndIn,
    ContactIn,
    ContactOut,
    ContactsOut,
)
from intake.services import contact_changes, contacts
from intake.services.contact_changes import AllowedOrder
from intake.services.contacts import ContactOrder

blp = Blueprint("contacts", __name__, description="Ways to reach people")


@blp.route("/clients/<uuid:client_id>/ended-contacts", methods=["GET"])
@act(Permission.CLIENT_READ)
@blp.response(200, ContactsOut())
def list_ended_contacts(client_id: uuid.UUID) -> Any:
    """Ways that are no longer used, the last one ended first. Nobody is to be reached there."""
    now = work()
    return {"data": contacts.list_for(now.session, client_id, actor=now.actor, ended=True)}


@blp.route("/contacts/<uuid:contact_id>", methods=["GET"])
@act(Permission.CLIENT_READ)
@blp.response(200, ContactOut())
def read_contact(contact_id: uuid.UUID) -> Any:
    """One way to reach a person, also one that has ended."""
    found = contacts.read(work().session, contact_id, actor=work().actor)
    return found, 200, concurrency.etag(found.version, whole=True)


@blp.route("/contacts/<uuid:contact_id>", methods=["PUT"])
@act(Permission.CLIENT_EDIT)
@blp.arguments(AllowedIn())
@blp.response(200, ContactOut())
def allow_contact(order: AllowedOrder, contact_id: uuid.UUID) -> Any:
    """Say whole what the person allows there; planned reminders follow."""
    now, version = work(), concurrency.if_match()
    said = contact_changes.allow(
        now.session, contact_id, order, version=version, actor=now.actor, now=now.now
    )
    return said, 200, concurrency.etag(said.version)


@blp.route("/contacts/<uuid:contact_id>/actions/replace", methods=["POST"])
@act(Permission.CLIENT_EDIT)
@blp.arguments(ContactIn())
@blp.response(200, ContactOut())
def replace_contact(order: ContactOrder, contact_id: uuid.UUID) -> Any:
    """Another number or address instead, answered; nothing allowed at the old one goes over."""
    now, version = work(), concurrency.if_match()
    made = contact_changes.supersede(
        now.session, contact_id, order, version=version, actor=now.actor, now=now.now
    )
    return made, 200, concurrency.etag(made.version)


@blp.route("/contacts/<uuid:contact_id>/actions/end", methods=["POST"])
@act(Permission.CLIENT_EDIT)
@blp.arguments(ContactEndIn())
@blp.response(200, ContactOut())
def end_contact(order: dict[str, str], contact_id: uuid.UUID) -> Any:
    """Cease to use it: it stays as history, and nothing is sent there."""
    now, version = work(), concurrency.if_match()
    ended = contact_changes.end(
        now.session, contact_id, order["reason"], version=version, actor=now.actor, now=now.now
    )
    return ended, 200, concurrency.etag(ended.version)
