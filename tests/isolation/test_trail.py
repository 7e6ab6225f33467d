"""Is the audit trail added to only, and read through its function only?"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, insert
from sqlalchemy.exc import DBAPIError

from intake import clock
from intake.models import AuditEvent
from tests.isolation.conftest import TwoSites

Connection = psycopg.Connection[tuple[object, ...]]
RISING = itertools.count(1)
OCCURRED = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
READ = "SELECT * FROM read_audit(%s, %s, %s, %s, %s, %s, %s, %s)"
COUNTS = """
SELECT type, outcome, events FROM audit_counts(%s, %s, %s) ORDER BY type COLLATE "C", outcome
"""


def event(site: uuid.UUID | None, **changes: object) -> dict[str, object]:
    """One valid event; `changes` are columns that differ."""
    plain: dict[str, object] = {
        "id": uuid.UUID(int=next(RISING)), "recorded_at": clock.machine_now(),
        "occurred_at": OCCURRED, "site_id": site, "type": "client", "subtype": "read",
        "action": "R", "outcome": 0, "agent_role": "counsellor", "purpose": "TREAT",
        "source_service": "api", "source_version": "1", "source_host": "h",
        "request_id": uuid.uuid4(), "sensitivity": "P1", "schema_version": 1,
        "mac_key_id": 1, "mac": b"m",
    }  # fmt: skip
    return plain | changes


@contextmanager
def engine(two_sites: TwoSites) -> Iterator[Engine]:
    """As the API."""
    made = create_engine(two_sites.database.api_url)
    try:
        yield made
    finally:
        made.dispose()


def write(two_sites: TwoSites, *events: dict[str, object]) -> list[object]:
    """Insert as the product does; their ids, oldest first."""
    with engine(two_sites) as opened, opened.begin() as connection:
        for one in events:
            connection.execute(insert(AuditEvent).inline(), one)
    return [one["id"] for one in events]


@pytest.fixture
def api(two_sites: TwoSites) -> Iterator[Connection]:
    """The API at the first site."""
    with two_sites.database.connect(two_sites.database.api_url) as connection:
        connection.execute("SELECT set_config('app.site', %s, false)", (str(two_sites.here),))
        yield connection


def read(api: Connection, site: uuid.UUID | None, **filters: object) -> list[object]:
    """Ids of the events found, newest first."""
    names = ("client", "case", "staff", "start", "until", "before", "limit")
    values = [filters.get(name) for name in names[:-1]]
    found = api.execute(READ, (site, *values, filters.get("limit", 50)))
    return [row[0] for row in found]


@pytest.mark.parametrize(
    "attempt",
    [
        "SELECT count(*) FROM audit_events",
        "UPDATE audit_events SET outcome = 0",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
    ],
)
@pytest.mark.parametrize("url", ["api_url", "worker_url"])
def test_the_application_only_ever_adds(
    two_sites_to_read: TwoSites, url: str, attempt: str
) -> None:
    database = two_sites_to_read.database
    with (
        database.connect(getattr(database, url)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(attempt.encode())


def test_returning_is_refused_because_it_reads(two_sites: TwoSites) -> None:
    query = insert(AuditEvent).returning(AuditEvent.id)
    refused = pytest.raises(DBAPIError, match="permission denied")

    with engine(two_sites) as opened, opened.begin() as connection, refused:
        connection.execute(query, event(two_sites.here))


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE audit_events SET outcome = 4",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "UPDATE consents SET status = 'refused'",
        "DELETE FROM consents",
        "TRUNCATE consents",
        "UPDATE case_transitions SET reason = 'other'",
        "DELETE FROM case_transitions",
        "TRUNCATE case_transitions",
        "DELETE FROM reminder_attempts",
        "TRUNCATE reminder_attempts",
        "UPDATE reminder_attempts SET idem_key = 'other'",
    ],
)
def test_even_an_administrator_is_refused_a_change(
    two_sites_to_read: TwoSites, attempt: str
) -> None:
    write(two_sites_to_read, event(two_sites_to_read.here))
    database = two_sites_to_read.database
    with (
        database.connect(database.superuser_url) as connection,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        connection.execute(attempt.encode())


def test_an_attempt_gets_its_outcome_once(two_sites: TwoSites) -> None:
    outcome = "UPDATE reminder_attempts SET outcome = %s, finished_at = clock_timestamp()"
    with two_sites.database.connect(two_sites.database.worker_url) as worker:
        worker.execute("SELECT set_config('app.site', %s, false)", (str(two_sites.here),))

        assert worker.execute(outcome, ("accepted",)).rowcount == 1
        with pytest.raises(psycopg.errors.RestrictViolation):
            worker.execute(outcome, ("unknown",))


@pytest.mark.parametrize("minutes", [-3, 3])
def test_an_event_with_a_wrong_clock_is_refused(two_sites_to_read: TwoSites, minutes: int) -> None:
    wrong = clock.machine_now() + dt.timedelta(minutes=minutes)

    with pytest.raises(DBAPIError, match="more than two minutes"):
        write(two_sites_to_read, event(two_sites_to_read.here, recorded_at=wrong))


def test_the_trail_is_read_newest_first_page_by_page(two_sites: TwoSites, api: Connection) -> None:
    ids = write(two_sites, *(event(two_sites.here) for _ in range(3)))

    first = read(api, two_sites.here, limit=2)
    second = read(api, two_sites.here, limit=2, before=first[-1])

    assert first + second == list(reversed(ids))


def test_the_trail_of_another_site_is_empty(two_sites: TwoSites, api: Connection) -> None:
    write(two_sites, event(two_sites.there))

    assert read(api, two_sites.there) == read(api, two_sites.here) == []


def test_the_trail_is_filtered(two_sites: TwoSites, api: Connection) -> None:
    client, case, staff = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    later = OCCURRED + dt.timedelta(days=1)
    ids = write(
        two_sites,
        event(two_sites.here, client_id=client),
        event(two_sites.here, entity_type="cases", entity_id=case),
        event(two_sites.here, agent_id=staff),
        event(two_sites.here, occurred_at=later),
    )

    found = [
        read(api, two_sites.here, client=client),
        read(api, two_sites.here, case=case),
        read(api, two_sites.here, staff=staff),
        read(api, two_sites.here, start=later),
    ]

    assert found == [[one] for one in ids]
    assert read(api, two_sites.here, until=later) == list(reversed(ids[:3]))


def test_events_without_a_site_are_read_apart(two_sites: TwoSites, api: Connection) -> None:
    ids = write(two_sites, event(two_sites.here), event(None))

    assert read(api, None) == [ids[1]]


def test_the_digest_counts_one_site_and_its_peoples_failed_sign_ins(two_sites: TwoSites) -> None:
    with two_sites.database.connect(two_sites.database.superuser_url) as judge:
        row = judge.execute(
            "SELECT staff_id FROM memberships WHERE site_id = %s", (two_sites.here,)
        ).fetchone()
    person = row and row[0]
    write(
        two_sites,
        event(two_sites.here, agent_id=person),
        event(two_sites.here, agent_id=person),
        event(two_sites.here, agent_id=person, outcome=4),
        event(None, agent_id=person, type="session", outcome=4),
        event(None, type="session", outcome=4),
        event(two_sites.there),
        event(two_sites.here, occurred_at=OCCURRED + dt.timedelta(days=1)),
    )

    with two_sites.database.connect(two_sites.database.worker_url) as worker:
        found = worker.execute(
            COUNTS, (two_sites.here, OCCURRED, OCCURRED + dt.timedelta(days=1))
        ).fetchall()

    assert found == [("client", 0, 2), ("client", 4, 1), ("session", 4, 1)]
