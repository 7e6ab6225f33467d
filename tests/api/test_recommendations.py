"""Recommendations: computed from the record, stored with inputs and reasons, superseded only."""

from __future__ import annotations

import concurrent.futures
import json
import uuid
from typing import Any

from intake.clinical.evaluation import inputs_hash
from tests.makers import assessments, cases, orders
from tests.makers.assessments import NO_RISK, assessment_order
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web, counted, expect_problem
from tests.support.wording import chosen

#: Enough of an intake for a suggestion, with words that must not travel further.
ANSWERS: dict[str, Any] = orders.NO_RISK | {
    "substance_use": {
        "primary_substance": "ketamine",
        "days_used_30": 12,
        "grams_per_use_day": 1.5,
        "binge_trigger": "Quarrels with Anouk",
    },
    **orders.COMPLETE,
    "goals": ["Repair things with Anouk"],
}


def case_with_everything_signed(site: TestSite) -> CaseOf:
    """A case one recommendation away from `assessed`."""
    case = cases.handed_in(site, orders.intake_order(answers=ANSWERS))
    cases.sign_all(case, [assessment_order(code) for code in NO_RISK])
    return case


def test_a_complete_one_moves_the_case_to_assessed(web: Web, site: TestSite) -> None:
    case = case_with_everything_signed(site)

    made = case.counsellor.post(f"/cases/{case.id}/recommendation")

    assert made.status_code == 201, made.json
    body = made.get_json()
    assert body == {"id": body["id"], "version": 1, "state": "complete"}
    assert made.headers["Location"] == f"/api/v1/cases/{case.id}/recommendation"
    assert case.read()["state"] == "assessed"
    stored = web.rows("SELECT * FROM recommendations WHERE case_id = :c", c=case.id)[0]
    moved = web.rows(
        "SELECT from_state, to_state, reason, snapshot_hash FROM case_transitions"
        " WHERE case_id = :c ORDER BY at DESC, id DESC LIMIT 1",
        c=case.id,
    )[0]
    assert tuple(moved)[:3] == ("intake", "assessed", "recommendation_complete")
    assert bytes(moved.snapshot_hash) == bytes(stored.inputs_hash)


def test_what_is_stored_identifies_nobody_and_gives_the_hash(web: Web, site: TestSite) -> None:
    case = case_with_everything_signed(site)

    case.recommend()

    stored = web.rows("SELECT * FROM recommendations WHERE case_id = :c", c=case.id)[0]
    text = chosen(json.dumps(stored.inputs) + json.dumps(stored.result))
    for private in ("Maya", "Linton", "Anouk", "7700", "1997-03-14", "date_of_birth"):
        assert private not in text
    assert bytes(stored.inputs_hash).hex() == inputs_hash(stored.inputs)
    assert stored.inputs["instruments"]["phq9"] == NO_RISK["phq9"]
    assert stored.inputs["instrument_versions"] == dict.fromkeys(NO_RISK, "1")
    assert stored.inputs["contact"] == {"safe_channels": ["sms"]}


def test_it_is_read_with_every_reason(site: TestSite) -> None:
    case = case_with_everything_signed(site)

    found = case.recommend()

    assert found["rule_set"] == "KDS-1.0"
    assert "not validated" in found["notice"]
    assert found["result"]["recommendation"]["recommended_setting"] == "outpatient_cbt"
    reasons = {one["rule"]: one for one in found["result"]["explain"]}
    assert {"W01", "F9"} <= reasons.keys()
    assert reasons["W01"]["reason"]
    assert reasons["W01"]["source"]


def test_a_draft_does_not_count_and_is_named(site: TestSite) -> None:
    case = cases.handed_in(site, orders.intake_order(answers=ANSWERS))
    cases.sign_all(case, [assessment_order(code) for code in NO_RISK if code != "cssrs"])
    case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order("cssrs"))

    found = case.recommend()

    assert (found["state"], found["missing"], found["unsigned"]) == (
        "incomplete",
        ["cssrs"],
        ["cssrs"],
    )
    assert found["result"]["recommendation"]["recommended_setting"] is None
    assert case.read()["state"] == "intake"


