"""How a command reaches the database: settings, keys, one transaction, its audit context."""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from intake import clock, config, database
from intake.crypto import FileKeys, Keyring
from intake.embedded.state import adopt_local_stack
from intake.services import audit


@cache
def settings() -> config.Settings:
    """Settings of this command; without any, those of the stack that `make run` made."""
    adopt_local_stack()
    return config.load()


@cache
def engine() -> Engine:
    """Connections as intake_api."""
    return database.make_engine(settings().require("database_url"))


@cache
def keys() -> FileKeys:
    """Where the keys of this installation come from."""
    return FileKeys(settings().require_path("keys_file"))


def keyring() -> Keyring:
    """The keys of this installation."""
    return keys().current()


@cache
def worker_engine() -> Engine:
    """Connections as intake_worker."""
    return database.make_engine(settings().require("worker_database_url"))


@contextmanager
def transaction(site: uuid.UUID | None = None) -> Iterator[Session]:
    """One transaction as intake_api, recorded as `system`; at a site, or at none."""
    with _recorded(engine(), site) as session:
        yield session


@contextmanager
def worker_transaction() -> Iterator[Session]:
    """One transaction as intake_worker, recorded as `system`."""
    with _recorded(worker_engine()) as session:
        yield session


@contextmanager
def _recorded(chosen: Engine, site: uuid.UUID | None = None) -> Iterator[Session]:
    """One transaction whose events name the operating-system user as the client."""
    with database.transaction(
        chosen,
        keyring(),
        site=site,
        production=settings().is_production,
        before_commit=audit.write,
    ) as session:
        audit.begin(
            session,
            audit.Context(
                request_id=clock.uuid7(),
                service="cli",
                agent_role="system",
                occurred_at=database.clinic_now(session),
                agent_client=getpass.getuser(),
                site_id=site,
                purpose="HOPERAT",
            ),
        )
        yield session
