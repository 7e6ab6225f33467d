"""Does `intake doctor` find what is wrong, and end each such line with what mends it?"""

from __future__ import annotations

import json
import os
import platform

import pytest
from click.testing import CliRunner, Result

from intake.cli.doctor import doctor
from tests.support.databases import Database, run_intake


def ask(database: Database, *options: str, **changes: str) -> Result:
    """Run it in this process, with this database's settings."""
    return CliRunner().invoke(doctor, options, env=database.environment | changes)


def findings(database: Database, *options: str, **changes: str) -> dict[str, dict[str, str]]:
    """What it finds, by check."""
    found = json.loads(ask(database, "--json", *options, **changes).stdout)
    return {finding["check"]: finding for finding in found}


def test_what_is_in_order_is_said_to_be(module_database: Database) -> None:
    found = findings(module_database)

    assert found["Python"]["result"] == platform.python_version()
    for check in ("key ring", "secret key", "Redis", "DATABASE_URL", "migrations"):
        assert found[check]["state"] == "ok", found[check]


def test_a_stack_without_worker_fails_and_names_the_commands(module_database: Database) -> None:
    finished = module_database.run("doctor")

    lines = {line[:22].strip(): line for line in finished.stdout.splitlines()}
    assert finished.returncode == 2
    assert lines["worker heartbeat"].endswith("To mend it: make run, or: intake worker")
    assert lines["beat"].endswith("To mend it: make run, or: intake beat")


def test_signs_of_life_are_judged_by_their_age(database: Database) -> None:
    with database.connect(database.worker_url) as connection:
        connection.execute(
            "INSERT INTO job_ticks (name, started_at, owner) VALUES "
            "('heartbeat', clock_timestamp(), 'one'),"
            "('beat', clock_timestamp() - interval '1 hour', 'one')"
        )

    found = findings(database, "--only", "worker")

    assert found["worker heartbeat"]["state"] == "ok"
    assert found["beat"]["state"] == "failed"
    assert "last seen 36" in found["beat"]["result"]


@pytest.mark.parametrize(
    ("variable", "value", "check", "fix"),
    [
        ("DATABASE_URL", "postgresql+psycopg://a:b@/x?host=/nowhere", "DATABASE_URL", "make run"),
        ("DATABASE_URL", "no URL at all", "DATABASE_URL", "set DATABASE_URL"),
        ("REDIS_URL", "redis+socket:///nowhere.sock?virtual_host=0", "Redis", "set REDIS_URL"),
        ("REDIS_URL", "mysql://localhost", "Redis", "set REDIS_URL"),
        ("INTAKE_KEYS_FILE", "/nowhere", "key ring", "intake keys generate PATH"),
        ("INTAKE_SECRET_KEY_FILE", os.devnull, "secret key", "openssl rand"),
        ("INTAKE_CSSRS_WORDING_FILE", os.devnull, "C-SSRS wording", "unset INTAKE_CSSRS_WORDING"),
        ("SMS_GATEWAY_TOKEN", "replace-with-the-token", "SMS_GATEWAY_TOKEN", "set SMS_GATEWAY"),
        ("INTAKE_ENV", "prod", "settings", "make run"),
    ],
)
def test_each_wrong_setting_fails_with_its_fix(
    module_database: Database, variable: str, value: str, check: str, fix: str
) -> None:
    found = findings(module_database, **{variable: value})

    assert found[check]["state"] == "failed", found
    assert fix in found[check]["fix"]


def test_a_privileged_role_is_found(module_database: Database) -> None:
    finished = ask(module_database, DATABASE_URL=module_database.superuser_url)

    assert finished.exit_code == 2
    assert "superuser" in finished.stdout


def test_an_old_schema_is_found(database: Database) -> None:
    with database.connect(database.superuser_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")

    found = findings(database, "--only", "api")

    assert found["migrations"]["fix"] == "make migrate, or: intake db upgrade"


def test_no_password_is_ever_shown(module_database: Database) -> None:
    url = module_database.api_url.replace("@/", "@/no_such_")

    finished = ask(module_database, DATABASE_URL=url)

    password = url.partition("@")[0].rpartition(":")[2]
    assert "no_such_" in finished.stdout
    assert password not in finished.output


def test_one_process_is_asked_only_for_its_own_settings(module_database: Database) -> None:
    needed = ("WORKER_DATABASE_URL", "REDIS_URL", "INTAKE_KEYS_FILE", "INTAKE_ENV")
    kept = {name: module_database.environment[name] for name in needed}

    finished = run_intake("doctor", "--json", "--only", "worker", settings=kept)

    unset = {
        finding["check"]
        for finding in json.loads(finished.stdout)
        if finding["result"] == "is not set"
    }
    assert unset == {"SMS_GATEWAY_URL", "SMS_GATEWAY_TOKEN", "SMTP_URL"}
