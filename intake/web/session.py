"""Signing in with a password, staying signed in, and signing out."""

from __future__ import annotations

from flask import g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import AuthenticationRequired
from intake.http import auth
from intake.http.limits import per_address
from intake.http.unit_of_work import act, half_signed_in, signed_in, signed_out
from intake.schemas.session import SignInIn
from intake.services import sessions
from intake.services.sign_in import sign_in as check_password
from intake.web import addresses, forms, pages, words
from intake.web.screens import Screen, open_to_all

blp = Screen("session", __name__)
NEXT = {"mfa": "console.second_factor.show", "mfa_setup": "console.second_factor.explain"}
NO_CONTENT = 204


@blp.page("/sign-in")
@open_to_all
def sign_in() -> Response:
    """E-mail address and password."""
    return pages.plain(
        "session/sign_in.html",
        form=forms.form(),
        next=addresses.wanted(),
        done=words.DONE.get(request.args.get("done", "")),
        wait=g.get("wait", ""),
    )


@blp.form("/sign-in", again_on=(AuthenticationRequired,), keeps=False)
@per_address
@signed_out
def check() -> Response:
    """The first step: what it opens is the second one and nothing else."""
    given = forms.load(SignInIn())
    opened = check_password(signed_in().session, email=given["email"], password=given["password"])
    auth.hand_over(opened.token)
    return redirect(url_for(NEXT[opened.next], next=addresses.wanted() or None), 303)


@blp.form("/sign-out", keeps=False)
@half_signed_in
def sign_out() -> Response:
    """The session ends at once; Back shows nothing, since no page with a person in it is kept."""
    sessions.close(signed_in().session, auth.token_hash())
    response = pages.go("console.session.sign_in", done="signed_out")
    response.delete_cookie(auth.cookie_name(), path="/")
    response.delete_cookie(auth.SITE_COOKIE, path="/")
    return response


@blp.page("/session/stay")
@act(Permission.SESSION_OWN)
def stay() -> Response:
    """Somebody is still here, all the way in: every request says so, this one nothing else."""
    return make_response("", NO_CONTENT)
