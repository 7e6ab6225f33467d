"""Do the fixtures themselves keep their promises?"""

from __future__ import annotations

import socket

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from intake.models import Site
from tests.support.databases import Database


def test_a_socket_to_the_outside_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(PermissionError):
        outside.connect(("192.0.2.1", 443))


def test_the_session_is_the_api_role_at_its_site(session: Session) -> None:
    found = session.execute(text("SELECT current_user, current_site()")).one()

    assert found == ("intake_api", session.info["site"])


def test_a_commit_of_a_service_is_gone_after_the_test(session: Session, database: Database) -> None:
    session.commit()
    session.rollback()

    assert session.get(Site, session.info["site"]) is not None
    with database.connect(database.superuser_url) as connection:
        assert connection.execute("SELECT count(*) FROM sites").fetchone() == (0,)
