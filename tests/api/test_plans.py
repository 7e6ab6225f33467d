"""Plan decisions: beside the recommendation, with reasons, dates, follow-up and a key worker."""

from __future__ import annotations

import concurrent.futures
import uuid
from dataclasses import replace
from typing import Any

import pytest

from tests.makers import cases, plans
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf
from tests.makers.plans import plan_order
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """V01, assessed: inpatient is recommended; it is 13 January 2027."""
    return cases.assessed(web, site, "V01")


def rows_of(web: Web, table: str, case: CaseOf) -> list[Any]:
    """All rows of a case, the oldest first."""
    return web.rows(f"SELECT * FROM {table} WHERE case_id = :c ORDER BY id", c=case.id)  # noqa: S608 - our own table names


def codes(case: CaseOf, query: str = "") -> list[str]:
    """The codes of the follow-up, by due date."""
    listed = case.counsellor.get(f"/cases/{case.id}/follow-ups{query}").get_json()["data"]
    return [one["code"] for one in listed]


def test_a_decision_stands_beside_what_was_recommended(web: Web, case: CaseOf) -> None:
    order = plan_order(case, "outpatient_cbt", client_view="I want to sleep at home.")

    made = case.counsellor.post(f"/cases/{case.id}/plans", order)

    assert made.status_code == 201, made.json
    body = made.get_json()
    assert body == {"id": body["id"], "version": 1, "state": "agreed", "cautions": []}
    assert made.headers["Location"] == f"/api/v1/plans/{body['id']}"
    shown = case.counsellor.get(f"/plans/{body['id']}").get_json()
    assert (shown["recommended_setting"], shown["feasible_setting"]) == ("inpatient", "inpatient")
    assert (shown["chosen_setting"], shown["matches_recommendation"]) == ("outpatient_cbt", False)
    assert (shown["override_code"], shown["override_reason"]) == ("carer_duties", plans.REASON)
    assert (shown["client_view"], shown["decided_on"]) == ("I want to sleep at home.", "2027-01-13")
    stored = rows_of(web, "plan_decisions", case)[0]
    assert b"mother" not in bytes(stored.sealed)
    assert stored.decided_by == case.counsellor.staff_id


def test_the_list_shows_no_words_about_the_person(case: CaseOf) -> None:
    plans.decided(case, "outpatient_cbt")

    listed = case.counsellor.get(f"/cases/{case.id}/plans").get_json()["data"]

    assert [one["chosen_setting"] for one in listed] == ["outpatient_cbt"]
    assert "override_reason" not in listed[0]