def test_a_questionnaire_that_is_missing_holds_the_case_back(site: TestSite) -> None:
    case = cases.handed_in(site, orders.intake_order(answers=ANSWERS))
    cases.sign_all(case, [assessment_order(code) for code in NO_RISK if code != "kbc6"])

    found = case.recommend()

    assert found["state"] == "complete"
    assert found["result"]["recommendation"]["not_assessed"] == ["W10"]
    assert case.read()["state"] == "intake"


def test_a_declined_questionnaire_counts_as_done(site: TestSite) -> None:
    case = cases.handed_in(site, orders.intake_order(answers=ANSWERS))
    cases.sign_all(case, [assessment_order(code) for code in NO_RISK if code != "kbc6"])
    cases.sign_all(case, [assessments.declined("kbc6")])

    found = case.recommend()

    assert found["result"]["recommendation"]["not_assessed"] == ["W10"]
    assert case.read()["state"] == "assessed"


def test_the_newest_signed_answers_count(site: TestSite) -> None:
    case = case_with_everything_signed(site)
    worse = [3, 3, 3, 3, 3, 3, 3, 0, 0]
    cases.sign_all(case, [assessment_order("phq9", answers=worse)])
    older = assessment_order("phq9", assessed_on="2026-01-06")
    cases.sign_all(case, [older])

    found = case.recommend()

    assert found["result"]["scores"]["phq9"]["total"] == 21


def test_asking_again_while_nothing_changed_gives_the_same_one(web: Web, site: TestSite) -> None:
    answers = ANSWERS | {"mental_health": {"psychosis_current": True}}
    case = cases.handed_in(site, orders.intake_order(answers=answers))
    first = case.counsellor.post(f"/cases/{case.id}/recommendation")
    counted_before = web.rows("SELECT code, occurrences FROM alerts WHERE case_id = :c", c=case.id)

    again = case.counsellor.post(f"/cases/{case.id}/recommendation")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json() == first.get_json()
    after = web.rows("SELECT code, occurrences FROM alerts WHERE case_id = :c", c=case.id)
    assert after == counted_before


def test_an_alert_is_counted_by_what_was_observed_not_by_what_was_computed(
    web: Web, site: TestSite
) -> None:
    case = cases.handed_in(site)
    positive = [0, 0, 0, 0, 0, 0, 0, 0, 1]
    seen = "SELECT occurrences FROM alerts WHERE case_id = :c AND code = 'A03'"

    cases.sign_all(case, [assessment_order("phq9", answers=positive)])
    case.counsellor.post(f"/cases/{case.id}/recommendation")
    once = [row[0] for row in web.rows(seen, c=case.id)]
    cases.sign_all(case, [assessment_order("phq9", answers=positive)])
    twice = [row[0] for row in web.rows(seen, c=case.id)]

    assert (once, twice) == ([1], [2])


def test_a_new_answer_supersedes_the_earlier_one(web: Web, site: TestSite) -> None:
    case = case_with_everything_signed(site)
    first = case.recommend()
    cases.sign_all(case, [assessment_order("phq9", answers=[1, 1, 1, 1, 1, 1, 1, 1, 1])])

    second = case.recommend()

    rows = web.rows(
        "SELECT id, superseded_by FROM recommendations WHERE case_id = :c ORDER BY id", c=case.id
    )
    ids = [uuid.UUID(first["id"]), uuid.UUID(second["id"])]
    assert [tuple(row) for row in rows] == [(ids[0], ids[1]), (ids[1], None)]
    alerts = web.rows("SELECT code FROM alerts WHERE case_id = :c", c=case.id)
    assert [tuple(row) for row in alerts] == [("A03",)]


