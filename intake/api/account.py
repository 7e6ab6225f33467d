"""My account: its sessions, its password, and the link with which it begins."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from flask import make_response
from werkzeug.wrappers import Response

from intake.http import auth
from intake.http.blueprints import Blueprint
from intake.http.limits import per_address
from intake.http.unit_of_work import own, signed_in, signed_out
from intake.schemas.session import AcceptedOut, AcceptIn, PasswordIn, SessionsOut
from intake.services import accounts, sessions, sign_in

blp = Blueprint("account", __name__, description="My account")


@blp.route("/me/sessions", methods=["GET"])
@own
@blp.response(200, SessionsOut())
def list_my_sessions() -> Any:
    """My live sessions, newest first; there are never more than a few."""
    work = signed_in()
    return {"data": sessions.mine(work.session, work.staff_id, auth.token_hash())}


@blp.route("/me/sessions/<uuid:session_id>", methods=["DELETE"])
@own
@blp.response(204)
def end_my_session(session_id: uuid.UUID) -> Response:
    """End one of my sessions at once, such as the one left open on another computer."""
    work = signed_in()
    sessions.end(work.session, work.staff_id, session_id)
    return make_response("", 204)


@blp.route("/me/password", methods=["POST"])
@per_address
@own
@blp.arguments(PasswordIn())
@blp.response(204)
def change_my_password(given: dict[str, str]) -> Response:
    """Set another password. Every session ends, this one too."""
    work = signed_in()
    sign_in.change_password(
        work.session, work.staff_id, current=given["current_password"], new=given["password"]
    )
    return make_response("", 204)


@blp.route("/invites/accept", methods=["POST"])
@per_address
@signed_out
@blp.arguments(AcceptIn())
@blp.response(200, AcceptedOut())
def accept_invite(given: dict[str, str]) -> Any:
    """Set a password with the token of a link, once and within 30 minutes of its making."""
    token_hash = hashlib.sha256(given["token"].encode()).digest()
    accounts.accept(signed_in().session, token_hash, given["password"])
    return {"next": "sign_in"}
