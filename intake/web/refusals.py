"""What does a person see who is refused? The form again with what was typed, or a page that helps.

The API answers problem documents; pages answer in words. The status codes are the same, and so is
the request's id, which stands on the page and in the log.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, g, make_response, redirect, request, url_for
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Response

from intake import errors
from intake.http import errors as problems
from intake.http import forms, limits
from intake.web import refusal_words, words
from intake.web.forms import SECRETS
from intake.web.pages import is_for_part, plain

#: After these the form is shown again; a screen may name more (`again_on`).
AGAIN: tuple[type[errors.IntakeError], ...] = (
    errors.ValidationFailed,
    errors.Conflict,
    errors.PreconditionFailed,
    errors.RateLimited,
)
#: Addresses of the API answer as the API does, to whomever.
MACHINES = ("/api/", "/static/", "/problems/", "/callbacks/")
WRITES = ("POST",)
EMERGENCY = "console.break_glass.new"
SIGN_IN, CODE, SITES = "console.session.sign_in", "console.second_factor.show", "console.sites.show"
OK, UNAUTHORIZED = 200, 401


def install(app: Flask) -> None:
    """Answer errors as pages where a page was asked for; everything else stays as it is."""
    app.register_error_handler(errors.IntakeError, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(Exception, _unexpected)


def _refused(error: errors.IntakeError) -> Response:
    if not _wants_page():
        return problems.from_error(error)
    view: Any = current_app.view_functions.get(request.endpoint or "")
    again = (*AGAIN, *getattr(view, "again_on", ()))
    if request.method in WRITES and isinstance(error, again) and "refusal" not in g:
        return _form_again(error, str(getattr(view, "field", "")))
    return _elsewhere(error) or _page(error)


def _too_many(error: RateLimitExceeded) -> Response:
    del error
    return _refused(limits.refusal())


def _http_error(error: HTTPException) -> Response:
    document = problems.from_http(error)
    if not _wants_page():
        return document
    slug = problems.slug_of_status(error.code)
    return _error_page(slug, document, "")


def _unexpected(error: Exception) -> Response:
    document = problems.unexpected(error)
    return _error_page("internal-error", document, "") if _wants_page() else document


def _wants_page() -> bool:
    """Whether a person is looking: a page's own address, or an unknown one asked for as a page."""
    if forms.is_page():
        return True
    if request.path.startswith(MACHINES) or request.endpoint is not None:
        return False
    accepted = request.accept_mimetypes
    return accepted.provided and accepted.quality("text/html") > accepted.quality(
        "application/json"
    )


def _form_again(error: errors.IntakeError, field: str) -> Response:
    """The page at the same address, with what was typed and what was wrong with it."""
    if isinstance(error, errors.RateLimited):
        g.wait = words.wait(error.retry_after)
    g.refusal, g.refused_field = error, field
    try:
        endpoint, values = current_app.url_map.bind_to_environ(request.environ).match(method="GET")
        shown = make_response(current_app.view_functions[endpoint](**values))
    except (NotFound, MethodNotAllowed):
        return _page(error)
    except errors.IntakeError as other:
        return _elsewhere(other) or _page(other)
    if not _holds_what_was_typed(shown):
        return _page(error)
    document = problems.from_error(error)
    shown.status_code = document.status_code
    if "Retry-After" in document.headers:
        shown.headers["Retry-After"] = document.headers["Retry-After"]
    return shown


def _holds_what_was_typed(shown: Response) -> bool:
    """Whether the page still asks for what was sent: an alert closed meanwhile takes no note."""
    page = shown.get_data(as_text=True) if shown.status_code == OK else ""
    return bool(page) and all(f'name="{name}"' in page for name, _ in _typed())


def _typed() -> list[tuple[str, str]]:
    """The fields that were filled in; not what the form sends of its own, and no secret."""
    return [
        (name, text)
        for name, text in request.form.items(multi=True)
        if text and not name.startswith("_") and name.rpartition(".")[2] not in SECRETS
    ]


def _elsewhere(error: errors.IntakeError) -> Response | None:
    """Where to prove who one is or to say where one works; None when that isn't what is missing."""
    if isinstance(error, errors.SiteNeeded):
        target = SITES
    elif isinstance(error, errors.AuthenticationRequired):
        target = CODE if isinstance(error, errors.MfaRequired) else SIGN_IN
    else:
        return None
    if is_for_part():
        # The page stays where it is; its script asks to sign in and then goes on.
        response = _error_page(problems.slug_of(error), problems.from_error(error), "")
        response.status_code = UNAUTHORIZED
        return response
    if request.method in WRITES and not request.path.startswith("/sign-"):
        return _kept(target)
    return redirect(url_for(target, next=_here()), 303)


def _kept(target: str) -> Response:
    """Something is missing to be let in: keep everything, get it beside this page, send again."""
    sent = [(name, value) for name, value in request.form.items(multi=True)]
    return plain(
        "errors/kept.html",
        status=UNAUTHORIZED,
        sent=sent,
        address=request.path,
        said=refusal_words.MISSING[target],
        target=url_for(target),
    )


def _page(error: errors.IntakeError) -> Response:
    said = " ".join(one.message for one in error.fields) or error.detail
    return _error_page(problems.slug_of(error), problems.from_error(error), said)


def _error_page(slug: str, document: Response, detail: str) -> Response:
    """What happened, what to do now, and the request's id."""
    said = refusal_words.REFUSALS.get(slug, refusal_words.REFUSALS["internal-error"])
    retry = document.headers.get("Retry-After", "")
    response = plain(
        "errors/refusal.html",
        status=document.status_code,
        said=said,
        detail=detail if slug in refusal_words.TELLING else "",
        wait=words.wait(int(retry)) if retry.isdecimal() else "",
        request_id=str(g.get("request_id", "")),
        emergency=_emergency(slug),
        kept=[]
        if slug in refusal_words.SILENT
        else [(words.field(n), text) for n, text in _typed()],
    )
    for name in ("Retry-After", "Allow"):
        if name in document.headers:
            response.headers[name] = document.headers[name]
    return response


def _emergency(slug: str) -> str:
    """Where a colleague's case is opened in an emergency; empty when that isn't what is missing."""
    case_id = (request.view_args or {}).get("case_id")
    if slug != "break-glass-required" or case_id is None:
        return ""
    return url_for(EMERGENCY, case_id=case_id)


def _here() -> str | None:
    """The page to come back to; never what was sent to it."""
    if request.method != "GET" or request.path == "/":
        return None
    query = urlencode(list(request.args.items(multi=True)))
    return f"{request.path}?{query}" if query else request.path
