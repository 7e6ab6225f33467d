"""API keys: made and shown once, listed, revoked."""

from __future__ import annotations

import uuid
from typing import Any

from flask import make_response
from werkzeug.wrappers import Response

from intake import clock
from intake.access import Permission
from intake.http import paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.api_keys import ApiKeyIssuedOut, ApiKeyOut, NewApiKeyIn
from intake.schemas.shapes import PageQuery, page_of
from intake.services import api_keys
from intake.services.api_keys import NewApiKey

blp = Blueprint("api_keys", __name__, description="Keys with which programs call this API")


@blp.route("/api-keys", methods=["GET"])
@act(Permission.API_KEY_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(ApiKeyOut)())
def list_api_keys(query: dict[str, Any]) -> Any:
    """Keys of this site, ended ones too, the newest first."""
    return paging.envelope(api_keys.list_page(work().session, paging.wanted(query)))


@blp.route("/api-keys", methods=["POST"])
@act(Permission.API_KEY_MANAGE, creates=True, shown_once=("token",))
@blp.arguments(NewApiKeyIn())
@blp.response(201, ApiKeyIssuedOut())
def make_api_key(order: NewApiKey) -> Any:
    """Make a key for this site. Its token is in this answer and nowhere else.

    The site's clinical leads and auditors are told. Needs a second factor shown in the last five
    minutes. A repeated request tells the key's id without the token: revoke a key whose token was
    lost, and make another.
    """
    now = work()
    now.actor.require_fresh_mfa(clock.machine_now())
    made = api_keys.create(now.session, order, actor=now.actor, now=now.now)
    return made, 201, {"Location": "/api/v1/api-keys"}


@blp.route("/api-keys/<uuid:key_id>", methods=["DELETE"])
@act(Permission.API_KEY_MANAGE)
@blp.response(204)
def revoke_api_key(key_id: uuid.UUID) -> Response:
    """End a key at once. No version is asked for: whoever revokes is in a hurry."""
    api_keys.revoke(work().session, key_id)
    return make_response("", 204)