@pytest.mark.parametrize(
    ("setting", "change", "named"),
    [
        ("outpatient_cbt", {"override_code": None}, {"/override_code"}),
        ("outpatient_cbt", {"override_reason": "Too short a reason."}, {"/override_reason"}),
        (
            "outpatient_cbt",
            {"override_code": None, "override_reason": None},
            {"/override_code", "/override_reason"},
        ),
        ("outpatient_cbt", {"override_code": "because"}, {"/override_code"}),
        ("inpatient", {"override_code": "other"}, {"/override_code"}),
        ("inpatient", {"override_reason": plans.REASON}, {"/override_reason"}),
        ("outpatient_cbt", {"admission_on": "2027-01-18"}, {"/admission_on"}),
        ("inpatient", {"admission_on": "2027-01-12"}, {"/admission_on"}),
        (
            "inpatient",
            {"admission_on": "2027-01-18", "discharge_on": "2027-01-18"},
            {"/discharge_on"},
        ),
        ("inpatient", {"decided_on": "2027-01-14"}, {"/decided_on"}),
        ("hospital", {}, {"/chosen_setting"}),
        ("inpatient", {"shared_decision": "yes"}, {"/shared_decision"}),
        ("inpatient", {"recommendation_id": str(uuid.uuid4())}, {"/recommendation_id"}),
        ("inpatient", {"feasible_setting": "inpatient"}, {"/feasible_setting"}),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(
    web: Web, case: CaseOf, setting: str, change: dict[str, Any], named: set[str]
) -> None:
    order = plan_order(case, setting) | change
    body = {name: value for name, value in order.items() if value is not None}

    answer = case.counsellor.post(f"/cases/{case.id}/plans", body)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == named
    assert rows_of(web, "plan_decisions", case) == rows_of(web, "follow_ups", case) == []
    assert case.read()["state"] == "assessed"


def test_it_must_stand_beside_the_newest_recommendation(web: Web, case: CaseOf) -> None:
    order = plan_order(case, "inpatient")
    cases.sign_all(case, [assessment_order("gad7", answers=[3, 3, 3, 3, 3, 3, 3])])
    case.recommend()

    answer = case.counsellor.post(f"/cases/{case.id}/plans", order)

    assert "newest" in expect_problem(answer, 409, "conflict")["detail"]
    assert rows_of(web, "plan_decisions", case) == []


def test_an_incomplete_recommendation_supports_no_decision(web: Web, case: CaseOf) -> None:
    web.run("UPDATE intakes SET answers = answers #- '{physical,fever}' WHERE case_id = :c",
            c=case.id)  # fmt: skip
    order = plan_order(case, "inpatient")
    web.run("UPDATE cases SET state = 'assessed' WHERE id = :c", c=case.id)

    answer = case.counsellor.post(f"/cases/{case.id}/plans", order)

    assert "fever" in expect_problem(answer, 409, "conflict")["detail"]


def test_a_case_that_is_not_assessed_gets_no_plan(web: Web, site: TestSite) -> None:
    case = cases.of_vignette(web, site, "V01")
    order = plan_order(case, "inpatient")

    answer = case.counsellor.post(f"/cases/{case.id}/plans", order)

    assert "assessed" in expect_problem(answer, 409, "conflict")["detail"]


def test_without_a_key_worker_the_case_waits_for_one(web: Web, case: CaseOf) -> None:
    web.run("UPDATE cases SET key_worker_id = NULL WHERE id = :c", c=case.id)
    plans.decided(replace(case, counsellor=case.lead), "outpatient_cbt")
    waiting = case.read()

    named = case.lead.act(
        f"/cases/{case.id}/actions/assign",
        {"key_worker_id": str(case.counsellor.staff_id)},
        version=waiting["version"],
    )

    assert waiting["state"] == "assessed"
    assert named.get_json()["state"] == "plan_chosen"
    assert [row.to_state for row in rows_of(web, "case_transitions", case)] == [
        "referred",
        "intake",
        "assessed",
        "plan_chosen",
    ]


def test_a_lead_names_the_key_worker_with_the_decision(web: Web, case: CaseOf) -> None:
    order = plan_order(case, "outpatient_cbt", key_worker_id=str(case.counsellor.staff_id))

    made = case.lead.post(f"/cases/{case.id}/plans", order)

    assert made.status_code == 201, made.json
    found = case.read()
    assert (found["state"], found["key_worker_id"]) == (
        "plan_chosen",
        str(case.counsellor.staff_id),
    )
    versions = web.rows(
        "SELECT entity_version FROM audit_events WHERE entity_type = 'cases' AND entity_id = :c"
        " AND action <> 'R' ORDER BY entity_version",
        c=uuid.UUID(case.id),
    )
    assert [row.entity_version for row in versions] == list(range(1, found["version"] + 1))


def test_a_counsellor_names_no_key_worker_but_may_repeat_who_it_is(web: Web, case: CaseOf) -> None:
    worker, colleague = case.counsellor, case.coordinator.site.person("counsellor")
    order = plan_order(case, "outpatient_cbt", key_worker_id=str(worker.staff_id))
    path = f"/cases/{case.id}/plans"

    refused = worker.post(path, order | {"key_worker_id": str(colleague.staff_id)})
    kept = rows_of(web, "plan_decisions", case)
    taken = worker.post(path, order)

    expect_problem(refused, 403, "forbidden")
    assert kept == []
    assert taken.status_code == 201, taken.json
    assert case.read()["state"] == "plan_chosen"


def test_nobody_from_elsewhere_becomes_key_worker(web: Web, case: CaseOf) -> None:
    stranger = web.site().person("counsellor")
    order = plan_order(case, "outpatient_cbt", key_worker_id=str(stranger.staff_id))

    answer = case.lead.post(f"/cases/{case.id}/plans", order)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {"/key_worker_id"}
    assert rows_of(web, "plan_decisions", case) == []


def test_a_new_decision_withdraws_what_was_still_planned(web: Web, case: CaseOf) -> None:
    plans.decided(case, "outpatient_cbt")
    web.run("UPDATE follow_ups SET state = 'done' WHERE case_id = :c AND code = 'O1'", c=case.id)
    web.run("UPDATE follow_ups SET state = 'booked' WHERE case_id = :c AND code = 'O3'", c=case.id)

    plans.decided(case, "inpatient", admission_on="2027-01-18", discharge_on="2027-02-15")

    assert [row.state for row in rows_of(web, "plan_decisions", case)] == ["superseded", "agreed"]
    kept = codes(case, "?state=planned")
    assert {"I2", "X1"} <= set(kept)
    assert "O4" not in kept
    assert (codes(case, "?state=done"), codes(case, "?state=booked")) == (["O1"], ["O3"])
    assert "O4" in codes(case, "?state=withdrawn")
    versions = web.rows("SELECT version FROM plan_decisions WHERE case_id = :c ORDER BY id",
                        c=case.id)  # fmt: skip
    assert [row.version for row in versions] == [2, 1]


@pytest.mark.parametrize(
    ("dates", "missing"),
    [
        ({}, ["the admission date", "the discharge date"]),
        ({"admission_on": "2027-01-18"}, ["the discharge date"]),
        ({"admission_on": "2027-01-18", "discharge_on": "2027-02-15"}, None),
    ],
)
def test_an_inpatient_plan_without_dates_asks_for_them(
    case: CaseOf, dates: dict[str, str], missing: list[str] | None
) -> None:
    plans.decided(case, "inpatient", **dates)

    listed = case.counsellor.get(f"/cases/{case.id}/tasks?state=open").get_json()["data"]
    asked = [one for one in listed if one["kind"] == "set_dates"]
    assert [bool(asked), "X1" in codes(case)] == [missing is not None, missing is None]
    if missing:
        assert all(words in asked[0]["note"] for words in missing)
        assert asked[0]["owner_id"] == str(case.counsellor.staff_id)
        plans.decided(case, "inpatient", admission_on="2027-01-18", discharge_on="2027-02-15")
        after = case.counsellor.get(f"/cases/{case.id}/tasks").get_json()["data"]
        assert [one["state"] for one in after if one["kind"] == "set_dates"] == ["cancelled"]


def test_two_people_deciding_at_once_leave_one_in_force(web: Web, case: CaseOf) -> None:
    order, path = plan_order(case, "outpatient_cbt"), f"/cases/{case.id}/plans"
    people = [case.counsellor, case.lead]

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: one.post(path, order).status_code, people))

    assert answers == [201, 201]
    states = [row.state for row in rows_of(web, "plan_decisions", case)]
    assert sorted(states) == ["agreed", "superseded"]
    assert len(codes(case, "?state=planned")) == len(set(codes(case, "?state=planned")))


