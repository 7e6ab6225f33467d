"""What is due to be measured: by the instruments' repetition, the plan's arm and the risk."""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import bookings
from tests.makers.assessments import NO_RISK, assessment_order
from tests.makers.cases import CaseOf, at_ten
from tests.makers.progress import used
from tests.support.web import TestSite, Web, counted, expect_problem


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """Handed in on Monday, 11 January 2027."""
    return bookings.a_case(web, site)


def signed(case: CaseOf, instrument: str, **changes: Any) -> None:
    made = case.counsellor.post(
        f"/cases/{case.id}/assessments", assessment_order(instrument, **changes)
    )
    path = f"/assessments/{made.get_json()['id']}/actions/sign"
    assert case.counsellor.act(path, version=1).status_code == 200


def due(case: CaseOf) -> dict[str, tuple[str, str, int]]:
    found = case.counsellor.get(f"/cases/{case.id}/reassessments").get_json()["data"]
    return {one["instrument"]: (one["due_on"], one["reason"], one["overdue_days"]) for one in found}


def test_completing_moves_the_next_due(web: Web, case: CaseOf) -> None:
    assert due(case) == dict.fromkeys(NO_RISK, ("2027-01-11", "first_time", 0))
    signed(case, "phq9", assessed_on="2027-01-10")
    assert due(case)["phq9"] == ("2027-01-24", "repeat_days", 0)

    at_ten(web, "2027-01-26")
    assert due(case)["phq9"] == ("2027-01-24", "repeat_days", 2)
    signed(case, "phq9")

    assert due(case)["phq9"] == ("2027-02-09", "repeat_days", 0)


def test_withdrawal_goes_by_the_arm_of_the_plan_and_the_last_use(
    web: Web, site: TestSite, case: CaseOf
) -> None:
    signed(case, "kwc8")
    assert "kwc8" not in due(case)
    bookings.follow_up(web, site, case)  # a plan of outpatient treatment, from today
    assert due(case)["kwc8"][:2] == ("2027-01-14", "withdrawal")
    at_ten(web, "2027-01-15")
    used(case, "2027-01-15")
    assert due(case)["kwc8"][:2] == ("2027-01-18", "withdrawal")

    web.run(
        "UPDATE plan_decisions SET chosen_setting = 'inpatient', matches_recommendation = false,"
        " override_code = 'other', sealed = '\\x00' WHERE case_id = :c",
        c=case.id,
    )

    assert due(case)["kwc8"][:2] == ("2027-01-16", "withdrawal")


def test_risk_is_asked_again_after_item_9_and_at_the_next_contact(case: CaseOf) -> None:
    at_risk = NO_RISK["cssrs"] | {"q2": True, "q3": True, "q4": False, "q5": False}
    signed(case, "cssrs", answers=at_risk, assessed_on="2027-01-09")
    assert "cssrs" not in due(case)
    bookings.book(case)
    assert due(case)["cssrs"][:2] == ("2027-01-18", "risk_at_contact")

    signed(case, "phq9", answers=[0] * 8 + [1], assessed_on="2027-01-10")

    assert due(case)["cssrs"] == ("2027-01-10", "phq9_item9", 1)


def test_the_list_holds_ones_own_cases_by_day_and_no_closed_one(
    web: Web, site: TestSite, case: CaseOf
) -> None:
    other = bookings.a_case(web, site)
    for instrument in NO_RISK:
        signed(case, instrument, assessed_on="2027-01-04")
    path = "/reassessments?due_before=2027-01-18"

    mine = case.counsellor.get(path).get_json()
    every = case.lead.get(path).get_json()["data"]

    assert [(one["instrument"], one["due_on"]) for one in mine["data"]] == [
        ("gad7", "2027-01-18"),
        ("phq9", "2027-01-18"),
    ]
    assert mine["is_capped"] is False
    assert {one["case_id"] for one in every} == {case.id, other.id}
    assert [one["due_on"] for one in every] == sorted(one["due_on"] for one in every)
    assert case.counsellor.get("/reassessments").get_json()["data"] == []
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=case.id)
    assert case.counsellor.get(path).get_json()["data"] == []
    assert due(case) == {}


def test_strangers_and_roles_without_assessments_read_nothing(
    case: CaseOf, site: TestSite, web: Web
) -> None:
    path = f"/cases/{case.id}/reassessments"

    expect_problem(site.person("counsellor").get(path), 403, "break-glass-required")
    expect_problem(web.site().person("clinical_lead").get(path), 404, "not-found")
    for role in ("peer_worker", "auditor", "administrator"):
        for address in (path, "/reassessments"):
            expect_problem(site.person(role).get(address), 403, "forbidden")


def test_one_case_or_many_cost_the_same(web: Web, site: TestSite, case: CaseOf) -> None:
    with counted(web) as one:
        case.counsellor.get(f"/cases/{case.id}/reassessments")
    with counted(web) as few:
        case.lead.get("/reassessments")
    for _ in range(3):
        bookings.a_case(web, site)
    with counted(web) as many:
        case.lead.get("/reassessments")

    # door, cases with everything, event
    assert (len(one), len(few), len(many)) == (3, 3, 3)
