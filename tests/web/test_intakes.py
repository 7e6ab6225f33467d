"""Is an intake asked step by step, saved while one types, and handed in as by the API?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import orders
from tests.support.web import Caller, TestSite
from tests.web.browser import pages_of
from tests.web.test_pages import text_of

STEPS = (
    "safety",
    "person",
    "contact",
    "referral",
    "use",
    "physical",
    "mental",
    "social",
    "consent",
)
BEGIN = {
    "client__given_name": "Maya",
    "client__family_name": "Linton",
    "client__date_of_birth-day": "14",
    "client__date_of_birth-month": "3",
    "client__date_of_birth-year": "1997",
    "referral__source": "self",
    "referral__referral_date-day": "5",
    "referral__referral_date-month": "1",
    "referral__referral_date-year": "2026",
    "referral__urgency": "routine",
}


@pytest.fixture
def coordinator(site: TestSite) -> Caller:
    return site.person("intake_coordinator")


def drafted(coordinator: Caller, **changes: Any) -> dict[str, Any]:
    made = coordinator.post("/intakes", orders.intake_order(**changes))
    assert made.status_code == 201, made.json
    body: dict[str, Any] = made.get_json()
    return body


def test_every_step_shows(coordinator: Caller) -> None:
    made, pages = drafted(coordinator), pages_of(coordinator)
    for path in (
        "/intakes",
        "/intakes/new",
        f"/intakes/{made['id']}",
        f"/intakes/{made['id']}/check",
        f"/intakes/{made['id']}/interrupt",
    ):
        text_of(pages.get(path), 200)
    for slug in STEPS:
        text_of(pages.get(f"/intakes/{made['id']}/steps/{slug}"), 200)


def test_begin(coordinator: Caller) -> None:
    pages = pages_of(coordinator)
    text_of(pages.get("/intakes/new"), 200)
    sent = pages.send("/intakes/new", **BEGIN)
    assert sent.status_code == 303, sent.get_data(as_text=True)
    text_of(pages.get(sent.location), 200)
