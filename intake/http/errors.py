"""How refusals look on the wire: RFC 9457 problem documents, the only place with status codes."""

from __future__ import annotations

import json
import tomllib
import traceback
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import structlog
from flask import Flask, g, make_response
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from intake import errors

SLUGS: dict[type[errors.IntakeError], str] = {
    errors.BadRequest: "bad-request",
    errors.AuthenticationRequired: "authentication-required",
    errors.MfaRequired: "mfa-required",
    errors.Forbidden: "forbidden",
    errors.BreakGlassRequired: "break-glass-required",
    errors.ConsentRequired: "consent-required",
    errors.NotFound: "not-found",
    errors.Conflict: "conflict",
    errors.LegalHoldStands: "legal-hold",
    errors.IntegrityBroken: "integrity-error",
    errors.Duplicate: "duplicate",
    errors.InvalidTransition: "invalid-transition",
    errors.PreconditionFailed: "precondition-failed",
    errors.PreconditionRequired: "precondition-required",
    errors.ValidationFailed: "validation-failed",
    errors.RateLimited: "rate-limited",
    errors.AuditUnavailable: "audit-unavailable",
    errors.Unavailable: "unavailable",
}
BY_STATUS = {
    400: "bad-request",
    401: "authentication-required",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "conflict",
    412: "precondition-failed",
    413: "body-too-large",
    414: "uri-too-long",
    415: "unsupported-media-type",
    422: "validation-failed",
    428: "precondition-required",
    429: "rate-limited",
    431: "headers-too-large",
    503: "unavailable",
}
KEPT_HEADERS = frozenset({"allow", "retry-after", "www-authenticate"})
RETRY_SECONDS = 2
log = structlog.get_logger()


class Problem(errors.IntakeError):
    """A refusal of the front door that has no meaning below HTTP; `slug` names it."""

    def __init__(self, slug: str, detail: str) -> None:
        super().__init__(detail)
        self.slug = slug


@cache
def registry() -> dict[str, dict[str, Any]]:
    """Every problem: slug -> status, title, help."""
    text = files("intake").joinpath("problems.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def slug_of(error: errors.IntakeError) -> str:
    """The slug of a refusal."""
    if isinstance(error, Problem):
        return error.slug
    return next(SLUGS[kind] for kind in type(error).__mro__ if kind in SLUGS)


def slug_of_status(code: int | None) -> str:
    """The slug of an error raised by the framework."""
    status = code or 500
    return BY_STATUS.get(status, "bad-request" if status < 500 else "internal-error")  # noqa: PLR2004 - HTTP's own classes


def from_error(error: errors.IntakeError) -> Response:
    """The problem document of a refusal."""
    if isinstance(error, errors.IntegrityBroken):
        log.error("a sealed value fails its check", request_id=str(g.get("request_id", "")))
    extra: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if error.fields:
        extra["errors"] = [
            {"pointer": one.pointer, "code": one.code, "message": one.message}
            for one in error.fields
        ]
    if isinstance(error, errors.Duplicate):
        extra["candidates"] = list(error.candidates)
    if isinstance(error, errors.BookingConflict):
        extra["conflicting"] = [str(one) for one in error.conflicting]
    if isinstance(error, errors.InvalidTransition):
        extra["missing"] = list(error.missing)
    if isinstance(error, errors.ConsentRequired):
        extra["reason"] = error.reason
    if isinstance(error, errors.PreconditionFailed) and error.current is not None:
        headers["ETag"] = f'"{error.current}"'
    if type(error) is errors.AuthenticationRequired:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.RateLimited):
        headers["Retry-After"] = str(error.retry_after)
    return problem(slug_of(error), error.detail, headers=headers, **extra)


def from_http(error: HTTPException) -> Response:
    """The problem document of an error raised by the framework."""
    slug = slug_of_status(error.code)
    kept = {name: value for name, value in error.get_headers() if name.lower() in KEPT_HEADERS}
    return problem(slug, str(registry()[slug]["help"]), headers=kept)


def problem(
    slug: str, detail: str, *, headers: Mapping[str, str] | None = None, **extra: Any
) -> Response:
    """One problem document; `extra` holds members of its own, such as errors or missing."""
    known = registry()[slug]
    request_id = str(g.get("request_id", ""))
    body = {
        "type": f"/problems/{slug}",
        "title": known["title"],
        "status": known["status"],
        "detail": detail,
        "instance": request_id,
        "code": slug,
        "request_id": request_id,
        **extra,
    }
    response = make_response(json.dumps(body, ensure_ascii=False), known["status"])
    response.headers.extend(headers or {})
    if known["status"] == 503:  # noqa: PLR2004 - HTTP's own number
        response.headers.setdefault("Retry-After", str(RETRY_SECONDS))
    response.content_type = "application/problem+json"
    return response


def install(app: Flask) -> None:
    """Answer every error as a problem document, unknown routes included."""
    app.register_error_handler(errors.IntakeError, from_error)
    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(Exception, unexpected)


def unexpected(error: Exception) -> Response:
    """Log class, place and request, never the values; tell the caller nothing more."""
    places = traceback.extract_tb(error.__traceback__)
    ours = [place for place in places if "/intake/" in place.filename] or places
    log.error(
        "unexpected error",
        error_class=type(error).__name__,
        at=f"{ours[-1].filename.rpartition('/intake/')[2]}:{ours[-1].lineno}",
        request_id=str(g.request_id),
    )
    return problem("internal-error", "Something went wrong on our side; nothing was saved.")
