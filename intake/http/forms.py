"""What does a form of the console carry beside its fields: whose it is, its key, what was read?

The token proves that the form was shown by us, in this browser, to this person: an HMAC over a
random cookie of the browser and the person's id. It is not bound to the session, so that a form
that was open when the session ended can still be saved by the same person after signing in again;
on a shared computer nobody else can send it. Origin and Sec-Fetch-Site are checked as well, in
`front_door`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import uuid

from flask import after_this_request, current_app, g, request
from werkzeug.wrappers import Response

from intake.errors import BadRequest, PreconditionRequired
from intake.http.errors import Problem

#: Names that begin so are the form's own; no field of a schema does.
TOKEN, KEY, VERSION = "_token", "_key", "_version"
#: The page a form belongs to, for what keeps it while somebody types.
ADDRESS = "_address"
MEDIA = "application/x-www-form-urlencoded"
PRODUCTION_COOKIE, LOCAL_COOKIE = "__Host-intake-browser", "intake-browser"
NOBODY = uuid.UUID(int=0)
DIGITS = re.compile(r"^\d{1,9}$", re.ASCII)
#: What no text can hold.
UNSTORABLE = "\x00"


def is_page() -> bool:
    """Whether the request is for a page of the console rather than for the API."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "is_page", False))


def token(staff_id: uuid.UUID = NOBODY) -> str:
    """What a form shown to this person carries; gives the browser its cookie the first time."""
    return _token(_browser(), staff_id)


def check(staff_id: uuid.UUID = NOBODY) -> None:
    """Refuse a form that we didn't show to this person here. Raises Problem or BadRequest.

    Does nothing for reads and for the API, whose writes are JSON.
    """
    if request.method in ("GET", "HEAD", "OPTIONS") or not is_page():
        return
    browser = request.cookies.get(_cookie_name(), "")
    sent = request.form.get(TOKEN, "")
    if not browser or not hmac.compare_digest(sent.encode(), _token(browser, staff_id).encode()):
        raise Problem("csrf", "This form was not shown to you here; it was not done.")
    if any(UNSTORABLE in text for pair in request.form.items(multi=True) for text in pair):
        raise BadRequest("A field holds characters that can't be stored.")


def key() -> str | None:
    """The form's own key, which makes a second click on its button the same request."""
    return request.form.get(KEY)


def version() -> int:
    """The version the form was filled in from. Raises PreconditionRequired."""
    sent = request.form.get(VERSION, "")
    if not DIGITS.match(sent):
        raise PreconditionRequired("This form doesn't say which version it shows. Load it again.")
    return int(sent)


def _token(browser: str, staff_id: uuid.UUID) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    said = f"form:{browser}:{staff_id}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()


def _browser() -> str:
    """The random name of this browser; it says nothing about who uses it."""
    known = request.cookies.get(_cookie_name()) or g.get("browser")
    if known:
        return str(known)
    g.browser, secure = secrets.token_urlsafe(32), bool(current_app.config["PRODUCTION"])

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            _cookie_name(), g.browser, path="/", secure=secure, httponly=True, samesite="Strict"
        )
        return response

    return str(g.browser)


def _cookie_name() -> str:
    return PRODUCTION_COOKIE if current_app.config["PRODUCTION"] else LOCAL_COOKIE