def test_a_changed_setting_of_the_site_gives_a_new_one(web: Web, site: TestSite) -> None:
    case = case_with_everything_signed(site)
    first = case.recommend()
    web.run(
        "INSERT INTO site_settings (site_id, key, value, version)"
        " VALUES (:s, 'audit_c_cutoff_other', '5', 1)",
        s=site.id,
    )

    second = case.recommend()

    assert second["id"] != first["id"]
    bands = [one["result"]["scores"]["audit_c"]["band"] for one in (first, second)]
    assert bands == ["positive", "negative"]


def test_two_people_asking_at_once_leave_one_in_force(web: Web, site: TestSite) -> None:
    case = case_with_everything_signed(site)
    people = [site.person("clinical_lead") for _ in range(4)]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        path = f"/cases/{case.id}/recommendation"
        codes = list(pool.map(lambda one: one.post(path).status_code, people))

    assert sorted(codes) == [200, 200, 200, 201]
    rows = web.rows("SELECT superseded_by FROM recommendations WHERE case_id = :c", c=case.id)
    assert [tuple(row) for row in rows] == [(None,)]


def test_there_is_none_before_the_intake_is_handed_in_or_after_the_end(
    web: Web, site: TestSite
) -> None:
    coordinator, lead = site.person("intake_coordinator"), site.person("clinical_lead")
    made = coordinator.post("/intakes", orders.intake_order()).get_json()
    path = f"/cases/{made['case_id']}/recommendation"

    early = lead.post(path)
    nothing = lead.get(path)
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=made["case_id"])
    late = lead.post(path)

    assert "not handed in" in expect_problem(early, 409, "conflict")["detail"]
    expect_problem(nothing, 404, "not-found")
    assert "has ended" in expect_problem(late, 409, "conflict")["detail"]


def test_a_record_that_contradicts_itself_is_named(site: TestSite) -> None:
    answers = ANSWERS | {"substance_use": {"days_used_30": 0, "age_first_use": 20}}
    case = cases.handed_in(site, orders.intake_order(answers=answers))
    younger = {"date_of_birth": "2015-03-14"}
    case.coordinator.patch(f"/clients/{case.client_id}", younger, version=1)

    body = expect_problem(
        case.counsellor.post(f"/cases/{case.id}/recommendation"), 422, "validation-failed"
    )

    assert body["errors"][0]["pointer"] == "/substance_use/age_first_use"


def test_who_may_not_is_refused_and_another_site_finds_nothing(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    path = f"/cases/{case.id}/recommendation"
    stranger = web.site().person("clinical_lead")

    for role in ("peer_worker", "auditor", "administrator"):
        expect_problem(site.person(role).post(path), 403, "forbidden")
        expect_problem(site.person(role).get(path), 403, "forbidden")
    expect_problem(stranger.post(path), 404, "not-found")
    expect_problem(stranger.get(path), 404, "not-found")
    assert web.rows("SELECT 1 FROM recommendations WHERE case_id = :c", c=case.id) == []


def test_a_repeated_request_computes_once(web: Web, site: TestSite) -> None:
    case, key = case_with_everything_signed(site), str(uuid.uuid4())
    path = f"/cases/{case.id}/recommendation"

    first = case.counsellor.post(path, idempotency_key=key)
    again = case.counsellor.post(path, idempotency_key=key)

    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(web.rows("SELECT 1 FROM recommendations WHERE case_id = :c", c=case.id)) == 1


def test_each_act_sends_its_budget_of_statements(web: Web, site: TestSite) -> None:
    case = case_with_everything_signed(site)
    path = f"/cases/{case.id}/recommendation"

    with counted(web) as computing:
        case.counsellor.post(path)
    with counted(web) as reading:
        case.counsellor.get(path)

    read_first = 5  # case with person and intake, settings, channels, assessments, the one before
    judged = 7  # may the case move on: see services/move_facts.py
    written = 3  # recommendation, case, transition
    assert len(computing) == 2 + read_first + judged + written + 2, computing
    assert len(reading) == 3, reading
