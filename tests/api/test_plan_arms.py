"""How treatment changes: returned choices, steps up and down with their reasons, days of review."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.makers import cases, moves, plans
from tests.makers.cases import CaseOf
from tests.makers.plans import plan_order
from tests.support.web import TestSite, Web, expect_problem, pointers

COMMENT = "Her kidneys: ask urology first whether a bed can wait."
STAY = {"admission_on": "2027-01-20", "discharge_on": "2027-02-10"}


@pytest.fixture
def guarded(web: Web, site: TestSite) -> CaseOf:
    """V11, assessed: below its floors a second person signs off."""
    return cases.assessed(web, site, "V11")


def arms(case: CaseOf) -> list[tuple[str, str, str | None, str | None]]:
    """Setting, from, until and how it ended, of everything that was in force, oldest first."""
    listed = case.counsellor.get(f"/cases/{case.id}/plans").get_json()["data"]
    return [
        (one["chosen_setting"], one["in_force_from"], one["in_force_until"], one["end_code"])
        for one in reversed(listed)
        if one["in_force_from"]
    ]


def give_back(case: CaseOf, plan: dict[str, Any], **order: str) -> TestResponse:
    path = f"/plans/{plan['id']}/actions/return"
    return case.lead.act(path, {"comment": COMMENT} | order, version=plan["version"])


def tasks(case: CaseOf, kind: str) -> list[tuple[str, str | None]]:
    listed = case.lead.get(f"/cases/{case.id}/tasks").get_json()["data"]
    return [(one["state"], one["owner_id"]) for one in listed if one["kind"] == kind]


def dense(web: Web, plan_id: str) -> bool:
    """Whether each version of a decision has one event."""
    rows = web.rows(
        "SELECT p.version, (SELECT array_agg(e.entity_version ORDER BY e.entity_version)"
        " FROM audit_events e WHERE e.entity_id = p.id AND e.action <> 'R') AS seen"
        " FROM plan_decisions p WHERE p.id = :i",
        i=uuid.UUID(plan_id),
    )
    return list(rows[0].seen) == list(range(1, rows[0].version + 1))


def test_a_choice_is_returned_with_a_comment_and_decided_again(web: Web, guarded: CaseOf) -> None:
    waiting = plans.decided(guarded, "outpatient_cbt")

    returned = give_back(guarded, waiting)

    assert returned.status_code == 200, returned.json
    body = returned.get_json()
    assert (body["state"], body["returned_by"]) == ("returned", str(guarded.lead.staff_id))
    assert body["return_comment"] == COMMENT
    assert b"kidneys" not in bytes(
        web.rows("SELECT sealed FROM plan_decisions WHERE id = :i", i=waiting["id"])[0].sealed
    )
    assert tasks(guarded, "sign_off") == [("done", None)]
    assert tasks(guarded, "decide_again") == [("open", str(guarded.counsellor.staff_id))]
    plans.decided(guarded, "inpatient", **STAY)
    assert tasks(guarded, "decide_again") == [("cancelled", str(guarded.counsellor.staff_id))]
    assert guarded.read()["state"] == "plan_chosen"
    assert dense(web, waiting["id"])


def test_nobody_returns_their_own_nor_without_a_word(guarded: CaseOf, site: TestSite) -> None:
    order = plan_order(guarded, "outpatient_cbt")
    own = guarded.lead.post(f"/cases/{guarded.id}/plans", order).get_json()

    expect_problem(give_back(guarded, own), 403, "forbidden")
    other = site.person("clinical_lead")
    path = f"/plans/{own['id']}/actions/return"
    wordless = other.act(path, {}, version=own["version"])
    assert pointers(expect_problem(wordless, 422, "validation-failed")) == {"/comment"}
    stale = other.act(path, {"comment": COMMENT}, version=7)
    expect_problem(stale, 412, "precondition-failed")


def test_what_was_in_force_stays_so_when_its_successor_is_returned(
    web: Web, guarded: CaseOf
) -> None:
    first = plans.decided(guarded, "inpatient", **STAY)
    waiting = plans.decided(guarded, "outpatient_cbt")
    meanwhile = arms(guarded)

    give_back(guarded, waiting)

    assert meanwhile == arms(guarded)
    found = guarded.counsellor.get(f"/plans/{first['id']}").get_json()
    assert (found["state"], found["in_force_until"]) == ("agreed", None)
    assert dense(web, first["id"])
    again = give_back(guarded, {"id": waiting["id"], "version": 2})
    expect_problem(again, 409, "conflict")


def test_a_step_in_treatment_closes_the_arm_with_its_reason(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    before = arms(case)
    order = plan_order(case, "peer_support", change_code="progress")

    made = case.counsellor.post(f"/cases/{case.id}/plans", order)

    assert made.status_code == 201, made.json
    assert case.read()["state"] == "active"
    assert [one[0] for one in before] == ["outpatient_cbt"]
    (down, now) = arms(case)
    assert down[1:] == (before[0][1], moves.FIRST_DAY, "stepped_down")
    assert now == ("peer_support", moves.FIRST_DAY, None, None)
    cases.at_ten(web, "2027-01-22")
    plans.decided(case, "outpatient_cbt", change_code="relapse")
    assert [one[3] for one in arms(case)] == ["stepped_down", "stepped_up", None]
    listed = case.counsellor.get(f"/cases/{case.id}/plans").get_json()["data"]
    assert [one["change_code"] for one in listed] == ["relapse", "progress", None]
    ended = case.counsellor.get(f"/plans/{listed[1]['id']}").get_json()
    assert ended["end_reason"] == plans.CHANGE
    assert all(dense(web, one["id"]) for one in listed)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"change_code": None}, {"/change_code"}),
        ({"change_reason": "Too short."}, {"/change_reason"}),
        ({"change_code": "bored"}, {"/change_code"}),
        ({"review_on": "2027-01-20"}, {"/review_on"}),
        ({"review_on": "2028-01-20"}, {"/review_on"}),
    ],
)
def test_another_setting_needs_a_reason_and_a_review_lies_ahead(
    web: Web, site: TestSite, change: dict[str, str | None], named: set[str]
) -> None:
    case = moves.begun(web, site)
    order = {n: v for n, v in (plan_order(case, "peer_support") | change).items() if v is not None}

    answer = case.counsellor.post(f"/cases/{case.id}/plans", order)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == named
    assert len(arms(case)) == 1


def test_a_first_choice_changes_nothing(guarded: CaseOf) -> None:
    order = plan_order(guarded, "inpatient", change_code="other", change_reason=plans.CHANGE)

    answer = guarded.counsellor.post(f"/cases/{guarded.id}/plans", order)

    refused = expect_problem(answer, 422, "validation-failed")
    assert pointers(refused) == {"/change_code", "/change_reason"}


def test_every_decision_has_its_day_of_review(web: Web, site: TestSite) -> None:
    case = moves.planned(web, site)
    plan = case.counsellor.get(f"/cases/{case.id}/plans").get_json()["data"][0]
    path = f"/plans/{plan['id']}"
    order = {"review_on": "2027-02-03", "client_view": "Sooner is better."}

    changed = case.counsellor.patch(path, order, version=plan["version"])

    assert (plan["decided_on"], plan["review_on"]) == ("2027-01-13", "2027-02-10")
    assert changed.status_code == 200, changed.json
    assert (changed.get_json()["review_on"], changed.get_json()["client_view"]) == (
        "2027-02-03",
        "Sooner is better.",
    )
    past = case.counsellor.patch(path, {"review_on": "2027-01-13"}, version=2)
    assert pointers(expect_problem(past, 422, "validation-failed")) == {"/review_on"}
    expect_problem(case.counsellor.patch(path, order, version=1), 412, "precondition-failed")
    assert dense(web, plan["id"])


def test_what_speaks_against_a_choice_is_shown_with_it(guarded: CaseOf) -> None:
    made = plans.decided(guarded, "outpatient_cbt")

    shown = guarded.counsellor.get(f"/plans/{made['id']}").get_json()["cautions"]

    assert made["cautions"] == shown
    assert [one["code"] for one in shown] == ["safety_floor_open", "group_unsuitable"]


def test_an_arm_ends_with_the_case_and_a_corrected_death_takes_it_up_again(
    web: Web, site: TestSite
) -> None:
    case = moves.begun(web, site)
    died = moves.move(case.lead, case, **{"to": "deceased"} | moves.DEATH)
    ended = arms(case)
    order = {"kind": "correction", "reason": "Another person of the same name."}
    proposal = case.lead.post(f"/cases/{case.id}/proposals", order)

    assert died.status_code == 200, died.json
    assert ended[0][2:] == (moves.FIRST_DAY, "deceased")
    assert proposal.status_code == 201, proposal.json
    path = f"/proposals/{proposal.get_json()['id']}/actions/approve"
    agreed = site.person("clinical_lead").act(path, version=1)
    assert agreed.status_code == 200, agreed.json
    assert arms(case)[0][2:] == (None, None)


def test_a_withdrawn_plan_is_no_longer_in_force(web: Web, site: TestSite) -> None:
    case = moves.planned(web, site)

    moved = moves.move(case.counsellor, case, "assessed", reason="She moves to her aunt.")

    assert moved.status_code == 200, moved.json
    assert [one[3] for one in arms(case)] == ["withdrawn"]
    plan = case.counsellor.get(f"/cases/{case.id}/plans").get_json()["data"][0]
    assert plan["state"] == "superseded"
    assert dense(web, plan["id"])
