"""At which of their sites does a person work just now?"""

from __future__ import annotations

import uuid

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from intake.errors import FieldError, ValidationFailed
from intake.http import auth
from intake.http.unit_of_work import own, signed_in
from intake.services import sign_in
from intake.web import addresses, forms, pages, words
from intake.web.screens import Screen

blp = Screen("sites", __name__)


@blp.page("/sites")
@own
def show() -> Response:
    """Every site of this person, to choose one."""
    work = signed_in()
    person = sign_in.person_and_sites(work.session, work.staff_id)
    return pages.plain(
        "session/sites.html",
        form=forms.form({"site_id": request.cookies.get(auth.SITE_COOKIE, "")}),
        next=addresses.wanted(),
        sites=[(str(one.id), one.name, words.role(one.role)) for one in person.sites],
    )


@blp.form("/sites", keeps=False)
@own
def choose() -> Response:
    """Work at this site from now on, in this browser; nothing is mixed between sites."""
    work = signed_in()
    chosen = _chosen(
        {one.id for one in sign_in.person_and_sites(work.session, work.staff_id).sites}
    )
    following = addresses.wanted() or url_for("console.home.show", done="site_chosen")
    response = redirect(following, 303)
    response.set_cookie(
        auth.SITE_COOKIE,
        str(chosen),
        path="/",
        secure=bool(current_app.config["PRODUCTION"]),
        httponly=True,
        samesite="Strict",
    )
    return response


def _chosen(mine: set[uuid.UUID]) -> uuid.UUID:
    """The site chosen. Raises ValidationFailed when it is none of one's own."""
    said = forms.text("site_id")
    found = next((one for one in mine if str(one) == said), None)
    if found is None:
        raise ValidationFailed(FieldError("/site_id", "unknown", "Choose one of your sites."))
    return found
