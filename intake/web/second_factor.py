"""The second step of signing in: a code, a recovery code, and the set-up of an authenticator."""

from __future__ import annotations

import segno
from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from intake.errors import MfaRequired
from intake.http import auth
from intake.http.limits import per_address
from intake.http.unit_of_work import half_signed_in, signed_in
from intake.schemas.session import MfaIn
from intake.services import second_factor
from intake.web import addresses, forms, pages
from intake.web.screens import Screen

blp = Screen("second_factor", __name__)
HOME = "console.home.show"
QR_SCALE, QR_BORDER, GROUP = 5, 4, 4


@blp.page("/sign-in/code")
@half_signed_in
def show() -> Response:
    """The six digits of the authenticator."""
    return _step("session/code.html")


@blp.form("/sign-in/code", again_on=(MfaRequired,), field="code", keeps=False)
@per_address
@half_signed_in
def check() -> Response:
    """A code opens everything else; the first one after a set-up shows the recovery codes."""
    code = "".join(forms.text("code").split())
    return _enter(forms.load(MfaIn(), code=code))


@blp.page("/sign-in/recovery")
@half_signed_in
def show_recovery() -> Response:
    """One of the codes written down at the set-up."""
    return _step("session/recovery.html")


@blp.form("/sign-in/recovery", again_on=(MfaRequired,), field="recovery_code", keeps=False)
@per_address
@half_signed_in
def check_recovery() -> Response:
    """A recovery code opens everything else, once."""
    return _enter(forms.load(MfaIn(), recovery_code=forms.text("recovery_code")))


@blp.page("/sign-in/set-up")
@half_signed_in
def explain() -> Response:
    """What an authenticator is, before the secret is shown once."""
    return _step("session/set_up.html")


@blp.form("/sign-in/set-up", keeps=False)
@per_address
@half_signed_in
def make_secret() -> Response:
    """The secret as a picture and as text; a code made with it is the next step."""
    work = signed_in()
    made = second_factor.set_up(work.session, work.staff_id)
    picture = segno.make(made.uri, micro=False).svg_inline(
        scale=QR_SCALE, border=QR_BORDER, svgclass="qr", lineclass=None, omitsize=True
    )
    groups = [made.secret[at : at + GROUP] for at in range(0, len(made.secret), GROUP)]
    return pages.plain(
        "session/secret.html",
        form=forms.form(),
        next=addresses.wanted(),
        picture=picture,
        secret=" ".join(groups),
    )


def _step(template: str) -> Response:
    """A step that shows its form, with how long to wait after too many tries."""
    return pages.plain(
        template,
        form=forms.form(),
        next=addresses.wanted(),
        wait=g.get("wait", ""),
        is_set_up="_set_up" in request.form,
    )


def _enter(given: dict[str, str]) -> Response:
    """Show the second factor; the browser gets another token."""
    work = signed_in()
    shown = second_factor.show(work.session, auth.token_hash(), staff_id=work.staff_id, **given)
    auth.hand_over(shown.token)
    following = addresses.wanted() or url_for(HOME)
    if shown.recovery_codes:
        response = pages.plain(
            "session/recovery_codes.html", codes=shown.recovery_codes, following=following
        )
    else:
        response = redirect(following, 303)
    # Whoever sat here before may have worked at another site.
    response.delete_cookie(auth.SITE_COOKIE, path="/")
    return response
