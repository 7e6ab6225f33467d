"""Does each role see and write the rows of one site only, in every table that has a site?"""

from __future__ import annotations

import uuid
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from tests.isolation.conftest import TwoSites
from tests.support.databases import Database

# Read before the site is known, or not readable by the application at all.
WITHOUT_POLICY = {"memberships", "audit_events"}
TABLES_WITH_SITE = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'site_id')
"""
PROTECTED = (
    TABLES_WITH_SITE
    + """
    AND c.relrowsecurity AND c.relforcerowsecurity
    AND EXISTS (
        SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'site' AND p.polcmd = '*'
            AND pg_get_expr(p.polqual, p.polrelid) = '(site_id = current_site())'
            AND pg_get_expr(p.polwithcheck, p.polrelid) = '(site_id = current_site())')
"""
)
ROLES = ("intake_api", "intake_worker")


def names(connection: psycopg.Connection[tuple[object, ...]], query: str) -> set[str]:
    return {str(name) for (name,) in connection.execute(query.encode())}


def readable(connection: psycopg.Connection[tuple[object, ...]], privilege: str) -> set[str]:
    """Tables with a policy on which the connected role has the privilege."""
    query = f"{TABLES_WITH_SITE} AND has_table_privilege(c.oid, '{privilege}')"
    return names(connection, query) - WITHOUT_POLICY


def on(query: LiteralString, table: str) -> sql.Composed:
    """The query with the table's name in its place."""
    return sql.SQL(query).format(table=sql.Identifier(table))


def enter(connection: psycopg.Connection[tuple[object, ...]], site: uuid.UUID | str) -> None:
    connection.execute("SELECT set_config('app.site', %s, false)", (str(site),))


@pytest.fixture(params=ROLES)
def role_url(request: pytest.FixtureRequest, two_sites_to_read: TwoSites) -> str:
    database = two_sites_to_read.database
    return {"intake_api": database.api_url, "intake_worker": database.worker_url}[request.param]


def test_every_table_with_a_site_forces_the_policy(database: Database) -> None:
    with database.connect(database.superuser_url) as connection:
        assert names(connection, PROTECTED) == names(connection, TABLES_WITH_SITE) - WITHOUT_POLICY


def test_a_new_table_without_a_policy_would_be_found(database: Database) -> None:
    with database.connect(database.superuser_url) as connection:
        connection.execute("CREATE TABLE forgotten (site_id uuid)")

        unprotected = names(connection, TABLES_WITH_SITE) - names(connection, PROTECTED)

        assert unprotected == {*WITHOUT_POLICY, "forgotten"}


@pytest.mark.parametrize("setting", [None, ""])
def test_without_a_site_no_row_is_seen(
    two_sites_to_read: TwoSites, role_url: str, setting: str | None
) -> None:
    with two_sites_to_read.database.connect(role_url) as connection:
        if setting is not None:
            enter(connection, setting)

        tables = readable(connection, "SELECT")
        seen = {table: _count(connection, table) for table in tables}

        assert len(seen) >= 8
        assert set(seen.values()) == {0}


def test_with_a_site_only_its_rows_are_seen(two_sites_to_read: TwoSites, role_url: str) -> None:
    with two_sites_to_read.database.connect(role_url) as connection:
        enter(connection, two_sites_to_read.here)

        for table in readable(connection, "SELECT"):
            query = on("SELECT DISTINCT site_id FROM {table}", table)
            found = connection.execute(query).fetchall()

            assert found == [(two_sites_to_read.here,)], table


def test_a_row_of_another_site_is_refused(two_sites_to_read: TwoSites, role_url: str) -> None:
    database = two_sites_to_read.database
    with (
        database.connect(database.superuser_url) as judge,
        database.connect(role_url) as connection,
    ):
        enter(connection, two_sites_to_read.here)
        for table in readable(connection, "INSERT"):
            theirs = on("SELECT to_jsonb(t)::text FROM {table} t WHERE site_id = %s", table)
            row = judge.execute(theirs, (two_sites_to_read.there,)).fetchone()
            copy = "INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, %s)).*"

            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
                connection.execute(on(copy, table), row)


def test_a_row_is_not_moved_to_another_site(two_sites_to_read: TwoSites, role_url: str) -> None:
    database = two_sites_to_read.database
    with database.connect(role_url) as connection:
        enter(connection, two_sites_to_read.here)
        for table in readable(connection, "UPDATE"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
                connection.execute(
                    on("UPDATE {table} SET site_id = %s", table), (two_sites_to_read.there,)
                )


def test_rows_of_another_site_are_not_changed(two_sites: TwoSites) -> None:
    database = two_sites.database
    with database.connect(database.api_url) as connection:
        enter(connection, two_sites.here)

        changed = connection.execute(
            "UPDATE clients SET version = 7 WHERE site_id = %s", (two_sites.there,)
        )

        assert changed.rowcount == 0


def test_a_reference_cannot_cross_sites(two_sites: TwoSites) -> None:
    database = two_sites.database
    stranger = """
        UPDATE cases SET client_id = (SELECT id FROM clients WHERE site_id = %s) WHERE site_id = %s
    """
    with (
        database.connect(database.superuser_url) as connection,
        pytest.raises(psycopg.errors.ForeignKeyViolation),
    ):
        connection.execute(stranger, (two_sites.there, two_sites.here))


def _count(connection: psycopg.Connection[tuple[object, ...]], table: str) -> object:
    row = connection.execute(on("SELECT count(*) FROM {table}", table)).fetchone()
    return None if row is None else row[0]
