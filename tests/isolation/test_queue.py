"""Are due rows of all sites claimed by one worker each, while the worker itself sees none?"""

from __future__ import annotations

import datetime as dt
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from tests.isolation.conftest import TwoSites
from tests.support.rows import NOW

Connection = psycopg.Connection[tuple[object, ...]]
QUEUES = (("claim_due", "reminders"), ("claim_notices", "staff_notices"))
LEASE = dt.timedelta(seconds=60)


def claim(
    connection: Connection, function: str, *, now: dt.datetime = NOW, limit: int = 200
) -> list[tuple[object, ...]]:
    """Rows of (id, site_id, lease_token, dedupe_key, attempts)."""
    query = sql.SQL("SELECT * FROM {}(%s, %s, %s, %s)").format(sql.Identifier(function))
    return connection.execute(query, (now, LEASE, "worker-1", limit)).fetchall()


def on(query: LiteralString, table: str) -> sql.Composed:
    """The query with the table's name in its place."""
    return sql.SQL(query).format(sql.Identifier(table))


@pytest.mark.parametrize(("function", "table"), QUEUES)
def test_due_rows_of_both_sites_are_claimed_by_a_role_that_sees_none(
    two_sites: TwoSites, function: str, table: str
) -> None:
    with two_sites.database.connect(two_sites.database.worker_url) as worker:
        claimed = claim(worker, function)
        seen = worker.execute(on("SELECT count(*) FROM {}", table)).fetchone()

        assert {row[1] for row in claimed} == {two_sites.here, two_sites.there}
        assert seen == (0,)


@pytest.mark.parametrize(("function", "table"), QUEUES)
def test_a_claim_leases_the_batch_under_one_token(
    two_sites: TwoSites, function: str, table: str
) -> None:
    database = two_sites.database
    with database.connect(database.worker_url) as worker:
        claimed = claim(worker, function)

    with database.connect(database.superuser_url) as judge:
        query = on(
            "SELECT DISTINCT state, lease_token, lease_owner, attempts, lease_no, "
            "lease_until BETWEEN clock_timestamp() AND clock_timestamp() + interval '60 s' "
            "FROM {}",
            table,
        )
        assert judge.execute(query).fetchall() == [
            ("leased", claimed[0][2], "worker-1", 1, 1, True)
        ]


@pytest.mark.parametrize(("function", "table"), QUEUES)
def test_two_workers_never_claim_the_same_row(
    two_sites: TwoSites, function: str, table: str
) -> None:
    database = two_sites.database
    with database.connect(database.worker_url) as one, database.connect(database.worker_url) as two:
        with one.transaction():
            first = claim(one, function, limit=1)
            # The first has not committed: its row is locked and is skipped, not waited for.
            second = claim(two, function)
        third = claim(two, function)

        assert len(first) == len(second) == 1
        assert first[0][0] != second[0][0]
        assert third == [], table


@pytest.mark.parametrize(("function", "table"), QUEUES)
def test_what_is_not_due_or_is_finished_is_left_alone(
    two_sites: TwoSites, function: str, table: str
) -> None:
    database = two_sites.database
    with (
        database.connect(database.superuser_url) as judge,
        database.connect(database.worker_url) as worker,
    ):
        early = claim(worker, function, now=NOW - dt.timedelta(seconds=1))
        judge.execute(on("UPDATE {} SET state = 'dead'", table))
        finished = claim(worker, function)

        assert early == finished == []


@pytest.mark.parametrize("state", ["leased", "sending"])
@pytest.mark.parametrize(("function", "table"), QUEUES)
def test_a_lease_that_ran_out_is_claimed_again_and_counted(
    two_sites: TwoSites, function: str, table: str, state: str
) -> None:
    database = two_sites.database
    with (
        database.connect(database.superuser_url) as judge,
        database.connect(database.worker_url) as worker,
    ):
        first = claim(worker, function)
        while_leased = claim(worker, function)
        query = on(
            "UPDATE {} SET state = %s, lease_until = clock_timestamp() - interval '1 s'", table
        )
        judge.execute(query, (state,))
        again = claim(worker, function)

        assert while_leased == []
        assert {row[0] for row in again} == {row[0] for row in first}
        assert {row[2] for row in again}.isdisjoint({row[2] for row in first})
        assert {row[4] for row in again} == {2}


@pytest.mark.parametrize(("function", "table"), QUEUES)
def test_the_api_claims_nothing(two_sites: TwoSites, function: str, table: str) -> None:
    database = two_sites.database
    with (
        database.connect(database.api_url) as api,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        claim(api, function)
    assert table


def test_the_owner_of_the_tables_would_claim_nothing(two_sites: TwoSites) -> None:
    """Why the functions belong to a role of their own: FORCE binds the owner, without an error."""
    database = two_sites.database
    with database.connect(database.superuser_url) as administrator:
        administrator.execute(
            "ALTER FUNCTION claim_due(timestamptz, interval, text, integer) OWNER TO intake_owner"
        )
        administrator.execute("GRANT EXECUTE ON FUNCTION claim_due TO intake_worker")

    with database.connect(database.worker_url) as worker:
        assert claim(worker, "claim_due") == []
