"""Does `intake staff` make, invite, disable and help people, and does each leave its event?"""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
from typing import Any

import pytest

from tests.support.databases import Database

SITE = ("--site", "Riverside")
ADA = ("--email", "ada@example.com")


@pytest.fixture
def bootstrapped(database: Database) -> tuple[Database, subprocess.CompletedProcess[str]]:
    """A service with its first administrator."""
    made = database.run("staff", "bootstrap", *ADA, *SITE, "--phone", "+441632960000")
    assert made.returncode == 0, made.stderr
    return database, made


def rows(database: Database, query: str) -> list[Any]:
    with database.connect(database.superuser_url) as judge:
        return judge.execute(query.encode()).fetchall()


def sign_in_everybody(database: Database) -> None:
    with database.connect(database.superuser_url) as judge:
        judge.execute(
            "INSERT INTO staff_sessions (token_hash, staff_id, created_at, seen_at, mfa_at)"
            " SELECT sha256(email::bytea), id, now(), now(), now() FROM staff"
        )


def test_the_first_administrator_gets_a_link_once(
    bootstrapped: tuple[Database, subprocess.CompletedProcess[str]],
) -> None:
    database, made = bootstrapped
    again = database.run("staff", "bootstrap", "--email", "eve@example.com", *SITE)

    link, _, token = made.stdout.strip().partition("/invite#")
    assert link == database.environment["INTAKE_PUBLIC_URL"]
    hashed = hashlib.sha256(token.encode()).digest()
    kept = rows(database, "SELECT token_hash, expires_at - created_at FROM invites")
    assert kept == [(hashed, dt.timedelta(minutes=30))]
    assert again.returncode != 0
    assert "active administrator" in again.stderr
    assert rows(database, "SELECT email FROM staff") == [("ada@example.com",)]


def test_a_new_site_needs_its_number(database: Database) -> None:
    refused = database.run("staff", "bootstrap", *ADA, *SITE)

    assert refused.returncode != 0
    assert "--phone" in refused.stderr
    assert rows(database, "SELECT 1 FROM staff") == rows(database, "SELECT 1 FROM sites") == []


def test_an_administrator_is_bootstrapped_again_when_none_is_active(
    bootstrapped: tuple[Database, subprocess.CompletedProcess[str]],
) -> None:
    database, _ = bootstrapped
    sign_in_everybody(database)

    disabled = database.run("staff", "disable", *ADA)
    again = database.run("staff", "bootstrap", "--email", "eve@example.com", *SITE)

    assert (disabled.returncode, again.returncode) == (0, 0), disabled.stderr + again.stderr
    assert rows(database, "SELECT 1 FROM staff_sessions WHERE revoked_at IS NULL") == []
    acts = rows(database, "SELECT subtype, agent_role FROM audit_events ORDER BY id")
    assert {("bootstrap", "system"), ("invite", "system"), ("disable", "system")} <= set(acts)


def test_somebody_is_invited_and_a_second_link_voids_the_first(
    bootstrapped: tuple[Database, subprocess.CompletedProcess[str]],
) -> None:
    database, _ = bootstrapped
    kim = ("--email", "kim@example.com")

    first = database.run("staff", "invite", *kim, "--role", "counsellor", *SITE)
    second = database.run("staff", "invite", *kim)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert first.stdout != second.stdout
    live = "SELECT s.email FROM invites i JOIN staff s ON s.id = staff_id WHERE used_at IS NULL"
    assert sorted(rows(database, live)) == [("ada@example.com",), ("kim@example.com",)]


def test_a_reset_forgets_the_second_factor_and_ends_sessions(
    bootstrapped: tuple[Database, subprocess.CompletedProcess[str]],
) -> None:
    database, _ = bootstrapped
    sign_in_everybody(database)
    with database.connect(database.superuser_url) as judge:
        judge.execute("UPDATE staff SET totp_secret = 'x', totp_confirmed_at = now()")
        judge.execute(
            "INSERT INTO recovery_codes (code_hash, staff_id, created_at)"
            " SELECT 'x', id, now() FROM staff"
        )

    reset = database.run("staff", "reset-mfa", *ADA)

    assert reset.returncode == 0, reset.stderr
    assert rows(database, "SELECT totp_secret, totp_confirmed_at FROM staff") == [(None, None)]
    assert rows(database, "SELECT 1 FROM recovery_codes") == []
    assert rows(database, "SELECT 1 FROM staff_sessions WHERE revoked_at IS NULL") == []


def test_nobody_is_disabled_by_a_name_that_is_unknown(database: Database) -> None:
    refused = database.run("staff", "disable", "--email", "nobody@example.com")

    assert refused.returncode != 0
    assert "no such account" in refused.stderr
