"""Assessments: record and score, sign, read; declined is no score."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.makers import assessments, cases, orders
from tests.makers.assessments import assessment_order
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


def test_answers_are_scored_at_once_and_kept_as_a_draft(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)

    made = case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order())

    assert made.status_code == 201, made.json
    body = made.get_json()
    assert body == {"id": body["id"], "version": 1, "state": "draft"}
    assert made.headers["Location"] == f"/api/v1/assessments/{body['id']}"
    stored = web.rows("SELECT * FROM assessments WHERE id = :i", i=body["id"])[0]
    assert (stored.instrument, stored.instrument_version) == ("phq9", "1")
    assert (stored.total, stored.band, stored.declined) == (8, "mild", False)
    assert stored.result == {"total": 8, "band": "mild", "item9": 0, "alerts": []}
    assert stored.assessed_by == case.counsellor.staff_id


def test_an_assessment_is_read_with_its_answers(site: TestSite) -> None:
    case = cases.handed_in(site)
    made = case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order()).get_json()

    read = case.counsellor.get(f"/assessments/{made['id']}")

    assert read.headers["ETag"] == '"1"'
    body = read.get_json()
    assert body["answers"] == assessments.NO_RISK["phq9"]
    assert (body["language"], body["mode"]) == ("en", "self")
    assert body["assessed_on"] == dt.datetime.now(dt.UTC).date().isoformat()


def test_a_refusal_has_no_score(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)

    made = case.counsellor.post(f"/cases/{case.id}/assessments", assessments.declined("sds"))

    assert made.status_code == 201, made.json
    stored = web.rows("SELECT * FROM assessments WHERE id = :i", i=made.get_json()["id"])[0]
    assert (stored.declined, stored.answers, stored.total, stored.result) == (
        True,
        None,
        None,
        None,
    )


@pytest.mark.parametrize("instrument", ["dsm5", "cssrs"])
def test_only_a_lead_may_record_that_risk_or_diagnosis_was_declined(
    site: TestSite, instrument: str
) -> None:
    case = cases.handed_in(site)
    path = f"/cases/{case.id}/assessments"

    by_counsellor = case.counsellor.post(path, assessments.declined(instrument))
    by_lead = case.lead.post(path, assessments.declined(instrument))

    expect_problem(by_counsellor, 403, "forbidden")
    assert by_lead.status_code == 201, by_lead.json


def test_signing_locks_it_and_raises_the_alerts_of_its_score(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    risk = {"q1": True, "q2": True, "q3": True, "q4": True, "q5": False, "q6_lifetime": False,
            "q6_past_3_months": False}  # fmt: skip
    order = assessment_order("cssrs", answers=risk, mode="interviewer")
    made = case.counsellor.post(f"/cases/{case.id}/assessments", order).get_json()
    path = f"/assessments/{made['id']}"
    before = web.rows("SELECT 1 FROM alerts WHERE case_id = :c", c=case.id)

    signed = case.counsellor.act(f"{path}/actions/sign", version=1)

    assert signed.status_code == 200, signed.json
    assert (signed.get_json()["state"], signed.headers["ETag"]) == ("signed", '"2"')
    raised = web.rows("SELECT code, priority FROM alerts WHERE case_id = :c", c=case.id)
    assert (before, [tuple(row) for row in raised]) == ([], [("A01", "critical")])
    expect_problem(case.counsellor.act(f"{path}/actions/sign", version=2), 409, "conflict")


def test_a_stale_or_missing_version_signs_nothing(site: TestSite) -> None:
    case = cases.handed_in(site)
    made = case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order()).get_json()
    path = f"/assessments/{made['id']}/actions/sign"

    stale = case.counsellor.act(path, version=7)
    without = case.counsellor.post(path)

    expect_problem(stale, 412, "precondition-failed")
    expect_problem(without, 428, "precondition-required")
    assert case.counsellor.get(f"/assessments/{made['id']}").get_json()["state"] == "draft"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"answers": [1, 1, 1, 4, 1, 1, 1, 1, 0]}, "/answers/3"),
        ({"answers": [1, 1, 1, "1", 1, 1, 1, 1, 0]}, "/answers/3"),
        ({"answers": [1, 1, 1, None, 1, 1, 1, 1, 0]}, "/answers/3"),
        ({"answers": None}, "/answers"),
        ({"declined": True}, "/answers"),
        ({"declined": "yes"}, "/declined"),
        ({"instrument": "phq8"}, "/instrument"),
        ({"version": "2"}, "/version"),
        ({"mode": "phone"}, "/mode"),
        ({"language": "English!"}, "/language"),
        ({"language": "en\n"}, "/language"),
        ({"assessed_on": "2099-01-01"}, "/assessed_on"),
        ({"assessed_on": "20260101"}, "/assessed_on"),
        ({"total": 3}, "/total"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(
    web: Web, site: TestSite, change: dict[str, object], named: str
) -> None:
    case = cases.handed_in(site)

    answer = case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order() | change)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {named}
    assert web.rows("SELECT 1 FROM assessments WHERE case_id = :c", c=case.id) == []


def test_a_skip_of_the_risk_questions_that_contradicts_itself_is_named(site: TestSite) -> None:
    case = cases.handed_in(site)
    broken = assessments.NO_RISK["cssrs"] | {"q3": True}

    answer = case.counsellor.post(
        f"/cases/{case.id}/assessments", assessment_order("cssrs", answers=broken)
    )

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {"/answers/q3"}


def test_nothing_is_assessed_before_the_intake_is_handed_in(site: TestSite) -> None:
    coordinator, lead = site.person("intake_coordinator"), site.person("clinical_lead")
    made = coordinator.post("/intakes", orders.intake_order()).get_json()

    answer = lead.post(f"/cases/{made['case_id']}/assessments", assessment_order())

    assert "not handed in" in expect_problem(answer, 409, "conflict")["detail"]


def test_nothing_is_assessed_or_signed_after_a_case_has_ended(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    path = f"/cases/{case.id}/assessments"
    made = case.counsellor.post(path, assessment_order()).get_json()
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=case.id)

    recorded = case.counsellor.post(path, assessment_order())
    signed = case.counsellor.act(f"/assessments/{made['id']}/actions/sign", version=1)

    expect_problem(recorded, 409, "conflict")
    expect_problem(signed, 409, "conflict")


def test_a_repeated_request_keeps_one_assessment(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    path, key = f"/cases/{case.id}/assessments", str(uuid.uuid4())

    first = case.counsellor.post(path, assessment_order(), idempotency_key=key)
    again = case.counsellor.post(path, assessment_order(), idempotency_key=key)

    assert again.get_json() == first.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(web.rows("SELECT 1 FROM assessments WHERE case_id = :c", c=case.id)) == 1


def test_the_list_is_filtered_and_shows_no_answers(site: TestSite) -> None:
    case = cases.handed_in(site)
    path = f"/cases/{case.id}/assessments"
    for instrument in ("phq9", "gad7", "phq9"):
        case.counsellor.post(path, assessment_order(instrument))

    listed = case.counsellor.get(f"{path}?instrument=phq9&state=draft").get_json()["data"]

    assert [one["instrument"] for one in listed] == ["phq9", "phq9"]
    assert "answers" not in listed[0]


def test_who_may_not_assess_is_refused_before_anything_is_looked_up(site: TestSite) -> None:
    path = f"/cases/{uuid.uuid4()}/assessments"

    refused = [
        site.person(role).post(path, assessment_order())
        for role in ("intake_coordinator", "peer_worker", "auditor", "administrator")
    ]

    for one in refused:
        expect_problem(one, 403, "forbidden")


def test_another_sites_case_and_assessment_are_not_found(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    made = case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order()).get_json()
    stranger = web.site().person("clinical_lead")

    found = [
        stranger.get(f"/cases/{case.id}/assessments"),
        stranger.post(f"/cases/{case.id}/assessments", assessment_order()),
        stranger.get(f"/assessments/{made['id']}"),
        stranger.act(f"/assessments/{made['id']}/actions/sign", version=1),
    ]

    for one in found:
        expect_problem(one, 404, "not-found")
    assert len(web.rows("SELECT 1 FROM assessments WHERE case_id = :c", c=case.id)) == 1


def test_each_act_sends_its_budget_of_statements(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    path = f"/cases/{case.id}/assessments"
    with counted(web) as recording:
        made = case.counsellor.post(path, assessment_order()).get_json()
    with counted(web) as reading:
        case.counsellor.get(f"/assessments/{made['id']}")
    with counted(web) as listing:
        case.counsellor.get(path)
    with counted(web) as signing:
        case.counsellor.act(f"/assessments/{made['id']}/actions/sign", version=1)

    # door, key, case with intake, case held, settings, assessment, event, answer
    assert len(recording) == 8, recording
    assert len(reading) == 3, reading
    assert len(listing) == 4, listing
    # door, assessment with case and person, case held, change, earlier scores, event
    assert len(signing) == 6, signing


def test_every_version_of_an_assessment_has_its_event(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    made = case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order()).get_json()
    case.counsellor.act(f"/assessments/{made['id']}/actions/sign", version=1)

    events = web.rows(
        "SELECT subtype, entity_version FROM audit_events WHERE entity_id = :i"
        " ORDER BY entity_version",
        i=uuid.UUID(made["id"]),
    )

    assert [tuple(row) for row in events] == [("create", 1), ("sign", 2)]
