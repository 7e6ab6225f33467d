"""Do the worked examples come out exactly as expected over HTTP, from referral to follow-up?"""

from __future__ import annotations

from typing import Any

import pytest

from intake.cli import vignettes
from tests.makers import cases
from tests.support.web import TestSite, Web

EXAMPLES = vignettes.examples()


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_worked_example_comes_out_over_http(web: Web, site: TestSite, name: str) -> None:
    case = cases.assessed(web, site, name)

    found = case.recommend()

    assert found["state"] == "complete"
    assert found["missing"] == found["unsigned"] == []
    assert vignettes.differences(EXAMPLES[name]["expected"], found["result"]) == ()
    assert case.read()["state"] == "assessed"


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_alerts_are_raised_once_each(web: Web, site: TestSite, name: str) -> None:
    case = cases.assessed(web, site, name)

    case.recommend()

    expected = {(one["code"], one["priority"]) for one in EXAMPLES[name]["expected"]["alerts"]}
    assert _raised(web, case.id) == sorted(expected)


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_follow_up_is_that_of_the_chosen_setting(web: Web, site: TestSite, name: str) -> None:
    case = cases.assessed(web, site, name)
    body = vignettes.plan_body(EXAMPLES[name], case.recommend()["id"])

    made = case.counsellor.post(f"/cases/{case.id}/plans", body)

    assert made.status_code == 201, made.json
    assert made.get_json()["state"] == "agreed"
    expected = vignettes.expected_follow_up(EXAMPLES[name], body)
    stored = case.counsellor.get(f"/cases/{case.id}/follow-ups").get_json()["data"]
    assert vignettes.follow_up_differences(expected, stored) == ()
    assert {one["state"] for one in stored} == {"planned"}


def _raised(web: Web, case_id: str) -> list[tuple[Any, ...]]:
    rows = web.rows(
        "SELECT code, priority FROM alerts WHERE case_id = :c AND state <> 'closed' ORDER BY code",
        c=case_id,
    )
    return [tuple(row) for row in rows]
