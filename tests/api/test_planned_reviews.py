"""A review of medicines comes of rule J04 with the decision, once for a case."""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import cases, outbound, plans
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web


def reviews(case: CaseOf) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = case.counsellor.get(
        f"/cases/{case.id}/medication-reviews"
    ).get_json()["data"]
    return found


def adjuncts(case: CaseOf) -> list[str]:
    found: list[str] = case.recommendation()["result"]["recommendation"]["adjuncts"]
    return found


def test_a_decision_asks_for_the_review_its_recommendation_carries(
    web: Web, site: TestSite
) -> None:
    case = cases.assessed(web, site, "V04")

    plans.decided(case, "outpatient_cbt")

    assert "J04" in adjuncts(case)
    [review] = reviews(case)
    psychiatry = next(
        one
        for one in case.counsellor.get(f"/cases/{case.id}/outbound-referrals").get_json()["data"]
        if one["adjunct"] == "J04"
    )
    assert (review["medicine"], review["state"]) == ("antidepressant", "asked")
    assert review["due_by"] == psychiatry["due_by"]
    assert review["asked_by"] == str(case.counsellor.staff_id)
    assert "J04" in review["question"]
    [row] = web.rows("SELECT sealed FROM medication_reviews WHERE case_id = :c", c=case.id)
    assert b"J04" not in bytes(row.sealed)
    events = web.rows(
        "SELECT subtype, entity_version FROM audit_events WHERE entity_type = 'medication_reviews'"
        " AND client_id = :c AND action = 'C'",
        c=case.client_id,
    )
    assert [tuple(one) for one in events] == [("plan", 1)]


def test_without_the_rule_no_review_is_asked_for(web: Web, site: TestSite) -> None:
    case = cases.assessed(web, site, "V02")

    plans.decided(case, "outpatient_cbt")

    assert "J04" not in adjuncts(case)
    assert reviews(case) == []


@pytest.mark.parametrize("ended", ["open", "cancelled"])
def test_another_decision_asks_no_second_time(web: Web, site: TestSite, ended: str) -> None:
    case = cases.assessed(web, site, "V04")
    plans.decided(case, "outpatient_cbt")
    [review] = reviews(case)
    if ended == "cancelled":
        path = f"/medication-reviews/{review['id']}/actions/cancel"
        assert (
            case.counsellor.act(path, {"reason": "Sees one already"}, version=1).status_code == 200
        )

    plans.decided(case, "outpatient_cbt")

    assert [one["id"] for one in reviews(case)] == [review["id"]]


def test_what_a_person_asked_for_before_is_enough(web: Web, site: TestSite) -> None:
    case = cases.assessed(web, site, "V04")
    order = outbound.review_order(medicine="antidepressant")
    made = case.counsellor.post(f"/cases/{case.id}/medication-reviews", order)

    plans.decided(case, "outpatient_cbt")

    assert [one["id"] for one in reviews(case)] == [made.get_json()["id"]]
