"""Is a value that was moved behind the application's back noticed, and answered without a 500?"""

from __future__ import annotations

import pytest

from tests.makers import cases, orders
from tests.support.web import TestSite, Web, expect_problem

SWAPS = {
    "two people's names": (
        "UPDATE clients SET given_name = (SELECT o.given_name FROM clients o WHERE o.id = :b)"
        " WHERE id = :a"
    ),
    "two people's keys": (
        "UPDATE clients SET wrapped_key = (SELECT o.wrapped_key FROM clients o WHERE o.id = :b)"
        " WHERE id = :a AND :b IS NOT NULL"
    ),
    "first and last name": (
        "UPDATE clients SET given_name = family_name, family_name = given_name"
        " WHERE id = :a AND :b IS NOT NULL"
    ),
    "half a value": (
        "UPDATE clients SET family_name = substring(family_name FROM 1 FOR 9)"
        " WHERE id = :a AND :b IS NOT NULL"
    ),
    "the version in the head": (
        "UPDATE clients SET given_name = set_byte(given_name, 4, 2)"
        " WHERE id = :a AND :b IS NOT NULL"
    ),
}


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS.keys())
def test_a_moved_value_is_answered_with_409_and_leaves_a_failed_event(
    web: Web, site: TestSite, swap: str
) -> None:
    caller = site.person("intake_coordinator")
    first, second = (
        caller.post("/clients", orders.client_order()).get_json()["id"] for _ in range(2)
    )
    web.run(swap.replace(":b", "CAST(:b AS uuid)"), a=first, b=second)

    answer = caller.get(f"/clients/{first}")

    body = expect_problem(answer, 409, "integrity-error")
    assert "Maya" not in answer.text
    [event] = web.rows(
        "SELECT outcome, outcome_code FROM audit_events WHERE request_id = :r",
        r=body["request_id"],
    )
    assert tuple(event) == (8, "integrity-error")
    assert caller.get(f"/clients/{second}").status_code == 200
    expect_problem(caller.get("/clients"), 409, "integrity-error")


def test_a_moved_number_is_noticed_too(web: Web, site: TestSite) -> None:
    caller = site.person("intake_coordinator")
    one, other = (
        caller.post("/clients", orders.reachable_client()).get_json()["id"] for _ in range(2)
    )
    web.run(
        "UPDATE contact_points SET value ="
        " (SELECT c.value FROM contact_points c WHERE c.client_id = :b) WHERE client_id = :a",
        a=one,
        b=other,
    )

    expect_problem(caller.get(f"/clients/{one}/contacts"), 409, "integrity-error")


def test_a_moved_text_of_an_intake_is_noticed(web: Web, site: TestSite) -> None:
    answers = orders.NO_RISK | {"demographics": {"address": "12 Quay Street"}}
    one, other = (cases.handed_in(site, orders.intake_order(answers=answers)) for _ in range(2))
    web.run(
        "UPDATE intakes SET sealed = (SELECT i.sealed FROM intakes i WHERE i.id = :b)"
        " WHERE id = :a",
        a=one.intake_id,
        b=other.intake_id,
    )

    expect_problem(one.counsellor.get(f"/intakes/{one.intake_id}"), 409, "integrity-error")


def test_a_key_that_this_process_lacks_is_told_as_unavailable(web: Web, site: TestSite) -> None:
    caller = site.person("intake_coordinator")
    made = caller.post("/clients", orders.client_order()).get_json()["id"]
    web.run("UPDATE clients SET kek_id = 7 WHERE id = :a", a=made)

    expect_problem(caller.get(f"/clients/{made}"), 503, "unavailable")
