"""Does each role have what it needs and nothing that would open a way around the walls?"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import create_engine

from intake.database import refuse_privileged_role
from intake.errors import ConfigurationError
from tests.isolation.conftest import TwoSites
from tests.support.databases import Database

Connection = psycopg.Connection[tuple[object, ...]]
ROLES = {
    # name: may sign in
    "intake_owner": False,
    "intake_dispatcher": False,
    "intake_auditor": False,
    "intake_migrator": True,
    "intake_api": True,
    "intake_worker": True,
}
DEFINERS = {
    "open_request": "intake_owner",
    "open_key": "intake_owner",
    "claim_due": "intake_dispatcher",
    "claim_notices": "intake_dispatcher",
    "read_audit": "intake_auditor",
    "audit_counts": "intake_auditor",
    "audit_keys": "intake_auditor",
}
DELETED_BY = {
    "intake_api": {
        "client_tokens",
        "idempotency_keys",
        "intakes",
        "memberships",
        "recovery_codes",
        "sign_in_failures",
        "site_settings",
    },
    "intake_worker": {"clinic_clock", "idempotency_keys", "unsent_forms"},
}
APPEND_ONLY = (
    "audit_events",
    "consents",
    "case_transitions",
    "disclosure_consents",
    "consent_revocations",
    "disclosures",
    "attendance_corrections",
    "goal_versions",
    "medical_clearances",
    "safety_plans",
)
TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    AND has_table_privilege(%s, c.oid, %s)
"""


@pytest.fixture(scope="module")
def judge(module_database: Database) -> Iterator[Connection]:
    """The superuser, to look."""
    with module_database.connect(module_database.superuser_url) as connection:
        yield connection


def tables(judge: Connection, role: str, privilege: str) -> set[object]:
    return {name for (name,) in judge.execute(TABLES, (role, privilege))}


def test_no_role_has_a_power_beyond_its_grants(judge: Connection) -> None:
    found = judge.execute(
        "SELECT rolname, rolcanlogin, "
        "rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication "
        "FROM pg_roles WHERE rolname = ANY (%s)",
        (list(ROLES),),
    )

    assert {row[0]: row[1:] for row in found} == {
        name: (may_sign_in, False) for name, may_sign_in in ROLES.items()
    }


def test_everything_belongs_to_the_owner(judge: Connection) -> None:
    found = judge.execute(
        "SELECT DISTINCT relowner::regrole::text FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace"
    )

    assert found.fetchall() == [("intake_owner",)]


def test_functions_that_act_for_others_are_pinned_down(judge: Connection) -> None:
    found = judge.execute(
        "SELECT proname, proowner::regrole::text, proconfig FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    ).fetchall()

    assert {name: owner for name, owner, _ in found} == DEFINERS
    assert all(settings == ["search_path=public, pg_temp"] for _, _, settings in found)


def test_no_function_is_everybodys_to_call(judge: Connection) -> None:
    found = judge.execute(
        "SELECT proname FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a "
        "WHERE pronamespace = 'public'::regnamespace AND a.grantee = 0"
    )

    assert found.fetchall() == []


def test_the_next_function_is_nobodys_to_call_either(database: Database) -> None:
    with database.connect(database.migrator_url) as migrator:
        migrator.execute("SET ROLE intake_owner")
        migrator.execute("CREATE FUNCTION fresh() RETURNS integer RETURN 1")

    with (
        database.connect(database.api_url) as api,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        api.execute("SELECT fresh()")


@pytest.mark.parametrize("role", DELETED_BY)
def test_rows_are_deleted_where_that_is_meant(judge: Connection, role: str) -> None:
    assert tables(judge, role, "DELETE") == DELETED_BY[role]


@pytest.mark.parametrize("role", DELETED_BY)
def test_nobody_empties_tables_or_adds_triggers(judge: Connection, role: str) -> None:
    assert tables(judge, role, "TRUNCATE, REFERENCES, TRIGGER, MAINTAIN") == set()


@pytest.mark.parametrize("role", DELETED_BY)
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_is_append_only_has_no_update(judge: Connection, role: str, table: str) -> None:
    found = judge.execute("SELECT has_any_column_privilege(%s, %s, 'UPDATE')", (role, table))

    assert found.fetchone() == (False,)


def test_the_worker_cannot_read_how_people_sign_in(two_sites: TwoSites) -> None:
    database = two_sites.database
    with database.connect(database.worker_url) as worker:
        addresses = worker.execute("SELECT email FROM staff ORDER BY email").fetchall()

        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            worker.execute("SELECT password_hash FROM staff")
        assert {("here@example.com",), ("there@example.com",)} < set(addresses)


@pytest.mark.parametrize("url", ["api_url", "worker_url", "migrator_url"])
def test_nobody_makes_tables_in_service(database: Database, url: str) -> None:
    with database.connect(getattr(database, url)) as connection:
        for attempt in (
            b"CREATE TABLE public.stray (id integer)",
            b"CREATE TEMP TABLE stray (id integer)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(attempt)


def test_the_owner_is_no_standing_member_of_the_function_owners(judge: Connection) -> None:
    """Policies follow membership: the owner would see through the dispatcher's."""
    found = judge.execute(
        "SELECT bool_or(pg_has_role('intake_owner', r, 'USAGE') OR "
        "pg_has_role('intake_owner', r, 'SET')) "
        "FROM unnest(ARRAY['intake_dispatcher', 'intake_auditor']) r"
    )

    assert found.fetchone() == (False,)


def test_a_back_fill_by_the_owner_is_an_error_until_it_lifts_force(two_sites: TwoSites) -> None:
    database = two_sites.database
    with database.connect(database.migrator_url) as migrator:
        migrator.execute("SET ROLE intake_owner")
        silent = migrator.execute("UPDATE cases SET referral_urgency = 'urgent'").rowcount
        migrator.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            migrator.execute("UPDATE cases SET referral_urgency = 'urgent'")
        with migrator.transaction():
            migrator.execute("ALTER TABLE cases NO FORCE ROW LEVEL SECURITY")
            done = migrator.execute("UPDATE cases SET referral_urgency = 'urgent'").rowcount
            migrator.execute("ALTER TABLE cases FORCE ROW LEVEL SECURITY")

        assert (silent, done) == (0, 2)


def test_a_role_that_row_level_security_does_not_bind_is_refused(
    module_database: Database,
) -> None:
    for url, is_refused in (
        (module_database.superuser_url, True),
        (module_database.api_url, False),
        (module_database.worker_url, False),
    ):
        engine = create_engine(url)
        with engine.connect() as connection:
            if is_refused:
                with pytest.raises(ConfigurationError, match="bypasses row-level security"):
                    refuse_privileged_role(connection)
            else:
                refuse_privileged_role(connection)
        engine.dispose()
