"""How often may an address try to sign in, and an API key ask? Beside the lanes per name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

import structlog
from flask import Flask
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from intake import clock
from intake.errors import RateLimited
from intake.http import bearer
from intake.http.errors import from_error
from intake.http.extensions import limiter

log = structlog.get_logger()
F = TypeVar("F", bound=Callable[..., Any])
# A clinic behind one address, at nine in the morning; a stranger gets no further than that.
SIGN_IN = "60 per minute; 600 per hour"
IN_MEMORY = "memory://"
# A counter isn't worth waiting for.
QUICKLY = {"socket_connect_timeout": 0.25, "socket_timeout": 0.25}


def install(app: Flask, redis_url: str | None) -> None:
    """Count in Redis when there is one, otherwise in this process."""
    app.config.update(
        RATELIMIT_STORAGE_URI=storage_of(redis_url),
        RATELIMIT_STORAGE_OPTIONS=QUICKLY if redis_url else {},
        RATELIMIT_KEY_PREFIX="intake",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_SWALLOW_ERRORS=True,
    )
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _refused)
    app.after_request(_tell)


def storage_of(redis_url: str | None) -> str:
    """Where counts are kept; a socket is written as Celery writes it and read as redis-py does."""
    if redis_url is None:
        return IN_MEMORY
    parts = urlsplit(redis_url)
    if parts.scheme != "redis+socket":
        return redis_url
    number = parse_qs(parts.query).get("virtual_host", ["0"])[0]
    return f"redis+unix://{parts.netloc}{parts.path}?db={number}"


def per_address(view: F) -> F:
    """A view that an address may ask only so often; all such views share one count."""
    return cast("F", limiter.shared_limit(SIGN_IN, scope="sign-in")(view))


def refusal() -> RateLimited:
    """Too many requests, with the seconds until the count begins anew."""
    who = "with this API key" if bearer.was_sent() else "to sign in from this address"
    return RateLimited(f"Too many requests {who}.", retry_after=max(1, _seconds_left()))


def _refused(error: RateLimitExceeded) -> Response:
    """The problem document."""
    del error
    return from_error(refusal())


def _tell(response: Response) -> Response:
    """Tell a program how much it may still ask; where the count can't be read, nothing."""
    limit = limiter.current_limit
    if limit is None or not bearer.was_sent():
        return response
    try:
        left, seconds = limit.remaining, _seconds_left()
    except Exception as error:  # noqa: BLE001 - whatever the storage raises; the answer is ready
        log.warning("rate limit unreadable", error_class=type(error).__name__)
        return response
    response.headers["RateLimit-Limit"] = str(limit.limit.amount)
    response.headers["RateLimit-Remaining"] = str(left)
    response.headers["RateLimit-Reset"] = str(max(0, seconds))
    return response


def _seconds_left() -> int:
    """Until the count begins anew."""
    limit = limiter.current_limit
    return limit.reset_at - int(clock.machine_now().timestamp()) if limit else 0
