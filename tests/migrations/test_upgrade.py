"""Do migrations lead up, down and up again to what the models say, one upgrader at a time?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from intake.cli.db import alembic_config, migrations
from intake.database import SCHEMA_HEAD
from intake.embedded.processes import wait_until
from intake.embedded.services import Services
from intake.models import Base
from tests.migrations.catalog import everything, shape
from tests.support.databases import ROOT, Database, cloned

WAITING = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
SQUAWK = Path(sys.executable).with_name("squawk")


def looked_at(database: Database) -> set[str]:
    with database.connect(database.superuser_url) as connection:
        return everything(connection)


def without_alembic(lines: set[str]) -> set[str]:
    return {line for line in lines if "alembic_version" not in line}


@pytest.fixture
def empty_database(services: Services) -> Iterator[Database]:
    """As `intake db bootstrap` leaves it."""
    with cloned(services, "template0") as empty:
        yield empty


def test_up_down_and_up_again_is_the_same(database: Database, empty_database: Database) -> None:
    first = looked_at(database)
    down = database.run("db", "downgrade", "base", "--yes")
    emptied = looked_at(database)
    up = database.run("db", "upgrade")

    assert (down.returncode, up.returncode) == (0, 0), down.stderr + up.stderr
    assert without_alembic(emptied) == without_alembic(looked_at(empty_database))
    assert looked_at(database) == first


def test_the_migrated_database_is_what_the_models_say(
    database: Database, empty_database: Database
) -> None:
    """Also what alembic doesn't compare: CHECKs, exclusion constraints, partial indexes."""
    engine = create_engine(empty_database.superuser_url)
    Base.metadata.create_all(engine)
    engine.dispose()

    with (
        database.connect(database.superuser_url) as migrated,
        database.connect(empty_database.superuser_url) as modelled,
    ):
        assert without_alembic(shape(migrated)) == shape(modelled)


def test_alembic_finds_no_drift(database: Database) -> None:
    checked = database.run("db", "check")

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.slow
def test_drift_is_found(database: Database) -> None:
    with database.connect(database.superuser_url) as connection:
        connection.execute("ALTER TABLE sites ADD COLUMN colour text")

    checked = database.run("db", "check")

    assert checked.returncode == 1
    assert "colour" in checked.stderr


@pytest.mark.slow
def test_two_upgraders_wait_for_one_another(database: Database) -> None:
    database.run("db", "downgrade", "base", "--yes")
    with database.connect(database.superuser_url) as holder:
        holder.execute("SELECT pg_advisory_lock(4730110352)")
        command = [str(Path(sys.executable).with_name("intake")), "db", "upgrade"]
        upgraders = [
            subprocess.Popen(command, cwd=ROOT, env=database.environment, stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        both_wait = wait_until(lambda: holder.execute(WAITING).fetchone() == (2,), seconds=30)
        holder.execute("SELECT pg_advisory_unlock_all()")
        errors = [upgrader.communicate(timeout=60)[1] for upgrader in upgraders]

    assert both_wait
    assert [upgrader.returncode for upgrader in upgraders] == [0, 0], errors
    assert f"{SCHEMA_HEAD} (head)" in database.run("db", "current").stdout


@pytest.mark.slow
def test_a_migration_gives_up_rather_than_stop_the_service(database: Database) -> None:
    before = looked_at(database)
    with database.connect(database.superuser_url) as reader, reader.transaction():
        reader.execute("SELECT * FROM clients")
        refused = database.run("db", "downgrade", "base", "--yes")

    assert refused.returncode == 1
    assert "lock timeout" in refused.stderr
    assert looked_at(database) == before


@pytest.mark.slow
def test_a_downgrade_is_not_made_by_accident(database: Database) -> None:
    refused = database.run("db", "downgrade", "base")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--yes" in refused.stderr


@pytest.mark.slow
def test_a_password_may_hold_any_character(database: Database) -> None:
    """Per cent signs would break an ini file; here the wrong password is the only trouble."""
    url = database.migrator_url.replace("intake_migrator:", "intake_migrator:%25%40%3A")

    refused = database.run("db", "current", MIGRATION_DATABASE_URL=url)

    assert refused.returncode == 1
    assert "password authentication failed" in refused.stderr


def test_the_migration_runs_as_the_owner_and_not_as_a_superuser(database: Database) -> None:
    with database.connect(database.migrator_url) as migrator:
        for attempt in ("SELECT * FROM public.clients", "CREATE TABLE public.stray (id integer)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                migrator.execute(attempt.encode())


def test_the_head_file_names_the_only_head() -> None:
    script = ScriptDirectory.from_config(alembic_config(offline=True))

    assert script.get_heads() == [(migrations() / "HEAD").read_text(encoding="utf-8").strip()]


def test_the_statements_can_be_printed_and_are_fit_for_a_database_in_service(
    database: Database, tmp_path: Path
) -> None:
    printed = database.run("db", "upgrade", "--sql")
    file = tmp_path / "upgrade.sql"
    file.write_text(printed.stdout, encoding="utf-8")

    judged = subprocess.run(
        [SQUAWK, file], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )

    for first in ("SET ROLE intake_owner", "SET row_security = off", "SET lock_timeout = '4s'"):
        assert printed.stdout.index(first) < printed.stdout.index("CREATE TABLE")
    assert judged.returncode == 0, judged.stdout
