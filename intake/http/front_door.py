"""What every request passes before a view: identity of the request, JSON, origin, headers."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn
from urllib.parse import urlsplit

from flask import Flask, Request, g, request
from werkzeug.wrappers import Response

from intake import clock
from intake.http.errors import Problem

MAX_BODY_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_DIGITS = 18
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
SAME_ORIGIN = frozenset({"same-origin", "none"})
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class IntakeRequest(Request):
    """A request whose JSON is read once and strictly."""

    max_content_length = MAX_BODY_BYTES


def strict_json(body: bytes) -> Any:
    """Read JSON as few parsers do: UTF-8 only, unique keys, bounded, no NaN. Raises Problem."""
    try:
        parsed = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_short_int,
            parse_float=_finite,
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
    """Name the request; refuse writes that a page of another site sent or that aren't JSON."""
    g.request_id = clock.uuid7()
    if request.method not in WRITES:
        return
    if request.content_length and request.mimetype != "application/json":
        raise Problem("unsupported-media-type", "Send Content-Type: application/json.")
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None and fetch_site not in SAME_ORIGIN:
        raise Problem("csrf", "A page of another site sent this; it was not done.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Problem("csrf", "A page of another site sent this; it was not done.")


def _leave(response: Response) -> Response:
    """Headers that every answer carries."""
    response.headers["X-Request-Id"] = str(g.get("request_id", ""))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem("malformed-json", "A key stands twice in one object; keep one.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise Problem("malformed-json", f"{name} is not JSON.")


def _short_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise Problem("malformed-json", f"A number has more than {MAX_DIGITS} digits.")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise Problem("malformed-json", "A number is too large.")
    return value


def _measure(parsed: Any) -> None:
    """Refuse what is nested too deep or holds too much, without recursion."""
    waiting, nodes = [(parsed, 1)], 0
    while waiting:
        value, depth = waiting.pop()
        nodes += 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise Problem(
                "malformed-json", f"At most {MAX_DEPTH} levels and {MAX_NODES} values are taken."
            )
        if isinstance(value, dict):
            waiting.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list):
            waiting.extend((item, depth + 1) for item in value)
