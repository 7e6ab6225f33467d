"""Signing in and out, and who I am."""

from __future__ import annotations

from typing import Any

from flask import make_response
from werkzeug.wrappers import Response

from intake.http import auth
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import own, signed_in, signed_out
from intake.schemas.session import MeOut, SignedInOut, SignInIn
from intake.services import sign_in

blp = Blueprint("session", __name__, description="Signing in and out")


@blp.route("/session", methods=["POST"])
@signed_out
@blp.arguments(SignInIn())
@blp.response(201, SignedInOut())
def open_session(given: dict[str, str]) -> Any:
    """Sign in: the answer sets a cookie, out of reach of scripts."""
    opened = sign_in.sign_in(signed_in().session, email=given["email"], password=given["password"])
    auth.hand_over(opened.token)
    return {"next": "ready"}


@blp.route("/session", methods=["DELETE"])
@own
@blp.response(204)
def close_session() -> Response:
    """Sign out: the session ends at once."""
    sign_in.sign_out(signed_in().session, auth.token_hash())
    response = make_response("", 204)
    response.delete_cookie(auth.cookie_name(), path="/")
    return response


@blp.route("/me", methods=["GET"])
@own
@blp.response(200, MeOut())
def me() -> Any:
    """Who I am, and my role at each of my sites."""
    work = signed_in()
    return sign_in.whoami(work.session, work.staff_id)
