"""Is the process alive, can it serve, and what does it offer? Needs no session."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, current_app
from werkzeug.wrappers import Response

from intake import errors
from intake.http import openapi, unit_of_work
from intake.http.errors import registry
from intake.http.extensions import db
from intake.services import health

DOCUMENT = "intake-openapi"

blp = Blueprint("health", __name__)


@blp.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@blp.get("/readyz")
def readyz() -> tuple[dict[str, Any], int]:
    """Whether this process can serve: database, migration, keys; the rest only degrades."""
    session = db.session()
    try:
        checks = health.checks(session, head=current_app.config["SCHEMA_HEAD"])
    except unit_of_work.DATABASE_ERRORS:
        return {"status": "unavailable", "checks": {"database": {"ok": False}}}, 503
    finally:
        session.rollback()
    serving = all(check.ok for check in checks.values() if check.needed)
    wrong = [name for name, check in checks.items() if not check.ok]
    status = "unavailable" if not serving else "degraded" if wrong else "ok"
    shown = {name: asdict(check) for name, check in checks.items()}
    return {"status": status, "checks": shown}, 200 if serving else 503


@blp.get("/problems/<slug>")
def problem_page(slug: str) -> Response | dict[str, Any]:
    """What a problem means and how to fix it."""
    known = registry().get(slug)
    if known is None:
        raise errors.NotFound("problem")
    return {"type": f"/problems/{slug}", **known}


@blp.get("/openapi.json")
def openapi_json() -> dict[str, Any]:
    """The contract, OpenAPI 3.1."""
    if DOCUMENT not in current_app.extensions:
        current_app.extensions[DOCUMENT] = openapi.document(current_app)
    described: dict[str, Any] = current_app.extensions[DOCUMENT]
    return described
