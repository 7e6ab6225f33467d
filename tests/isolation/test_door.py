"""Whom does the first statement of a request let in, and where?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import psycopg
import pytest

from tests.isolation.conftest import TwoSites

Connection = psycopg.Connection[tuple[object, ...]]
TOKEN = b"t" * 32
NOW = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
COLUMNS = (
    "staff_id", "role", "mfa_at", "site_id", "sites", "clinic_now", "time_zone", "covering",
    "grant_cases", "grant_ids", "grant_untils",
)  # fmt: skip


@pytest.fixture
def judge(two_sites: TwoSites) -> Iterator[Connection]:
    """The superuser, to arrange and to look."""
    with two_sites.database.connect(two_sites.database.superuser_url) as connection:
        yield connection


@pytest.fixture
def api(two_sites: TwoSites) -> Iterator[Connection]:
    """The API, inside a transaction as in a request."""
    database = two_sites.database
    with database.connect(database.api_url) as connection, connection.transaction():
        yield connection


@pytest.fixture
def person(two_sites: TwoSites, judge: Connection) -> uuid.UUID:
    """The counsellor of the first site, signed in two minutes ago."""
    row = judge.execute(
        "SELECT staff_id FROM memberships WHERE site_id = %s AND role = 'counsellor'",
        (two_sites.here,),
    ).fetchone()
    assert row is not None
    judge.execute(
        "INSERT INTO staff_sessions (token_hash, staff_id, created_at, seen_at) "
        "VALUES (%s, %s, %s, %s)",
        (TOKEN, row[0], NOW - 2 * MINUTE, NOW - 2 * MINUTE),
    )
    return uuid.UUID(str(row[0]))


def knock(
    api: Connection, *, token: bytes = TOKEN, site: uuid.UUID | None = None, now: dt.datetime = NOW
) -> dict[str, object] | None:
    """One row by column name, or None when the session isn't valid."""
    row = api.execute("SELECT * FROM open_request(%s, %s, %s)", (token, site, now)).fetchone()
    return None if row is None else dict(zip(COLUMNS, row, strict=True))


def current_site(api: Connection) -> object:
    row = api.execute("SELECT current_site()").fetchone()
    return None if row is None else row[0]


def join_other_site(judge: Connection, person: uuid.UUID, site: uuid.UUID) -> None:
    judge.execute(
        "INSERT INTO memberships (site_id, staff_id, role, version) VALUES (%s, %s, 'auditor', 1)",
        (site, person),
    )


@pytest.mark.usefixtures("person")
def test_the_sole_membership_is_the_site(api: Connection, two_sites: TwoSites) -> None:
    row = knock(api)
    seen = api.execute("SELECT count(*) FROM clients").fetchone()

    assert row is not None
    assert row["site_id"] == current_site(api) == two_sites.here
    assert (row["role"], row["sites"], row["time_zone"]) == ("counsellor", 1, "Europe/London")
    assert seen == (1,)


def test_the_site_ends_with_the_transaction(two_sites: TwoSites, person: uuid.UUID) -> None:
    with two_sites.database.connect(two_sites.database.api_url) as api:
        with api.transaction():
            knock(api)

        assert current_site(api) is None
        assert person


def test_one_of_several_sites_is_chosen_by_name(
    api: Connection, judge: Connection, two_sites: TwoSites, person: uuid.UUID
) -> None:
    join_other_site(judge, person, two_sites.there)

    row = knock(api, site=two_sites.there)

    assert row is not None
    assert (row["role"], row["sites"]) == ("auditor", 2)
    assert row["site_id"] == current_site(api) == two_sites.there


def test_several_sites_and_no_choice_leave_the_request_without_one(
    api: Connection, judge: Connection, two_sites: TwoSites, person: uuid.UUID
) -> None:
    join_other_site(judge, person, two_sites.there)

    row = knock(api)

    assert row is not None
    assert (row["staff_id"], row["sites"]) == (person, 2)
    assert row["site_id"] is row["role"] is row["time_zone"] is current_site(api) is None


def test_a_site_of_other_people_is_not_entered(
    api: Connection, two_sites: TwoSites, person: uuid.UUID
) -> None:
    row = knock(api, site=two_sites.there)

    assert row is not None
    assert row["staff_id"] == person
    assert row["site_id"] is row["role"] is current_site(api) is None


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE staff_sessions SET token_hash = 'other'",
        "UPDATE staff_sessions SET seen_at = seen_at - interval '13 min'",
        "UPDATE staff_sessions SET created_at = created_at - interval '12 h', seen_at = created_at",
        "UPDATE staff_sessions SET created_at = created_at - interval '12 h'",
        "UPDATE staff_sessions SET revoked_at = seen_at",
        "UPDATE staff SET active = false",
    ],
    ids=["unknown", "idle", "idle-for-long", "outlived", "revoked", "disabled"],
)
def test_a_session_that_is_not_valid_gets_no_row(
    api: Connection, judge: Connection, change: str
) -> None:
    judge.execute(change.encode())

    assert knock(api) is None
    assert current_site(api) is None


@pytest.mark.usefixtures("person")
def test_a_session_is_touched_once_a_minute_and_lives_on(
    two_sites: TwoSites, judge: Connection
) -> None:
    moments = [NOW, NOW + MINUTE / 2, NOW + 10 * MINUTE, NOW + 24 * MINUTE]
    touched = []
    with two_sites.database.connect(two_sites.database.api_url) as api:
        for moment in moments:
            knock(api, now=moment)
            row = judge.execute("SELECT seen_at FROM staff_sessions").fetchone()
            touched.append(row and row[0])

    assert touched == [NOW, NOW, NOW + 10 * MINUTE, NOW + 24 * MINUTE]


@pytest.mark.usefixtures("person")
def test_an_idle_session_is_not_woken_by_the_attempt(api: Connection, judge: Connection) -> None:
    knock(api, now=NOW + 14 * MINUTE)

    assert judge.execute("SELECT seen_at FROM staff_sessions").fetchone() == (NOW - 2 * MINUTE,)


@pytest.mark.usefixtures("person")
def test_the_door_tells_clinic_time(api: Connection, judge: Connection) -> None:
    judge.execute("INSERT INTO clinic_clock (singleton, shift) VALUES (true, interval '30 days')")

    row = knock(api)
    now = api.execute("SELECT now() + interval '30 days', clinic_now()").fetchone()

    assert row is not None
    assert now == (row["clinic_now"], row["clinic_now"])


@pytest.mark.usefixtures("person")
def test_the_worker_has_no_key_to_the_door(two_sites: TwoSites) -> None:
    database = two_sites.database
    with (
        database.connect(database.worker_url) as worker,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        knock(worker)
