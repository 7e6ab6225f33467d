"""A signed assessment is put right by another: the first stays readable and counts no more."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.makers import bookings, cases
from tests.makers.assessments import NO_RISK, assessment_order
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, counted, expect_problem, pointers

WHY = {"reason": "Two answers were swapped"}
AT_RISK = [1, 1, 1, 1, 1, 1, 1, 1, 2]


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """Handed in on Monday, 11 January 2027."""
    return bookings.a_case(web, site)


def signed(case: CaseOf, instrument: str = "phq9", **changes: Any) -> str:
    """A signed assessment of the counsellor; its id."""
    made = case.counsellor.post(
        f"/cases/{case.id}/assessments", assessment_order(instrument, **changes)
    )
    assert made.status_code == 201, made.json
    found = made.get_json()["id"]
    done = case.counsellor.act(f"/assessments/{found}/actions/sign", version=1)
    assert done.status_code == 200, done.json
    return str(found)


def amend(person: Caller, assessment: str, version: int = 2, **order: Any) -> TestResponse:
    body = WHY | order
    return person.act(f"/assessments/{assessment}/actions/amend", body, version=version)


def alerts(web: Web, case: CaseOf) -> list[tuple[str, str, int]]:
    rows = web.rows(
        "SELECT code, state, occurrences FROM alerts WHERE case_id = :c ORDER BY code", c=case.id
    )
    return [tuple(row) for row in rows]


def test_a_new_version_takes_its_place_and_the_first_stays(web: Web, case: CaseOf) -> None:
    first = signed(case, assessed_on="2027-01-10")
    web.set_clinic_time(bookings.MONDAY + dt.timedelta(days=1))

    made = amend(case.counsellor, first, answers=[0] * 9)

    assert made.status_code == 200, made.json
    body = made.get_json()
    assert (body["state"], body["total"], body["band"]) == ("signed", 0, "none_minimal")
    assert (body["amends"], body["amend_reason"]) == (first, WHY["reason"])
    assert body["assessed_on"] == "2027-01-10"
    assert made.headers["Location"] == f"/api/v1/assessments/{body['id']}"
    before = case.lead.get(f"/assessments/{first}").get_json()
    assert (before["state"], before["total"], before["answers"]) == ("amended", 8, NO_RISK["phq9"])
    assert before["amend_reason"] is None
    expect_problem(amend(case.counsellor, first, version=3, answers=[0] * 9), 409, "conflict")
    expect_problem(amend(case.counsellor, first, answers=[0] * 9), 412, "precondition-failed")


def test_recommendation_and_scores_go_by_the_newest_version(case: CaseOf) -> None:
    first = signed(case)
    for instrument in ("dsm5", "cssrs"):
        signed(case, instrument)
    case.recommend()

    amend(case.counsellor, first, answers=[2] * 8 + [0])

    again = case.counsellor.post(f"/cases/{case.id}/recommendation")
    assert again.status_code == 201, "the inputs changed, so it is a new one"
    scores = case.recommendation()["result"]["scores"]
    assert scores["phq9"]["total"] == 16
    [series] = case.lead.get(f"/cases/{case.id}/scores?instrument=phq9").get_json()["series"]
    assert [one["total"] for one in series["segments"][0]["points"]] == [16]


def test_alerts_are_judged_again_and_none_dies_silently(web: Web, case: CaseOf) -> None:
    first = signed(case)
    assert alerts(web, case) == []

    worse = amend(case.counsellor, first, answers=AT_RISK).get_json()
    assert alerts(web, case) == [("A03", "open", 1)]
    same = amend(case.counsellor, worse["id"], version=1, answers=[0] * 8 + [1]).get_json()
    assert alerts(web, case) == [("A03", "open", 1)]
    amend(case.counsellor, same["id"], version=1, answers=NO_RISK["phq9"])

    assert alerts(web, case) == [("A03", "open", 1)]


def test_who_recorded_it_amends_it_or_a_lead(web: Web, case: CaseOf, site: TestSite) -> None:
    first, other = signed(case), signed(case, "gad7")
    colleague = site.person("counsellor")
    expect_problem(amend(colleague, first, answers=[0] * 9), 403, "break-glass-required")
    web.run("UPDATE cases SET key_worker_id = :p WHERE id = :c", p=colleague.staff_id, c=case.id)

    expect_problem(amend(colleague, first, answers=[0] * 9), 403, "forbidden")
    assert amend(case.lead, first, answers=[0] * 9).status_code == 200
    gone = amend(case.counsellor, other, answers=[0] * 7)
    expect_problem(gone, 403, "break-glass-required")
    for role in ("intake_coordinator", "peer_worker", "auditor", "administrator"):
        expect_problem(amend(site.person(role), other, answers=[0] * 7), 403, "forbidden")
    stranger = web.site().person("clinical_lead")
    expect_problem(amend(stranger, other, answers=[0] * 7), 404, "not-found")


def test_a_refusal_of_risk_and_diagnosis_is_for_the_lead(case: CaseOf) -> None:
    risk, mood = signed(case, "cssrs"), signed(case)

    expect_problem(amend(case.counsellor, risk, declined=True), 403, "forbidden")
    assert amend(case.lead, risk, declined=True).get_json()["declined"]
    taken_back = amend(case.counsellor, mood, declined=True).get_json()
    assert (taken_back["declined"], taken_back["total"]) == (True, None)


@pytest.mark.parametrize(
    ("order", "pointer"),
    [
        ({"answers": [0] * 8}, "/answers/8"),
        ({"answers": [0] * 8 + [4]}, "/answers/8"),
        ({}, "/answers"),
        ({"answers": [0] * 9, "declined": True}, "/answers"),
        ({"answers": [0] * 9, "reason": "oh"}, "/reason"),
        ({"answers": [0] * 9, "assessed_on": "2027-01-12"}, "/assessed_on"),
        ({"answers": [0] * 9, "instrument": "gad7"}, "/instrument"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    web: Web, case: CaseOf, order: dict[str, Any], pointer: str
) -> None:
    first = signed(case)

    refused = amend(case.counsellor, first, **order)

    assert pointers(expect_problem(refused, 422, "validation-failed")) == {pointer}
    assert web.rows("SELECT version FROM assessments WHERE id = :i", i=first)[0].version == 2


def test_a_draft_and_a_closed_case_are_not_amended(web: Web, case: CaseOf) -> None:
    draft = case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order()).get_json()[
        "id"
    ]
    expect_problem(amend(case.counsellor, draft, version=1, answers=[0] * 9), 409, "conflict")
    first = signed(case, "gad7")
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=case.id)

    expect_problem(amend(case.counsellor, first, answers=[0] * 7), 409, "conflict")


def test_the_reason_is_sealed_and_every_version_has_its_event(web: Web, case: CaseOf) -> None:
    first = signed(case)
    with counted(web) as amending:
        made = amend(case.counsellor, first, answers=[0] * 9).get_json()["id"]

    stored = str(web.rows("SELECT a::text FROM assessments a WHERE id = :i", i=made))
    assert "swapped" not in stored
    events = web.rows(
        "SELECT entity_id, subtype, entity_version FROM audit_events"
        " WHERE entity_id IN (:a, :b) ORDER BY id",
        a=uuid.UUID(first), b=uuid.UUID(made),
    )  # fmt: skip
    assert [(str(row[0]), *row[1:]) for row in events] == [
        (first, "create", 1),
        (first, "sign", 2),
        (first, "amend", 3),
        (made, "create", 1),
    ]
    # door, assessment with case and person, case held, intake, settings, earlier scores, task, both
    # rows, event
    assert len(amending) == 10, amending


def deteriorations(web: Web, case: CaseOf) -> list[Any]:
    return web.rows(
        "SELECT assessment_id::text, state, due_at, owner_id FROM tasks"
        " WHERE case_id = :c AND kind = 'deterioration' ORDER BY id",
        c=case.id,
    )


def test_a_worse_score_makes_one_task_of_medium_priority(web: Web, case: CaseOf) -> None:
    signed(case, answers=[1, 1, 0, 0, 0, 0, 0, 0, 0], assessed_on="2027-01-01")
    signed(case, answers=[1, 1, 1, 1, 1, 1, 1, 0, 0], assessed_on="2027-01-05")
    assert deteriorations(web, case) == []  # 5 more is no reliable change

    worse = signed(case, answers=[2, 1, 1, 1, 1, 1, 1, 0, 0], assessed_on="2027-01-08")

    [task] = deteriorations(web, case)
    assert (task.assessment_id, task.owner_id) == (worse, case.counsellor.staff_id)
    assert task.due_at - bookings.MONDAY >= dt.timedelta(hours=72)
    assert task.due_at - bookings.MONDAY < dt.timedelta(hours=73)
    [shown] = [
        one
        for one in case.counsellor.get(f"/cases/{case.id}/tasks").get_json()["data"]
        if one["kind"] == "deterioration"
    ]
    assert "more than chance" in shown["note"]


def test_an_amended_score_takes_over_its_task(web: Web, case: CaseOf) -> None:
    signed(case, answers=[0] * 9, assessed_on="2027-01-01")
    worse = signed(case, answers=[1] * 8 + [0], assessed_on="2027-01-08")

    made = amend(case.counsellor, worse, answers=[2] * 8 + [0]).get_json()
    again = amend(case.counsellor, made["id"], version=1, answers=[1] * 8 + [0]).get_json()

    assert [row.assessment_id for row in deteriorations(web, case)] == [again["id"]]


def test_improving_and_declining_make_none(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    signed(case, answers=[2] * 8 + [0])
    signed(case, answers=[0] * 9)
    signed(case, answers=None, declined=True)
    signed(case, "cssrs")

    assert deteriorations(web, case) == []
