"""What every request passes before a view: identity of the request, JSON, origin, headers."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from flask import Flask, Request, current_app, g, request
from werkzeug.wrappers import Response

from intake import clock
from intake.errors import BadRequest, FieldError, ValidationFailed
from intake.http import bearer, forms
from intake.http.errors import Problem

MAX_BODY_BYTES = 256 * 1024
#: Who hasn't signed in has nothing long to say.
MAX_STRANGER_BYTES = 32 * 1024
MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_DIGITS = 18
BAD_TEXT = "Remove U+0000 and lone surrogates."
BAD_KEY = "Remove U+0000 and lone surrogates from the names of its fields."
TOO_LARGE = f"Send a whole number of at most {MAX_DIGITS} digits, or a decimal below 1e308."
LIMIT = "At most {} KB are taken here."
ELSEWHERE = "A page of another site sent this; it was not done."
JSON = ("application/json", "application/problem+json")
OK = 200
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
SAME_ORIGIN = frozenset({"same-origin", "none"})
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    ),
}
#: Where there is TLS in front, a browser keeps to it for a year.
TLS_ONLY = "max-age=31536000"


class IntakeRequest(Request):
    """A request whose JSON is read once and strictly."""

    max_content_length = MAX_BODY_BYTES

    def whole_body(self) -> bytes:
        """The body. Raises Problem when one without a length was cut off at the limit."""
        body = self.get_data(cache=True)
        if self.content_length is None and len(body) >= self.max_content_length:
            raise Problem("body-too-large", LIMIT.format(self.max_content_length // 1024))
        return body


def strict_json(body: bytes) -> Any:
    """Read JSON as few parsers do: UTF-8 only, unique keys, bounded, no NaN.

    Raises Problem for what is no such JSON, ValidationFailed naming a value that can't be kept.
    """
    try:
        parsed = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_whole,
            parse_float=float,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Problem(
            "malformed-json", "The body is not JSON in UTF-8; check commas, quotes and braces."
        ) from error
    _measure(parsed)
    return parsed


def install(app: Flask) -> None:
    """Put the front door before every view."""
    app.request_class = IntakeRequest
    app.before_request(_enter)
    app.after_request(_leave)


def _enter() -> None:
    """Name the request; refuse what we can't answer, can't store or that another site sent."""
    g.request_id = clock.uuid7()
    view = current_app.view_functions.get(request.endpoint or "")
    _refuse_other_media(view)
    _refuse_bad_characters()
    if request.method not in WRITES:
        return
    _refuse_long_body(view)
    is_page = bool(getattr(view, "is_page", False))
    if is_page:
        _read_form()
    elif request.content_length and request.mimetype != "application/json":
        raise Problem("unsupported-media-type", "Send Content-Type: application/json.")
    if bearer.was_sent() and not is_page and getattr(view, "permission", None) is not None:
        return  # no page of another site can add a key, and the cookie isn't looked at
    _refuse_other_origin(is_page=is_page)


def _read_form() -> None:
    """Keep the body of a form, for its fingerprint. Raises Problem when it is something else."""
    if request.mimetype != forms.MEDIA:
        raise Problem("unsupported-media-type", "Send the page's own form.")
    if isinstance(request, IntakeRequest):
        request.whole_body()


def _refuse_other_origin(*, is_page: bool) -> None:
    """What a browser says about where a write comes from, when it says so."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None and fetch_site not in SAME_ORIGIN:
        raise Problem("csrf", ELSEWHERE)
    origin = request.headers.get("Origin")
    # Under Referrer-Policy: no-referrer a browser sends "null" with a form of our own page.
    if is_page and origin == "null" and fetch_site == "same-origin":
        return
    if origin is not None and origin.partition("://")[2] != request.host:
        raise Problem("csrf", ELSEWHERE)


def _refuse_other_media(view: object) -> None:
    """406 for somebody who takes nothing we have; a view may name what else it `serves`."""
    accepted = request.accept_mimetypes
    if view is None or not accepted.provided:
        return
    if not any(accepted.quality(one) > 0 for one in (*JSON, *getattr(view, "serves", ()))):
        raise Problem("not-acceptable", "Leave Accept out, or accept application/json.")


def _refuse_bad_characters() -> None:
    """400 for a parameter with characters that no value of ours can have."""
    for name, value in request.args.items(multi=True):
        if any(not letter.isprintable() or letter == "\ufffd" for letter in name + value):
            known = name[:40] if name.isidentifier() and name.isascii() else "?"
            raise BadRequest(f"The parameter {known} holds control characters or isn't UTF-8.")


def _refuse_long_body(view: object) -> None:
    """413 before a byte is read; a body without a length is cut off at the same place."""
    stranger = view is not None and getattr(view, "permission", None) is None
    limit = MAX_STRANGER_BYTES if stranger else MAX_BODY_BYTES
    request.max_content_length = limit
    if (request.content_length or 0) > limit:
        raise Problem("body-too-large", LIMIT.format(limit // 1024))


def _leave(response: Response) -> Response:
    """Headers that every answer carries; 304 for somebody who has this version already."""
    if response.status_code == OK and "ETag" in response.headers and g.get("is_whole"):
        response.make_conditional(request)
    response.headers["X-Request-Id"] = str(g.get("request_id", ""))
    if g.get("is_test"):
        response.headers["Test-Key"] = "nothing-kept"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["PRODUCTION"]:
        response.headers["Strict-Transport-Security"] = TLS_ONLY
    return response


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem("malformed-json", "A key stands twice in one object; keep one.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise Problem("malformed-json", f"{name} is not JSON.")


def _whole(digits: str) -> int | float:
    """A whole number; infinity, which no JSON can say, for one with too many digits."""
    return int(digits) if len(digits.lstrip("-")) <= MAX_DIGITS else math.inf


def _measure(parsed: Any) -> None:
    """Refuse what is too deep, too much or can't be stored, without recursion."""
    waiting, nodes = [(parsed, 1, "")], 0
    while waiting:
        value, depth, pointer = waiting.pop()
        nodes += 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise Problem(
                "malformed-json", f"At most {MAX_DEPTH} levels and {MAX_NODES} values are taken."
            )
        if isinstance(value, dict):
            if any(_is_unstorable(name) for name in value):
                raise ValidationFailed(FieldError(pointer or "/", "bad_character", BAD_KEY))
            waiting.extend((item, depth + 1, f"{pointer}/{key}") for key, item in value.items())
        elif isinstance(value, list):
            waiting.extend((item, depth + 1, f"{pointer}/{n}") for n, item in enumerate(value))
        elif isinstance(value, str) and _is_unstorable(value):
            raise ValidationFailed(FieldError(pointer or "/", "bad_character", BAD_TEXT))
        elif isinstance(value, float) and math.isinf(value):
            raise ValidationFailed(FieldError(pointer or "/", "number_too_large", TOO_LARGE))


def _is_unstorable(text: str) -> bool:
    """NUL and lone surrogates: JSON can say them, UTF-8 and PostgreSQL can't."""
    return "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text)
