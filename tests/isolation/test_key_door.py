"""Which keys does the door know, whom does it let see them, and does it ever make anybody wait?"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from tests.isolation.conftest import TwoSites
from tests.support.rows import NOW

Connection = psycopg.Connection[tuple[object, ...]]
MINUTE = dt.timedelta(minutes=1)
# What the maker of rows hashes: the name of the site.
TOKEN = hashlib.sha256(b"Here").digest()
KNOCK = "SELECT site_id, role, scopes FROM open_key(%s, %s, %s)"


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


def knock(
    api: Connection, *, site: uuid.UUID | None = None, now: dt.datetime = NOW + MINUTE
) -> tuple[object, ...] | None:
    return api.execute(KNOCK, (TOKEN, site, now)).fetchone()


def current_site(api: Connection) -> object:
    row = api.execute("SELECT current_site()").fetchone()
    return row and row[0]


def test_a_key_opens_its_own_site(api: Connection, two_sites: TwoSites) -> None:
    for site in (None, two_sites.here):
        assert knock(api, site=site) == (two_sites.here, "peer_worker", ["case:read"])
    assert current_site(api) == two_sites.here


def test_a_key_opens_no_other_site(api: Connection, two_sites: TwoSites) -> None:
    assert knock(api, site=two_sites.there) == (None, "peer_worker", ["case:read"])
    assert current_site(api) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE api_keys SET token_hash = sha256(site_id::text::bytea)",
        "UPDATE api_keys SET revoked_at = created_at",
        "UPDATE api_keys SET expires_at = created_at + interval '1 min'",
    ],
    ids=["unknown", "revoked", "expired"],
)
def test_a_key_that_is_not_valid_gets_no_row(
    api: Connection, judge: Connection, change: str
) -> None:
    judge.execute(change.encode())

    assert knock(api) is None
    assert current_site(api) is None
    used = judge.execute("SELECT count(*) FROM api_keys WHERE last_used_at IS NOT NULL")
    assert used.fetchone() == (0,)


def test_requests_of_one_key_do_not_wait_for_each_other(two_sites: TwoSites) -> None:
    database = two_sites.database
    with (
        database.connect(database.api_url) as one,
        database.connect(database.api_url) as other,
        one.transaction(),
        other.transaction(),
    ):
        other.execute("SET LOCAL lock_timeout = '1s'")
        assert knock(one) is not None
        assert knock(other) is not None


def test_the_worker_has_no_key_to_the_door(two_sites: TwoSites) -> None:
    database = two_sites.database
    with (
        database.connect(database.worker_url) as worker,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        knock(worker)


def test_what_a_key_is_cannot_be_changed_by_the_application(
    api: Connection, two_sites: TwoSites
) -> None:
    api.execute("SELECT set_config('app.site', %s, true)", (str(two_sites.here),))
    for column in ("scopes", "expires_at", "token_hash", "is_test"):
        query = sql.SQL("UPDATE api_keys SET {column} = {column}")
        change = query.format(column=sql.Identifier(column))
        with pytest.raises(psycopg.errors.InsufficientPrivilege), api.transaction():
            api.execute(change)


def test_the_database_itself_bounds_the_life_of_a_key(judge: Connection) -> None:
    for days in (0, 367):
        with pytest.raises(psycopg.errors.CheckViolation, match="a_year_at_most"):
            judge.execute(
                "UPDATE api_keys SET expires_at = created_at + make_interval(days => %s)", (days,)
            )
