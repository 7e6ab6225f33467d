"""Does the database itself refuse what must never be stored, whoever writes it?"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from tests.isolation.conftest import TwoSites

Connection = psycopg.Connection[tuple[object, ...]]
# The first site's appointment again, as another row, that much later and with this status.
BOOK = """
INSERT INTO appointments
SELECT (jsonb_populate_record(a, jsonb_build_object(
    'id', %s::text, 'status', %s::text,
    'during', tstzrange(lower(during) + %s, upper(during) + %s)))).*
FROM appointments a WHERE site_id = %s AND status = 'booked' LIMIT 1
"""
COPY_CASE = """
INSERT INTO cases
SELECT (jsonb_populate_record(c, jsonb_build_object(
    'id', gen_random_uuid(), 'reference', %s::text, 'state', %s::text))).*
FROM cases c WHERE site_id = %s LIMIT 1
"""


@pytest.fixture
def api(two_sites: TwoSites) -> Iterator[Connection]:
    """The API at the first site."""
    with two_sites.database.connect(two_sites.database.api_url) as connection:
        connection.execute("SELECT set_config('app.site', %s, false)", (str(two_sites.here),))
        yield connection


def book(api: Connection, site: uuid.UUID, *, later: str, status: str = "booked") -> int:
    """How many rows were stored."""
    return api.execute(BOOK, (uuid.uuid4(), status, later, later, site)).rowcount


@pytest.mark.parametrize("later", ["0", "30 min", "-59 min 59 s"])
def test_nobody_is_booked_twice_at_once(two_sites: TwoSites, api: Connection, later: str) -> None:
    with pytest.raises(errors.ExclusionViolation) as refused:
        book(api, two_sites.here, later=later)

    assert refused.value.diag.constraint_name == "no_double_booking"


@pytest.mark.parametrize("later", ["1 h", "-1 h"])
def test_one_appointment_may_follow_another_at_once(
    two_sites: TwoSites, api: Connection, later: str
) -> None:
    assert book(api, two_sites.here, later=later) == 1


@pytest.mark.parametrize("status", ["cancelled", "noshow", "fulfilled"])
def test_what_is_over_takes_no_time(two_sites: TwoSites, api: Connection, status: str) -> None:
    assert book(api, two_sites.here, later="0", status=status) == 1


def test_two_who_book_the_same_hour_at_once_get_one(two_sites: TwoSites, api: Connection) -> None:
    database = two_sites.database
    with database.connect(database.api_url) as other:
        other.execute("SELECT set_config('app.site', %s, false)", (str(two_sites.here),))
        other.execute("SET lock_timeout = '100ms'")
        with api.transaction():
            book(api, two_sites.here, later="5 h")
            # Not committed yet: the second waits for the first to decide.
            with pytest.raises(errors.LockNotAvailable):
                book(other, two_sites.here, later="5 h")

        with pytest.raises(errors.ExclusionViolation):
            book(other, two_sites.here, later="5 h")


def test_a_client_has_one_open_case(two_sites: TwoSites, api: Connection) -> None:
    api.execute(COPY_CASE, ("C-2026-0002", "discharged", two_sites.here))

    with pytest.raises(errors.UniqueViolation) as refused:
        api.execute(COPY_CASE, ("C-2026-0003", "referred", two_sites.here))
    assert refused.value.diag.constraint_name == "uq_cases_one_open_per_client"


def test_two_sites_may_use_the_same_reference(two_sites: TwoSites) -> None:
    """A uniqueness across sites would reveal another site's row."""
    with two_sites.database.connect(two_sites.database.superuser_url) as judge:
        found = judge.execute("SELECT DISTINCT reference FROM cases").fetchall()

    assert found == [("C-2026-0001",)]
