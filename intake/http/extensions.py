"""The extensions of the web process, as leaves that nothing of ours is imported by."""

from __future__ import annotations

from flask_limiter import ApplicationLimit, Limiter
from flask_limiter.util import get_remote_address
from flask_smorest import Api
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from intake.database import SiteSession
from intake.http import bearer, errors
from intake.models import Base

# Ten requests a second, all day: more than an honest program needs, less than a clinic would feel.
PER_KEY = "600 per minute"


class WebSession(SiteSession, FlaskSession):
    """The session of one request."""


class Rest(Api):  # type: ignore[misc] # flask-smorest publishes no types
    """flask-smorest with one difference: every error is a problem document."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer in the product's own shape."""
        return errors.from_http(error)


db = SQLAlchemy(
    metadata=Base.metadata,
    disable_autonaming=True,
    # Answers are made from what was written; nothing is read again after commit.
    # A row is flushed once, at the end: one statement per table, one version per change.
    session_options={"class_": WebSession, "expire_on_commit": False, "autoflush": False},
)
rest = Rest()
# Counts per address, or per API key for whoever sends one. Without Redis, or while it is away, each
# process counts for itself: a limit may be looser then, and the API never waits for it or goes down
# with it.
limiter = Limiter(
    key_func=get_remote_address,
    application_limits=[
        ApplicationLimit(
            PER_KEY,
            key_function=bearer.counted_as,
            scope="api-key",
            exempt_when=lambda: not bearer.was_sent(),
        )
    ],
)