def test_a_repeated_request_decides_once(web: Web, case: CaseOf) -> None:
    order, key = plan_order(case, "outpatient_cbt"), str(uuid.uuid4())
    path = f"/cases/{case.id}/plans"

    first = case.counsellor.post(path, order, idempotency_key=key)
    again = case.counsellor.post(path, order, idempotency_key=key)

    assert again.get_json() == first.get_json()
    assert len(rows_of(web, "plan_decisions", case)) == 1


def test_who_may_not_decide_is_refused_and_another_site_finds_nothing(
    web: Web, site: TestSite, case: CaseOf
) -> None:
    order, path = plan_order(case, "outpatient_cbt"), f"/cases/{case.id}/plans"
    stranger = web.site().person("clinical_lead")

    for role in ("intake_coordinator", "peer_worker", "auditor", "administrator"):
        expect_problem(site.person(role).post(path, order), 403, "forbidden")
    expect_problem(stranger.post(path, order), 404, "not-found")
    expect_problem(stranger.get(path), 404, "not-found")
    expect_problem(stranger.get(f"/cases/{case.id}/follow-ups"), 404, "not-found")
    made = plans.decided(case, "outpatient_cbt")
    expect_problem(stranger.get(f"/plans/{made['id']}"), 404, "not-found")
    assert len(rows_of(web, "plan_decisions", case)) == 1


def test_each_act_sends_its_budget_of_statements(web: Web, case: CaseOf) -> None:
    case.lead.act(f"/cases/{case.id}/actions/assign",
                  {"key_worker_id": str(case.counsellor.staff_id)},
                  version=case.read()["version"])  # fmt: skip
    order = plan_order(case, "outpatient_cbt")
    with counted(web) as deciding:
        made = case.counsellor.post(f"/cases/{case.id}/plans", order).get_json()
    with counted(web) as reading:
        case.counsellor.get(f"/plans/{made['id']}")
    with counted(web) as listing:
        case.counsellor.get(f"/cases/{case.id}/plans")
    with counted(web) as following:
        case.counsellor.get(f"/cases/{case.id}/follow-ups")

    read_first = 4  # case with person, locked; advice and decisions; consents; referrals out
    judged = 7  # may the case move on: see services/move_facts.py
    written = 8  # tasks, decision, goal and version, follow-ups, referral out, case, transition
    assert len(deciding) == 2 + read_first + judged + written + 2, deciding
    assert [len(reading), len(listing), len(following)] == [3, 4, 4]
