"""How does a test get a database of its own, with the product's roles and row-level security on?

Real servers run below `.local/test` and stay there between runs. The product's own commands make
and migrate one template, named by what it is made of; each test clones it and drops the clone.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from intake.cli.database_roles import database_statements
from intake.embedded.environment import broker_url, environment
from intake.embedded.lock import exclusive
from intake.embedded.services import Services

ROOT = Path(__file__).resolve().parents[2]
STACK = ROOT / ".local" / "test"
# What the schema is made of; another content makes another template.
SOURCES = (
    "migrations/**/*.py",
    "migrations/**/*.sql",
    "intake/models/*.py",
    "intake/cli/d*.py",
)
# Templates of other work trees and branches are kept for a while: someone may be using one.
TEMPLATES_KEPT = 4


@dataclass(frozen=True, slots=True)
class Database:
    """One database and every setting of a process that uses it."""

    name: str
    #: As administrator of the cluster: bypasses row-level security, for arranging and judging only.
    superuser_url: str
    #: All settings, by the names of the environment.
    environment: dict[str, str]

    @property
    def api_url(self) -> str:
        """As intake_api."""
        return self.environment["DATABASE_URL"]

    @property
    def worker_url(self) -> str:
        """As intake_worker."""
        return self.environment["WORKER_DATABASE_URL"]

    @property
    def migrator_url(self) -> str:
        """As intake_migrator."""
        return self.environment["MIGRATION_DATABASE_URL"]

    def connect(self, url: str) -> psycopg.Connection[tuple[object, ...]]:
        """A plain driver connection to one of the URLs above; every statement commits.

        Nothing waits long for a lock: a test of concurrency fails instead of hanging.
        """
        return psycopg.connect(driver_url(url), autocommit=True, options="-c lock_timeout=10s")

    def run(self, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run `intake …` in this database's environment; `changes` are settings that differ."""
        return run_intake(*command, settings=self.environment | changes)


@pytest.fixture(scope="session")
def services() -> Services:
    """PostgreSQL and Valkey, running; the next run finds them running."""
    servers = Services(STACK, durable=False)
    servers.start()
    return servers


@pytest.fixture(scope="session")
def template(services: Services) -> str:
    """The name of a database that the product's own commands made and migrated."""
    return made_template(services)


@pytest.fixture
def database(services: Services, template: str) -> Iterator[Database]:
    """A migrated database of this test alone: commit as you like."""
    with cloned(services, template) as lent:
        yield lent


@pytest.fixture(scope="module")
def module_database(services: Services, template: str) -> Iterator[Database]:
    """One for all tests of a file that leave each other alone."""
    with cloned(services, template) as lent:
        yield lent


@pytest.fixture(scope="session")
def session_database(services: Services, template: str) -> Iterator[Database]:
    """One for all tests that commit nothing; `session` uses it."""
    with cloned(services, template) as lent:
        yield lent


@contextmanager
def running() -> Iterator[Services]:
    """The servers of the tests, outside of them; those that ran before go on afterwards."""
    servers = Services(STACK, durable=False)
    was_running = STACK.exists() and servers.running()
    servers.start()
    try:
        yield servers
    finally:
        if not was_running:
            servers.stop()


def made_template(services: Services) -> str:
    """Make the template unless it is there; its name."""
    name = f"template_{_digest()}"
    with exclusive(STACK / ".template.lock"), _administrator(services) as connection:
        known = _databases(connection, "template\\_%")
        if name not in known:
            _drop_leftovers(connection, known)
            build = f"building_{name}"
            _drop(connection, build)
            settings = environment(STACK, build, port=0) | {"INTAKE_ENV": "test"}
            for command in ("bootstrap", "upgrade"):
                finished = run_intake("db", command, settings=settings)
                assert finished.returncode == 0, finished.stderr
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(build), sql.Identifier(name)
                )
            )
    return name


@contextmanager
def cloned(services: Services, source: str) -> Iterator[Database]:
    """A copy of the database `source`, to which nobody may be connected; dropped at the end."""
    name = f"test_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    names = (sql.Identifier(name), sql.Identifier(source))
    with _administrator(services) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        for statement in database_statements(name):
            connection.execute(statement.encode())
        try:
            yield described(services, name)
        finally:
            _drop(connection, name)


def described(services: Services, name: str) -> Database:
    """The settings for a database of that name, whether or not it is there."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    settings = environment(STACK, name, port=0) | {
        "INTAKE_ENV": "test",
        # Parallel tests share Valkey: each process has a logical database of its own.
        "REDIS_URL": broker_url(STACK, 1 + int(worker) % 15),
    }
    return Database(name, services.superuser_url(name), settings)


def run_intake(
    *command: str, settings: dict[str, str], seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run `intake …` in a process of its own, with these settings and no others."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [str(Path(sys.executable).with_name("intake")), *command],
        cwd=ROOT,
        env=kept | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )


def driver_url(url: str) -> str:
    """SQLAlchemy's URL as the driver takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _administrator(services: Services) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(driver_url(services.superuser_url("postgres")), autocommit=True)


def _databases(connection: psycopg.Connection[tuple[object, ...]], pattern: str) -> list[str]:
    """Names like `pattern`, the oldest first."""
    found = connection.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid", (pattern,)
    )
    return [str(name) for (name,) in found]


def _drop(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def _drop_leftovers(
    connection: psycopg.Connection[tuple[object, ...]], templates: list[str]
) -> None:
    """Drop templates nobody has used for long, and clones of runs that were killed."""
    for name in templates[:-TEMPLATES_KEPT]:
        _drop(connection, name)
    for name in _databases(connection, "test\\_%"):
        if not Path("/proc", name.split("_")[1]).exists():
            _drop(connection, name)


def _digest() -> str:
    paths = sorted(path for source in SOURCES for path in ROOT.glob(source))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]
