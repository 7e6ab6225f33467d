"""Does `intake db bootstrap` make roles and database on a new server, without a superuser?"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from intake.database import SCHEMA_HEAD
from intake.embedded.binaries import locate
from intake.embedded.environment import environment
from intake.embedded.services import Services
from tests.support.databases import Database, driver_url, run_intake

MEMBERSHIPS = """
SELECT roleid::regrole::text, member::regrole::text, admin_option, inherit_option, set_option
FROM pg_auth_members WHERE roleid::regrole::text LIKE 'intake%' AND grantor <> 10 ORDER BY 1, 2
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A server that has never seen the product; `database` there isn't made yet."""
    root = tmp_path_factory.mktemp("new_server")
    services = Services(root, durable=False)
    services.start()
    settings = environment(root, "intake", port=0) | {"INTAKE_ENV": "test"}
    try:
        yield Database("intake", services.superuser_url("postgres"), settings)
    finally:
        services.stop()


@pytest.fixture(scope="module")
def made(server: Database) -> Database:
    """The same server after a first bootstrap."""
    first = server.run("db", "bootstrap")
    assert first.returncode == 0, first.stderr
    return server


def test_an_administrator_without_superuser_makes_everything(made: Database) -> None:
    upgraded = made.run("db", "upgrade")

    assert upgraded.returncode == 0, upgraded.stderr
    with made.connect(made.api_url) as api:
        assert api.execute("SELECT count(*) FROM clients").fetchone() == (0,)
    with made.connect(made.worker_url) as worker:
        claimed = worker.execute("SELECT * FROM claim_due(now(), '60 s', 'w', 1)").fetchall()
        assert claimed == []


def test_it_may_be_repeated_before_and_after_the_migration(made: Database) -> None:
    made.run("db", "upgrade")
    again = made.run("db", "bootstrap")

    assert again.returncode == 0, again.stderr
    assert f"{SCHEMA_HEAD} (head)" in made.run("db", "current").stdout


def test_a_superuser_may_do_it_too(made: Database) -> None:
    again = made.run("db", "bootstrap", BOOTSTRAP_DATABASE_URL=made.superuser_url)

    assert again.returncode == 0, again.stderr


def test_a_database_that_is_there_already_is_taken_over(made: Database) -> None:
    """A managed service may have made it, for its administrator."""
    settings = environment(server_root(made), "made_before", port=0)
    with made.connect(settings["BOOTSTRAP_DATABASE_URL"]) as administrator:
        administrator.execute("CREATE DATABASE made_before")

    bootstrapped = run_intake("db", "bootstrap", settings=settings)
    upgraded = run_intake("db", "upgrade", settings=settings)

    assert (bootstrapped.returncode, upgraded.returncode) == (0, 0), upgraded.stderr


def test_the_administrator_keeps_no_part_in_the_owner(made: Database) -> None:
    """Else it would read every record of the service."""
    with made.connect(made.superuser_url) as judge:
        found = judge.execute(MEMBERSHIPS).fetchall()

    of_administrator = [row for row in found if row[1] == "intake_administrator"]
    assert of_administrator == []
    assert ("intake_owner", "intake_migrator", False, False, True) in found
    assert ("intake_dispatcher", "intake_owner", True, False, False) in found


def test_nobody_else_may_connect(made: Database) -> None:
    with made.connect(made.superuser_url) as judge:
        judge.execute("DROP ROLE IF EXISTS stranger")
        judge.execute("CREATE ROLE stranger LOGIN")
        allowed = judge.execute(
            "SELECT rolname FROM pg_roles WHERE has_database_privilege(oid, 'intake', 'CONNECT') "
            "AND NOT rolsuper ORDER BY rolname"
        ).fetchall()

    roles = {"intake_api", "intake_migrator", "intake_owner", "intake_worker"}
    assert {name for (name,) in allowed} - {"intake_administrator"} == roles


def test_passwords_follow_the_settings_and_are_stored_as_scram(made: Database) -> None:
    changed = made.api_url.replace("intake_api:", "intake_api:new%25%27%40")

    made.run("db", "bootstrap", DATABASE_URL=changed)

    with made.connect(changed) as api, made.connect(made.superuser_url) as judge:
        stored = judge.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'intake_api'")
        assert str((stored.fetchone() or [""])[0]).startswith("SCRAM-SHA-256$")
        assert api.execute("SELECT current_user").fetchone() == ("intake_api",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        made.connect(made.api_url)
    assert made.run("db", "bootstrap").returncode == 0


def test_a_role_that_sees_past_row_level_security_is_refused(made: Database) -> None:
    with made.connect(made.superuser_url) as judge:
        judge.execute("ALTER ROLE intake_worker BYPASSRLS")
        refused = made.run("db", "bootstrap")
        judge.execute("ALTER ROLE intake_worker NOBYPASSRLS")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "intake_worker: take SUPERUSER and BYPASSRLS away" in refused.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"BOOTSTRAP_DATABASE_URL": ""}, "BOOTSTRAP_DATABASE_URL"),
        ({"BOOTSTRAP_DATABASE_URL": "nonsense"}, "BOOTSTRAP_DATABASE_URL isn't a database URL"),
        ({"WORKER_DATABASE_URL": "postgresql+psycopg://intake_api@/intake"}, "as intake_worker"),
        ({"WORKER_DATABASE_URL": "postgresql+psycopg://intake_worker@/x"}, "the same database"),
        ({"BOOTSTRAP_DATABASE_URL": "postgresql+psycopg://a@/intake"}, "such as postgres"),
        ({"BOOTSTRAP_DATABASE_URL": "postgresql+psycopg://a:b@/x?host=/no"}, "doesn't answer"),
    ],
    ids=["missing", "no-url", "role", "database", "own-database", "no-server"],
)
def test_a_wrong_setting_is_named_in_one_sentence(
    server: Database, changes: dict[str, str], sentence: str
) -> None:
    refused = server.run("db", "bootstrap", **changes)

    assert refused.returncode == 2
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_printed_script_does_the_same_and_holds_no_password(
    tmp_path: Path, server: Database
) -> None:
    settings = environment(server_root(server), "printed", port=0)
    printed = run_intake("db", "bootstrap", "--sql", settings=settings)
    script = printed.stdout.split("-- Then give")[0]
    administrator = driver_url(settings["BOOTSTRAP_DATABASE_URL"])

    psql = [locate().program("psql"), "-X", "-v", "ON_ERROR_STOP=1", administrator]
    for _ in range(2):
        ran = subprocess.run(
            psql, input=script, capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert ran.returncode == 0, ran.stderr

    for setting in ("DATABASE_URL", "WORKER_DATABASE_URL", "MIGRATION_DATABASE_URL"):
        assert settings[setting].split(":")[2].split("@")[0] not in printed.stdout
    with server.connect(server.superuser_url) as judge:
        owner = judge.execute(
            "SELECT datdba::regrole::text FROM pg_database WHERE datname = 'printed'"
        )
        assert owner.fetchone() == ("intake_owner",)


def server_root(server: Database) -> Path:
    """Where the new server keeps its files."""
    return Path(server.environment["INTAKE_KEYS_FILE"]).parent
