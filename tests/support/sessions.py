"""How does a service test get a session that knows its site and leaves nothing behind?

As the role of the process under test, in a transaction that is rolled back; what the test commits
or rolls back is a savepoint of it. Not for tests of row-level security, concurrency or the worker's
loop: those need real commits, and `database`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.orm import Session

from intake.crypto import Keyring, load_keyring
from intake.database import SET_SITE, SiteSession
from intake.models import Site
from tests.support.databases import Database


@pytest.fixture(scope="session")
def keyring(session_database: Database) -> Keyring:
    """The keys of all tests, read from a file as the product reads them."""
    return load_keyring(Path(session_database.environment["INTAKE_KEYS_FILE"]))


@pytest.fixture(scope="session")
def api_engine(session_database: Database) -> Iterator[Engine]:
    """Connections as intake_api to the database of tests that commit nothing."""
    engine = create_engine(session_database.api_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def worker_engine(session_database: Database) -> Iterator[Engine]:
    """The same as intake_worker."""
    engine = create_engine(session_database.worker_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(api_engine: Engine, keyring: Keyring) -> Iterator[Session]:
    """A session as intake_api, bound to a new site (`session.info["site"]`)."""
    with rolled_back(api_engine, keyring) as opened:
        site = Site(
            name="Test clinic",
            time_zone="Europe/London",
            phone="+441632960000",
            sender_name="Clinic",
        )
        opened.add(site)
        opened.flush()
        bind_site(opened, site.id)
        yield opened


@pytest.fixture
def worker_session(worker_engine: Engine, keyring: Keyring) -> Iterator[Session]:
    """A session as intake_worker without a site: it sees what is committed, so next to nothing."""
    with rolled_back(worker_engine, keyring) as opened:
        yield opened


@contextmanager
def rolled_back(engine: Engine, keys: Keyring) -> Iterator[Session]:
    """A session inside one transaction of its own, which is rolled back at the end."""
    with engine.connect() as connection, connection.begin() as transaction:
        with _joined(connection, keys) as opened:
            yield opened
        transaction.rollback()


def bind_site(session: Session, site: uuid.UUID) -> None:
    """Work at `site` from here on, as a request does after the door."""
    session.info["site"] = site
    session.execute(SET_SITE, {"site": str(site)})


def _joined(connection: Connection, keys: Keyring) -> SiteSession:
    """Like the sessions of `intake/database.py`, but on this connection's transaction."""
    session = SiteSession(
        connection,
        join_transaction_mode="create_savepoint",
        expire_on_commit=False,
        autoflush=False,
    )
    session.info.update(keyring=keys, site=None, production=False)
    return session
