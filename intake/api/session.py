"""Signing in and out, and who I am."""

from __future__ import annotations

from typing import Any

import segno
from flask import make_response
from werkzeug.wrappers import Response

from intake.http import auth
from intake.http.blueprints import Blueprint
from intake.http.limits import per_address
from intake.http.unit_of_work import half_signed_in, own_or_key, signed_in, signed_out
from intake.schemas.session import (
    MeOut,
    MfaIn,
    MfaOut,
    MfaSetupOut,
    SignedInOut,
    SignInIn,
)
from intake.services import second_factor, sessions, sign_in

blp = Blueprint("session", __name__, description="Signing in and out")


@blp.route("/session", methods=["POST"])
@per_address
@signed_out
@blp.arguments(SignInIn())
@blp.response(201, SignedInOut())
def open_session(given: dict[str, str]) -> Any:
    """Give e-mail and password: the cookie set opens only the second factor, which is next."""
    opened = sign_in.sign_in(signed_in().session, email=given["email"], password=given["password"])
    auth.hand_over(opened.token)
    return {"next": opened.next}


@blp.route("/session/mfa", methods=["POST"])
@per_address
@half_signed_in
@blp.arguments(MfaIn())
@blp.response(201, MfaOut())
def show_second_factor(given: dict[str, str]) -> Any:
    """Show the second factor: a code, or a recovery code. The cookie is replaced.

    The first code after set-up answers with recovery codes, which are never shown again.
    """
    work = signed_in()
    shown = second_factor.show(work.session, auth.token_hash(), staff_id=work.staff_id, **given)
    auth.hand_over(shown.token)
    return {"next": "ready", "recovery_codes": list(shown.recovery_codes)}


@blp.route("/session/mfa/setup", methods=["POST"])
@per_address
@half_signed_in
@blp.response(200, MfaSetupOut())
def set_up_second_factor() -> Any:
    """Make a secret for an authenticator: as text, as address and as a picture, shown once."""
    work = signed_in()
    made = second_factor.set_up(work.session, work.staff_id)
    picture = segno.make(made.uri, micro=False).svg_inline(scale=4)
    return {"secret": made.secret, "otpauth_uri": made.uri, "qr_svg": picture}


@blp.route("/session", methods=["DELETE"])
@half_signed_in
@blp.response(204)
def close_session() -> Response:
    """Sign out: the session ends at once."""
    sessions.close(signed_in().session, auth.token_hash())
    response = make_response("", 204)
    auth.take_back(response)
    return response


@blp.route("/me", methods=["GET"])
@own_or_key
@blp.response(200, MeOut())
def me() -> Any:
    """Who I am, person or API key, and my role at each of my sites."""
    work = signed_in()
    return sign_in.whoami(work.session, work.staff_id)
