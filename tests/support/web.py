"""How does a test talk to the API? As one person of one role, at a site of its own.

The application runs in this process against a cloned database with real commits. Statements are
counted by the product's own rule: everything but BEGIN, COMMIT, ROLLBACK and SAVEPOINT.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from intake.access import Role
from intake.app import create_app
from intake.config import Settings
from intake.http.extensions import db
from intake.models import ClinicClock, Membership, Site, Staff, StaffSession
from tests.support.databases import Database

#: Of no password: these people are signed in without one.
NO_PASSWORD = "!"
#: The database or the trail was away, or a body was refused before anybody was asked for.
NOTHING_DONE = (400, 405, 413, 415, 503)
UNCOUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Web:
    """The application and a way around its front door, for arranging and judging."""

    app: Flask
    #: As administrator of the cluster: sees every row.
    judge: Engine

    def site(self, **changes: str) -> TestSite:
        """A new site with nobody in it."""
        values = {
            "name": f"Clinic {uuid.uuid4()}",
            "time_zone": "Europe/London",
            "phone": "+441632960000",
            "sender_name": "Clinic",
        }
        with Session(self.judge) as session, session.begin():
            site = Site(**values | changes)
            session.add(site)
            session.flush()
            return TestSite(self, site.id)

    def rows(self, query: str, **values: object) -> list[Any]:
        """Rows as the administrator of the cluster sees them."""
        with self.judge.connect() as connection:
            return list(connection.execute(text(query), values).all())

    def run(self, query: str, **values: object) -> None:
        """Change something behind the application's back."""
        with self.judge.begin() as connection:
            connection.execute(text(query), values)

    def set_clinic_time(self, moment: dt.datetime) -> None:
        """Make clinic time be `moment` now."""
        with Session(self.judge) as session, session.begin():
            session.query(ClinicClock).delete()
            session.add(ClinicClock(shift=moment - dt.datetime.now(dt.UTC)))


@dataclass(frozen=True)
class TestSite:
    """One site; `person(role)` gives somebody who works there."""

    __test__ = False
    web: Web
    id: uuid.UUID

    def person(self, role: Role | str) -> Caller:
        """Somebody new of that role, signed in."""
        with Session(self.web.judge) as session, session.begin():
            staff = Staff(
                email=f"{uuid.uuid4()}@example.com",
                display_name="Sam Test",
                password_hash=NO_PASSWORD,
            )
            session.add(staff)
            session.flush()
            session.add(Membership(site_id=self.id, staff_id=staff.id, role=str(role)))
            token, now = secrets.token_urlsafe(32), dt.datetime.now(dt.UTC)
            session.add(
                StaffSession(
                    token_hash=hashlib.sha256(token.encode()).digest(),
                    staff_id=staff.id,
                    created_at=now,
                    seen_at=now,
                    mfa_at=now,
                )
            )
            staff_id = staff.id
        client = self.web.app.test_client()
        client.set_cookie("intake", token)
        return Caller(client, staff_id, self)


@dataclass
class Caller:
    """One person at a site, calling the API."""

    client: FlaskClient
    staff_id: uuid.UUID
    site: TestSite
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Read."""
        return self._seen(self.client.get(_full(path), headers=self.headers | _named(headers)))

    def post(self, path: str, body: object = None, **headers: str) -> TestResponse:
        """Create, with a fresh Idempotency-Key unless one is given."""
        named = {"Idempotency-Key": str(uuid.uuid4())} | self.headers | _named(headers)
        return self._seen(self.client.post(_full(path), json=body, headers=named))

    def patch(self, path: str, body: object, *, version: int, **headers: str) -> TestResponse:
        """Change what was read at `version`."""
        named = {"If-Match": f'"{version}"'} | self.headers | _named(headers)
        return self._seen(self.client.patch(_full(path), json=body, headers=named))

    def put(self, path: str, body: object, *, version: int, **headers: str) -> TestResponse:
        """Replace what was read at `version`."""
        named = {"If-Match": f'"{version}"'} | self.headers | _named(headers)
        return self._seen(self.client.put(_full(path), json=body, headers=named))

    def delete(self, path: str, *, version: int, **headers: str) -> TestResponse:
        """End what was read at `version`."""
        named = {"If-Match": f'"{version}"'} | self.headers | _named(headers)
        return self._seen(self.client.delete(_full(path), headers=named))

    def act(self, path: str, body: object = None, *, version: int, **headers: str) -> TestResponse:
        """Do something to what was read at `version`."""
        named = {"If-Match": f'"{version}"'} | self.headers | _named(headers)
        return self._seen(self.client.post(_full(path), json=body, headers=named))

    def _seen(self, response: TestResponse) -> TestResponse:
        """Whatever was done or refused left its event: true of every request of every test."""
        if response.status_code not in NOTHING_DONE:
            request_id = response.headers["X-Request-Id"]
            events = self.site.web.rows(
                "SELECT 1 FROM audit_events WHERE request_id = :r", r=request_id
            )
            assert events, f"{response.request.path} left no event"
        return response


@pytest.fixture(scope="module")
def web(module_database: Database) -> Iterator[Web]:
    """The application on a database of this file's own."""
    with serving(module_database) as served:
        yield served


@pytest.fixture
def site(web: Web) -> TestSite:
    """A site of this test's own."""
    return web.site()


@contextmanager
def serving(database: Database) -> Iterator[Web]:
    """The application on that database; its connections are closed at the end."""
    environment = database.environment
    settings = Settings(
        environment="test",
        database_url=database.api_url,
        keys_file=Path(environment["INTAKE_KEYS_FILE"]),
        secret_key_file=Path(environment["INTAKE_SECRET_KEY_FILE"]),
        public_url=environment["INTAKE_PUBLIC_URL"],
    )
    app = create_app(settings)
    judge = create_engine(database.superuser_url)
    yield Web(app, judge)
    judge.dispose()
    with app.app_context():
        db.engine.dispose()


@contextmanager
def counted(web: Web) -> Iterator[list[str]]:
    """The statements the application sends inside the block."""
    sent: list[str] = []

    def count(*arguments: Any) -> None:
        statement: str = arguments[2]
        if not statement.upper().startswith(UNCOUNTED):
            sent.append(" ".join(statement.split()))

    with web.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", count)


def expect_problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal, checked for its shape."""
    body = response.get_json(force=True)
    assert (response.status_code, body.get("code")) == (status, code), body
    assert response.content_type == "application/problem+json"
    assert body["type"] == f"/problems/{code}"
    assert body["request_id"] == response.headers["X-Request-Id"]
    assert isinstance(body, dict)
    return body


def pointers(body: dict[str, Any]) -> set[str]:
    """Which fields a problem document names."""
    return {one["pointer"] for one in body["errors"]}


def _full(path: str) -> str:
    return path if path.startswith(("/healthz", "/readyz", "/openapi")) else f"/api/v1{path}"


def _named(headers: dict[str, str]) -> dict[str, str]:
    """`if_match` as If-Match."""
    return {name.replace("_", "-").title(): value for name, value in headers.items()}
