"""A program that calls the API with a key of its own."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intake import clock
from intake.access import Actor, Role
from intake.models import Staff
from intake.services import api_keys, audit
from intake.services.api_keys import NewApiKey
from intake.services.members import NO_SESSION
from tests.support.web import Caller, TestSite

REFERRALS = ("client:create", "client:read", "intake:write", "intake:read", "case:read")
DAY = dt.timedelta(days=1)


@dataclass
class Program(Caller):
    """A caller with a key instead of a session."""

    token: str = ""

    @property
    def key_id(self) -> uuid.UUID:
        """The key, which is also whom it acts as."""
        return self.staff_id


def program(
    site: TestSite,
    *scopes: str,
    role: Role = Role.INTAKE_COORDINATOR,
    is_test: bool = False,
    lives: dt.timedelta = DAY,
) -> Program:
    """A program with a new key of this site, made as the service makes it."""
    until = clock.machine_now() + lives
    wanted = NewApiKey("Website", role.value, scopes or REFERRALS, until, is_test)
    with Session(site.web.judge) as session, session.begin():
        maker = Staff(email=f"{uuid.uuid4()}@example.com", display_name="Ada", password_hash="!")
        session.add(maker)
        session.flush()
        session.info["audit_events"] = []
        actor = Actor(maker.id, Role.ADMINISTRATOR, site.id, "Europe/London", NO_SESSION)
        made = api_keys.create(session, wanted, actor=actor, now=clock.machine_now())
    assert audit.collected(session)
    return holding(site, made.token, made.id)


def holding(site: TestSite, token: str, key_id: uuid.UUID) -> Program:
    """Whoever holds a token."""
    bearer = {"Authorization": f"Bearer {token}"}
    return Program(site.web.app.test_client(), key_id, site, bearer, token)


def order(**changes: object) -> dict[str, object]:
    """The body that asks for a key."""
    until = (clock.machine_now() + 30 * DAY).isoformat()
    body = {
        "name": "Website referrals",
        "role": "intake_coordinator",
        "scopes": ["intake:write", "case:read"],
        "expires_at": until,
    }
    return body | changes
