"""A choice below a safety floor waits for a clinical lead who is somebody else.

V11: dependent on opioids and psychotic, so F4 and F5 demand a bed; a bed is free and accepted.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.makers import cases, plans
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf
from tests.makers.plans import plan_order
from tests.support.web import TestSite, Web, counted, expect_problem


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """V11, assessed, with a key worker."""
    found = cases.assessed(web, site, "V11")
    found.recommend()
    named = found.lead.act(
        f"/cases/{found.id}/actions/assign",
        {"key_worker_id": str(found.counsellor.staff_id)},
        version=found.read()["version"],
    )
    assert named.status_code == 200, named.json
    return found


def sign_off(case: CaseOf, plan: dict[str, Any], version: int = 1) -> Any:
    """The lead signs a decision off."""
    return case.lead.act(f"/plans/{plan['id']}/actions/sign-off", version=version)


def tasks_of(case: CaseOf) -> list[tuple[str, str, str | None]]:
    """Kind, state and owner of the tasks that decisions raised."""
    listed = case.lead.get(f"/cases/{case.id}/tasks").get_json()["data"]
    return [
        (one["kind"], one["state"], one["owner_id"]) for one in listed if one["kind"] != "alert"
    ]


def follow_up(case: CaseOf, state: str) -> set[str]:
    """Codes of the obligations in a state."""
    path = f"/cases/{case.id}/follow-ups?state={state}"
    return {one["code"] for one in case.counsellor.get(path).get_json()["data"]}


def test_below_a_floor_it_waits_and_nothing_follows_yet(case: CaseOf) -> None:
    plan = plans.decided(case, "outpatient_cbt")

    assert plan["state"] == "awaiting_sign_off"
    assert case.read()["state"] == "assessed"
    assert follow_up(case, "planned") == set()
    assert tasks_of(case) == [("sign_off", "open", None)]


@pytest.mark.parametrize("setting", ["outpatient_cbt", "peer_support"])
def test_a_lead_signs_it_off_and_the_plan_comes_into_force(case: CaseOf, setting: str) -> None:
    plan = plans.decided(case, setting)

    signed = sign_off(case, plan)

    assert signed.status_code == 200, signed.json
    body = signed.get_json()
    assert (body["state"], signed.headers["ETag"]) == ("agreed", '"2"')
    assert body["signed_off_by"] == str(case.lead.staff_id)
    assert body["override_reason"] == plans.REASON
    assert case.read()["state"] == "plan_chosen"
    assert ("O1" in follow_up(case, "planned")) == (setting == "outpatient_cbt")
    assert "U0" in follow_up(case, "planned")
    assert tasks_of(case) == [("sign_off", "done", None)]


def test_at_the_floor_nobody_needs_to_sign(case: CaseOf) -> None:
    plan = plans.decided(case, "inpatient", admission_on="2027-01-16", discharge_on="2027-02-06")

    assert plan["state"] == "agreed"
    assert tasks_of(case) == []
    expect_problem(sign_off(case, plan), 409, "conflict")


def test_nobody_signs_off_their_own_decision(web: Web, case: CaseOf) -> None:
    order = plan_order(case, "outpatient_cbt")
    plan = case.lead.post(f"/cases/{case.id}/plans", order).get_json()

    refused = sign_off(case, plan)
    other = case.lead.site.person("clinical_lead")
    agreed = other.act(f"/plans/{plan['id']}/actions/sign-off", version=1)

    assert "somebody else" in expect_problem(refused, 403, "forbidden")["detail"]
    assert agreed.get_json()["signed_off_by"] == str(other.staff_id)
    del web


def test_only_a_lead_signs_off(case: CaseOf) -> None:
    plan = plans.decided(case, "outpatient_cbt")
    path = f"/plans/{plan['id']}/actions/sign-off"

    for role in ("counsellor", "intake_coordinator", "peer_worker", "auditor", "administrator"):
        expect_problem(case.lead.site.person(role).act(path, version=1), 403, "forbidden")
    assert case.counsellor.get(f"/plans/{plan['id']}").get_json()["state"] == "awaiting_sign_off"


def test_a_stale_missing_or_foreign_sign_off_changes_nothing(web: Web, case: CaseOf) -> None:
    plan = plans.decided(case, "outpatient_cbt")
    path = f"/plans/{plan['id']}/actions/sign-off"

    expect_problem(sign_off(case, plan, version=4), 412, "precondition-failed")
    expect_problem(case.lead.post(path), 428, "precondition-required")
    expect_problem(web.site().person("clinical_lead").act(path, version=1), 404, "not-found")
    expect_problem(
        case.lead.act(f"/plans/{uuid.uuid4()}/actions/sign-off", version=1), 404, "not-found"
    )
    assert case.read()["state"] == "assessed"


def test_a_newer_recommendation_asks_for_a_new_decision(case: CaseOf) -> None:
    plan = plans.decided(case, "outpatient_cbt")
    worse = assessment_order("gad7", answers=[3, 3, 3, 3, 3, 3, 3])
    cases.sign_all(case, [worse])
    case.recommend()

    refused = sign_off(case, plan)

    assert "newer recommendation" in expect_problem(refused, 409, "conflict")["detail"]


def test_another_decision_meanwhile_cancels_the_request(case: CaseOf) -> None:
    waiting = plans.decided(case, "outpatient_cbt")

    plans.decided(case, "inpatient", admission_on="2027-01-16", discharge_on="2027-02-06")

    assert tasks_of(case) == [("sign_off", "cancelled", None)]
    expect_problem(sign_off(case, waiting, version=2), 409, "conflict")


def test_the_earlier_schedule_stays_planned_until_the_sign_off(case: CaseOf) -> None:
    plans.decided(case, "inpatient", admission_on="2027-01-16", discharge_on="2027-02-06")
    waiting = plans.decided(case, "outpatient_cbt")
    meanwhile = follow_up(case, "planned")

    sign_off(case, waiting)

    assert {"I2", "X1"} <= meanwhile
    assert "O1" not in meanwhile
    assert {"I2", "X1"} <= follow_up(case, "withdrawn")
    assert "O1" in follow_up(case, "planned")


def test_a_sign_off_sends_its_budget_and_every_version_has_its_event(
    web: Web, case: CaseOf
) -> None:
    plan = plans.decided(case, "outpatient_cbt")

    with counted(web) as sent:
        sign_off(case, plan)

    read_first = 4  # decision with case, locked; advice; follow-ups; referrals out
    judged = 7  # may the case move on: see services/move_facts.py
    written = 6  # decision, tasks, follow-ups, referrals out, case, transition
    assert len(sent) == 1 + read_first + judged + written + 1, sent
    events = web.rows(
        "SELECT subtype, entity_version FROM audit_events WHERE entity_id = :i"
        " ORDER BY entity_version",
        i=uuid.UUID(plan["id"]),
    )
    assert [tuple(row) for row in events] == [("decide", 1), ("sign_off", 2)]
