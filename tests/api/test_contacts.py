"""Is one more way to reach a person written down, found again, and refused where it must be?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import orders
from tests.support.web import Caller, TestSite, Web, expect_problem, pointers

NUMBER = "+44 7700 900777"


@pytest.fixture
def coordinator(site: TestSite) -> Caller:
    """Somebody who registers people."""
    return site.person("intake_coordinator")


def registered(coordinator: Caller, **changes: Any) -> str:
    made = coordinator.post("/clients", orders.client_order(**changes))
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def test_it_is_stored_sealed_and_leaves_its_event(web: Web, coordinator: Caller) -> None:
    client = registered(coordinator)

    made = coordinator.post(f"/clients/{client}/contacts", orders.contact_order(value=NUMBER))

    assert made.status_code == 201, made.json
    body = made.get_json()
    assert body == {"id": body["id"], "version": 1, "channel": "sms", "is_safe": True}
    [read] = coordinator.get(f"/clients/{client}/contacts").get_json()["data"]
    assert (read["value"], read["confirmed_at"] is not None) == ("+447700900777", True)
    [row] = web.rows("SELECT value FROM contact_points WHERE client_id = :c", c=client)
    assert b"7700900777" not in bytes(row.value)
    [event] = web.rows(
        "SELECT action FROM audit_events WHERE client_id = :c AND type = 'contact'"
        " AND subtype = 'create'",
        c=client,
    )
    assert event.action == "C"


def test_duplicates_find_the_number_from_then_on(coordinator: Caller) -> None:
    client = registered(coordinator, date_of_birth="1980-05-05")
    sought = {"given_name": "Ann", "family_name": "Other", "date_of_birth": "1960-01-01"}
    before = coordinator.post("/clients/match", sought | {"phone": NUMBER}).get_json()
    for _ in range(2):  # the same number twice is two contact points and one way to be found
        coordinator.post(f"/clients/{client}/contacts", orders.contact_order(value=NUMBER))

    after = coordinator.post("/clients/match", sought | {"phone": NUMBER}).get_json()

    assert before["candidates"] == []
    assert [(one["client_id"], one["matched"]) for one in after["candidates"]] == [
        (client, "same phone")
    ]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"value": "12"}, "/value"),
        ({"channel": "email", "value": "nobody"}, "/value"),
        ({"channel": "pigeon"}, "/channel"),
    ],
)
def test_what_is_wrong_is_named(coordinator: Caller, changes: dict[str, str], pointer: str) -> None:
    client = registered(coordinator)

    refused = coordinator.post(f"/clients/{client}/contacts", orders.contact_order(**changes))

    assert pointers(expect_problem(refused, 422, "validation-failed")) == {pointer}
    assert coordinator.get(f"/clients/{client}/contacts").get_json()["data"] == []
