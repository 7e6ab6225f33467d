"""The safety plan with its versions, and reviews of medicines with what came of them."""

from __future__ import annotations

import concurrent.futures
from typing import Any

import pytest

from tests.makers import bookings, cases
from tests.makers.cases import CaseOf
from tests.makers.outbound import SAFETY_PLAN, review_order
from tests.support.web import TestSite, Web, expect_problem, pointers


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """Handed in on Monday, 11 January 2027 at ten."""
    return bookings.a_case(web, site)


def plan(case: CaseOf) -> str:
    return f"/cases/{case.id}/safety-plan"


def asked(case: CaseOf, **changes: Any) -> str:
    made = case.counsellor.post(f"/cases/{case.id}/medication-reviews", review_order(**changes))
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def test_a_safety_plan_is_written_dated_and_grows_old(web: Web, case: CaseOf) -> None:
    expect_problem(case.counsellor.get(plan(case)), 404, "not-found")

    first = case.counsellor.put(plan(case), SAFETY_PLAN, version=0)

    assert first.status_code == 200, first.json
    assert first.headers["ETag"] == '"1"'
    cases.at_ten(web, "2027-01-21")
    found = case.lead.get(plan(case)).get_json()
    assert {name: found[name] for name in SAFETY_PLAN} == SAFETY_PLAN
    assert (found["written_on"], found["age_days"], found["people"]) == ("2027-01-11", 10, None)
    stored = web.rows("SELECT sealed FROM safety_plans WHERE case_id = :c", c=case.id)
    assert b"canal" not in bytes(stored[0].sealed)


def test_every_version_of_it_is_kept(case: CaseOf) -> None:
    case.counsellor.put(plan(case), SAFETY_PLAN, version=0)
    anew = SAFETY_PLAN | {"coping": "Music", "written_on": "2027-01-10"}

    second = case.lead.put(plan(case), anew, version=1)
    stale = case.counsellor.put(plan(case), SAFETY_PLAN, version=1)

    assert second.get_json()["version"] == 2
    expect_problem(stale, 412, "precondition-failed")
    kept = case.counsellor.get(f"{plan(case)}/versions").get_json()["data"]
    assert [(one["version"], one["coping"], one["age_days"]) for one in kept] == [
        (2, "Music", 1),
        (1, "A walk along the canal", 0),
    ]


def test_two_people_writing_at_once_leave_one_first_version(web: Web, case: CaseOf) -> None:
    people = [case.counsellor, case.lead]

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda one: one.put(plan(case), SAFETY_PLAN, version=0).status_code, people)
        )

    assert sorted(answers) == [200, 412]
    assert len(web.rows("SELECT 1 FROM safety_plans WHERE case_id = :c", c=case.id)) == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"coping": None}, {"/coping"}),
        ({"warning_signs": "  "}, {"/warning_signs"}),
        ({"written_on": "2027-01-12"}, {"/written_on"}),
        ({"mood": "low"}, {"/mood"}),
    ],
)
def test_a_safety_plan_is_whole(
    case: CaseOf, change: dict[str, str | None], named: set[str]
) -> None:
    order = {name: words for name, words in (SAFETY_PLAN | change).items() if words is not None}

    refused = case.counsellor.put(plan(case), order, version=0)

    assert pointers(expect_problem(refused, 422, "validation-failed")) <= named | {"/"}
    expect_problem(case.counsellor.get(plan(case)), 404, "not-found")


def test_a_review_is_asked_for_and_answered_once(web: Web, case: CaseOf) -> None:
    review = asked(case)
    path = f"/medication-reviews/{review}/actions/record-result"
    order = {"outcome": "started", "reviewed_by": "Dr Ames", "reviewed_on": "2027-01-14"}
    early = case.counsellor.act(path, order, version=1)
    cases.at_ten(web, "2027-01-15")

    done = case.counsellor.act(path, order | {"result": "Sertraline 50 mg"}, version=1)

    assert pointers(expect_problem(early, 422, "validation-failed")) == {"/reviewed_on"}
    assert done.status_code == 200, done.json
    [found] = case.lead.get(f"/cases/{case.id}/medication-reviews").get_json()["data"]
    assert (found["state"], found["outcome"], found["result"]) == (
        "done",
        "started",
        "Sertraline 50 mg",
    )
    assert (found["asked_of"], found["due_by"]) == ("Dr Ames, the practice", "2027-02-08")
    expect_problem(case.counsellor.act(path, order, version=2), 409, "conflict")
    stored = web.rows("SELECT sealed FROM medication_reviews WHERE id = :i", i=review)
    assert b"Sertraline" not in bytes(stored[0].sealed)


def test_a_review_is_called_off_with_a_reason(case: CaseOf) -> None:
    review = asked(case)
    path = f"/medication-reviews/{review}/actions/cancel"

    off = case.counsellor.act(path, {"reason": "She sees him anyway"}, version=1)

    assert off.get_json()["cancel_reason"] == "She sees him anyway"
    again = case.counsellor.act(path, {"reason": "Twice"}, version=2)
    expect_problem(again, 409, "conflict")


def test_nothing_is_asked_in_a_case_that_has_ended(web: Web, case: CaseOf) -> None:
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=case.id)

    for answer in (
        case.counsellor.post(f"/cases/{case.id}/medication-reviews", review_order()),
        case.counsellor.put(plan(case), SAFETY_PLAN, version=0),
    ):
        expect_problem(answer, 409, "conflict")


def test_a_past_or_distant_answer_is_not_asked_for(case: CaseOf) -> None:
    for day in ("2027-01-10", "2029-02-01"):
        order = review_order(due_by=day)
        refused = case.counsellor.post(f"/cases/{case.id}/medication-reviews", order)
        assert pointers(expect_problem(refused, 422, "validation-failed")) == {"/due_by"}


def test_another_site_finds_nothing(web: Web, case: CaseOf) -> None:
    case.counsellor.put(plan(case), SAFETY_PLAN, version=0)
    stranger = web.site().person("clinical_lead")

    for path in (plan(case), f"{plan(case)}/versions", f"/cases/{case.id}/medication-reviews"):
        expect_problem(stranger.get(path), 404, "not-found")
