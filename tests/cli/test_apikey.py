"""Does `intake apikey` make, list and end keys, in the name of an administrator?"""

from __future__ import annotations

import hashlib
import subprocess
from typing import Any

import pytest

from tests.support.databases import Database

AS = ("--as", "ada@example.com")
AS_EMAIL = ("--email", "ada@example.com")
WANTED = ("--name", "Website", "--role", "intake_coordinator", "--scope", "intake:write")


@pytest.fixture
def service(database: Database) -> Database:
    """A service with an administrator and a counsellor."""
    site = ("--site", "Riverside")
    run(database, "staff", "bootstrap", *AS_EMAIL, *site, "--phone", "+441632960000")
    kim = ("--email", "kim@example.com", "--role", "counsellor")
    run(database, "staff", "invite", *kim, *site)
    return database


def run(database: Database, *words: str) -> subprocess.CompletedProcess[str]:
    done = database.run(*words)
    assert done.returncode == 0, done.stderr
    return done


def rows(database: Database, query: str) -> list[Any]:
    with database.connect(database.superuser_url) as judge:
        return judge.execute(query.encode()).fetchall()


def test_a_key_is_printed_once_listed_and_revoked(service: Database) -> None:
    made = run(service, "apikey", "create", *AS, *WANTED, "--days", "30", "--test")
    listed = run(service, "apikey", "list", *AS)
    key_id = listed.stdout.split("\t")[0]
    run(service, "apikey", "revoke", key_id, *AS)
    after = run(service, "apikey", "list", *AS)
    people = run(service, "staff", "list").stdout.splitlines()

    token = made.stdout.strip()
    assert token.startswith("itk_test_")
    assert key_id in made.stderr
    assert token not in made.stderr + listed.stdout + after.stdout
    assert rows(service, "SELECT token_hash FROM api_keys") == [
        (hashlib.sha256(token.encode()).digest(),)
    ]
    assert listed.stdout.split("\t")[1:6] == [
        "Website", "test", "intake_coordinator", "intake:write", "live",
    ]  # fmt: skip
    assert "\trevoked\t" in after.stdout
    assert [line.split("\t")[1] for line in people] == ["ada@example.com", "kim@example.com"]
    acts = "SELECT e.subtype FROM audit_events e JOIN staff s ON s.id = e.agent_id"
    found = rows(service, f"{acts} WHERE s.email = 'ada@example.com' ORDER BY e.id")
    assert [act for (act,) in found] == ["create", "list", "revoke", "list"]


def test_only_an_administrator_may_be_named(service: Database) -> None:
    refused = service.run("apikey", "create", "--as", "kim@example.com", *WANTED)

    assert refused.returncode == 2
    assert "api_key:manage" in refused.stderr
    assert rows(service, "SELECT 1 FROM api_keys") == []


def test_a_scope_that_the_role_lacks_is_refused(service: Database) -> None:
    refused = service.run("apikey", "create", *AS, *WANTED, "--role", "auditor")

    assert refused.returncode == 2
    assert rows(service, "SELECT 1 FROM api_keys") == []
