"""Does a test key get real answers, and is nothing left of what it did but its trace?"""

from __future__ import annotations

from typing import Any

import pytest

from intake.access import Role
from tests.makers import api_keys, bookings, orders
from tests.support.web import TestSite, Web, expect_problem

MARK = "nothing-kept"


def contents(web: Web) -> dict[str, Any]:
    """Every row of every table, but the trail and when keys were used."""
    tables = web.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace AND relname <> 'audit_events'"
    )
    return {
        table: sorted(
            one.row
            for one in web.rows(
                f"SELECT (to_jsonb(t) - 'last_used_at')::text AS row FROM {table} t"  # noqa: S608 - names above
            )
        )
        for (table,) in tables
    }


def test_a_test_key_reaches_nobody_and_changes_nothing(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    program = api_keys.program(
        site, "client:create", "client:edit", "client:read", "intake:write", "appointment:write",
        role=Role.CLINICAL_LEAD, is_test=True,
    )  # fmt: skip
    before = contents(web)

    answers = [
        program.post("/clients", orders.client_order()),
        program.post("/intakes", orders.intake_order()),
        program.patch(f"/clients/{case.client_id}", {"pronouns": "they/them"}, version=1),
        program.post("/appointments", bookings.booked_order(case)),
    ]

    assert [one.status_code for one in answers] == [201, 201, 200, 201]
    assert {one.headers["Test-Key"] for one in answers} == {MARK}
    assert answers[2].get_json()["pronouns"] == "they/them"
    assert contents(web) == before
    assert web.rows("SELECT last_used_at FROM api_keys WHERE id = :k", k=program.key_id)[0][0]


def test_what_it_made_is_not_there(site: TestSite) -> None:
    program = api_keys.program(site, is_test=True)

    made = program.post("/clients", orders.client_order())
    sought = program.get(f"/clients/{made.get_json()['id']}")

    expect_problem(sought, 404, "not-found")
    assert sought.headers["Test-Key"] == MARK


def test_refusals_are_the_real_ones(site: TestSite) -> None:
    program = api_keys.program(site, is_test=True)
    known = orders.client_order()
    api_keys.program(site).post("/clients", known)

    assert expect_problem(program.post("/clients", known), 409, "duplicate")["candidates"]
    expect_problem(program.post("/clients", {}), 422, "validation-failed")
    expect_problem(program.get("/alerts"), 403, "forbidden")


def test_a_look_stays_in_the_trail_and_a_change_is_said_to_be_tried(
    web: Web, site: TestSite
) -> None:
    case = bookings.a_case(web, site)
    program = api_keys.program(site, "client:read", "client:edit", is_test=True)
    path = f"/clients/{case.client_id}"

    read = program.get(path)
    changed = program.patch(path, {"pronouns": "they/them"}, version=1)

    events = [
        web.rows(
            "SELECT subtype, action, outcome, client_id::text, entity_id, entity_version, fields"
            " FROM audit_events WHERE request_id = :r",
            r=answer.headers["X-Request-Id"],
        )
        for answer in (read, changed)
    ]
    assert [(one.subtype, one.action, one.client_id) for one in events[0]] == [
        ("read", "R", case.client_id)
    ]
    assert {tuple(one) for one in events[1]} == {
        ("try_out", "R", 0, case.client_id, None, None, None)
    }


@pytest.mark.parametrize("first_is_test", [True, False])
def test_an_answer_is_never_repeated_from_test_to_live_or_back(
    site: TestSite, *, first_is_test: bool
) -> None:
    first = api_keys.program(site, is_test=first_is_test)
    second = api_keys.program(site, is_test=not first_is_test)
    key = "the-very-same-idempotency-key"
    one = first.post("/clients", orders.client_order(), idempotency_key=key)

    other = second.post("/clients", orders.client_order(), idempotency_key=key)

    assert (one.status_code, other.status_code) == (201, 201)
    assert "Idempotency-Replayed" not in other.headers
    assert one.get_json()["id"] != other.get_json()["id"]


def test_a_repeated_test_runs_again(site: TestSite) -> None:
    program, body = api_keys.program(site, is_test=True), orders.client_order()
    key = "the-very-same-idempotency-key"

    answers = [program.post("/clients", body, idempotency_key=key) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    assert len({one.get_json()["id"] for one in answers}) == 2


def test_a_live_key_says_nothing_of_tests(site: TestSite) -> None:
    program = api_keys.program(site)

    assert "Test-Key" not in program.get("/cases").headers
