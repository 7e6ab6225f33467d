"""Who signs in, in tests of signing in: somebody with a password and, mostly, a second factor."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from functools import cache

import pyotp
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from intake import clock
from intake.crypto import Keyring
from intake.models import Membership, Staff
from intake.services import passwords
from tests.support.web import TestSite, Web

PASSWORD = "seven quiet herons at dusk"


@dataclass
class Account:
    """Somebody who can sign in; every call to `code` gives one that wasn't used yet."""

    web: Web
    email: str
    secret: str
    staff_id: uuid.UUID
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        """A browser of their own."""
        self.client = self.web.app.test_client()

    def another(self) -> Account:
        """The same person at another computer."""
        return Account(self.web, self.email, self.secret, self.staff_id)

    def give_password(self, password: str = PASSWORD) -> TestResponse:
        """The first step."""
        body = {"email": self.email, "password": password}
        return self.client.post("/api/v1/session", json=body)

    def show(self, **proof: str) -> TestResponse:
        """The second step."""
        return self.client.post("/api/v1/session/mfa", json=proof)

    def code(self) -> str:
        """The present code, as if the last one had been used long ago."""
        self.web.run("UPDATE staff SET last_totp_counter = NULL WHERE id = :i", i=self.staff_id)
        return pyotp.TOTP(self.secret).now()

    def sign_in(self) -> Account:
        """Both steps."""
        assert self.give_password().status_code == 201
        assert self.show(code=self.code()).status_code == 201
        return self

    def token(self) -> str:
        """What the browser holds."""
        cookie = self.client.get_cookie("intake")
        assert cookie is not None
        return cookie.value

    def reaches(self, path: str = "/api/v1/me") -> int:
        """The status of a read."""
        return self.client.get(path).status_code


def account(
    web: Web, site: TestSite, *, second_factor: bool = True, role: str = "counsellor"
) -> Account:
    """Somebody of a role whose password is PASSWORD."""
    secret = pyotp.random_base32()
    keyring: Keyring = web.app.config["KEYS"].current()
    with Session(web.judge) as session, session.begin():
        staff = Staff(
            email=f"{uuid.uuid4()}@example.com",
            display_name="Sam",
            password_hash=_hashed(),
        )
        if second_factor:
            staff.totp_secret = keyring.application_vault().seal(
                "staff.totp_secret", staff.id, secret
            )
            staff.totp_confirmed_at = clock.machine_now()
        session.add(staff)
        session.flush()
        session.add(Membership(site_id=site.id, staff_id=staff.id, role=role))
        return Account(web, staff.email, secret, staff.id)


@cache
def _hashed() -> str:
    """PASSWORD, hashed once: everybody here has it."""
    return passwords.hash_password(PASSWORD)
