"""Moves of a case: what they need from the record, who makes them, what is kept of each."""

from __future__ import annotations

import concurrent.futures
from typing import Any

import pytest

from tests.makers import bookings, cases, moves, orders, plans
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


def move_rows(web: Web, case: CaseOf) -> list[Any]:
    return web.rows("SELECT * FROM case_transitions WHERE case_id = :c ORDER BY at, id", c=case.id)


def test_a_first_session_lets_the_treatment_begin(web: Web, site: TestSite) -> None:
    case = moves.planned(web, site)
    early = moves.move(case.counsellor, case, "active")
    moves.attended(web, case)

    begun = moves.move(case.counsellor, case, "active")

    refusal = expect_problem(early, 409, "invalid-transition")
    assert refusal["missing"] == ["first_contact_or_admission"]
    assert begun.status_code == 200, begun.json
    assert begun.get_json()["state"] == "active"
    row = move_rows(web, case)[-1]
    assert (row.from_state, row.to_state, row.reason) == (
        "plan_chosen",
        "active",
        "treatment_begun",
    )
    assert (row.actor_id, row.role) == (case.counsellor.staff_id, "counsellor")
    assert len(row.snapshot_hash) == 32


def test_a_refused_move_changes_nothing_and_lists_all(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    before = case.read()

    answer = moves.move(case.counsellor, case, "transferred", accepted_by="Dr Ames")

    assert expect_problem(answer, 409, "invalid-transition")["missing"] == [
        "receiving_service",
        "transfer_date",
        "records_shared",
    ]
    assert case.read() == before
    assert len(move_rows(web, case)) == 5


def test_a_move_that_is_not_in_the_table_is_refused(web: Web, site: TestSite) -> None:
    case = moves.planned(web, site)

    answer = moves.move(case.counsellor, case, "discharged")

    assert "possible: active" in expect_problem(answer, 409, "invalid-transition")["detail"]


def test_the_outlook_tells_what_each_move_lacks(web: Web, site: TestSite) -> None:
    case = moves.planned(web, site)

    with counted(web) as sent:
        found = case.counsellor.get(f"/cases/{case.id}/transitions/possible")
    statements = len(sent)

    body = found.get_json()
    assert (body["state"], found.headers["ETag"]) == ("plan_chosen", f'"{body["version"]}"')
    assert [one["to"] for one in body["moves"]] == [
        *("active", "assessed", "transferred", "lost_to_follow_up", "deceased"),
    ]
    by_target = {one["to"]: one for one in body["moves"]}
    assert by_target["active"]["missing"] == [
        {
            "need": "first_contact_or_admission",
            "meaning": "a first treatment contact attended, or the admission",
            "fields": ["admitted_on"],
        }
    ]
    assert (by_target["active"]["may"], by_target["deceased"]["may"]) == (True, False)
    for day in ("2027-02-01", "2027-02-02", "2027-02-03"):
        bookings.book(case, local_start=f"{day}T10:00")
    with counted(web) as sent:
        case.counsellor.get(f"/cases/{case.id}/transitions/possible")
    assert len(sent) == statements <= 10


def test_what_is_missing_in_the_intake_holds_the_case_back(web: Web, site: TestSite) -> None:
    case = cases.of_vignette(web, site, "V02")
    web.run("UPDATE intakes SET answers = answers #- '{referral,triage_date}' WHERE case_id = :c",
            c=case.id)  # fmt: skip

    lacks = moves.lacks(case.counsellor, case, "assessed")

    assert lacks == {"intake_complete", "instruments_done", "assessor"}


@pytest.mark.parametrize("code", ["A01", "A04", "A09"])
def test_danger_to_life_is_taken_on_before_a_case_counts_as_assessed(
    web: Web, site: TestSite, code: str
) -> None:
    case = cases.of_vignette(web, site, "V02")
    web.run("INSERT INTO alerts (site_id, id, case_id, code, priority, state, raised_at, due_at,"
            " occurrences, created_at, version) VALUES (:s, gen_random_uuid(), :c, :k, 'critical',"
            " 'open', now(), now(), 1, now(), 1)", s=site.id, c=case.id, k=code)  # fmt: skip
    lacked = moves.lacks(case.counsellor, case, "assessed")
    for alert in case.lead.get(f"/alerts?case_id={case.id}").get_json()["data"]:
        path = f"/alerts/{alert['id']}/actions/acknowledge"
        case.lead.act(path, version=alert["version"])

    assert "critical_alerts_acknowledged" in lacked
    assert "critical_alerts_acknowledged" not in moves.lacks(case.counsellor, case, "assessed")


def test_words_and_names_of_a_move_are_sealed_and_read_again(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    said = {
        "receiving_service": "Northgate Clinic",
        "accepted_by": "Dr Ames",
        "transfer_date": moves.FIRST_DAY,
        "records_shared": "not_agreed",
        "reason": "Moved to another town",
    }

    answer = moves.move(case.counsellor, case, "transferred", **said)

    assert answer.get_json()["state"] == "transferred"
    row = move_rows(web, case)[-1]
    assert row.facts == {"transfer_date": moves.FIRST_DAY, "records_shared": "not_agreed"}
    assert b"Northgate" not in bytes(row.sealed)
    (newest, *_) = case.lead.get(f"/cases/{case.id}/transitions").get_json()["data"]
    assert newest["words"] == {
        name: said[name] for name in ("receiving_service", "accepted_by", "reason")
    }
    assert (newest["from_state"], newest["to_state"]) == ("active", "transferred")


def test_records_count_as_shared_only_with_a_disclosure(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    said = {"receiving_service": "Northgate", "accepted_by": "Dr Ames"}

    answer = moves.move(case.counsellor, case, "transferred", **said, records_shared="disclosed",
                        transfer_date=moves.FIRST_DAY)  # fmt: skip

    assert expect_problem(answer, 409, "invalid-transition")["missing"] == ["records_shared"]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"to": "active", "death_date": "2027-01-01"}, {"/death_date"}),
        ({"to": "active", "admitted_on": "2099-01-01"}, {"/admitted_on"}),
        ({"to": "moon"}, {"/to"}),
        ({}, {"/to"}),
        ({"to": "active", "snapshot_hash": "00"}, {"/snapshot_hash"}),
        ({"to": "lost_to_follow_up", "attempts": [{"on": "2027-01-02"}]}, {"/attempts/0/channel"}),
    ],
)
def test_a_wrong_field_is_named(
    web: Web, site: TestSite, said: dict[str, Any], named: set[str]
) -> None:
    case = moves.planned(web, site)
    path = f"/cases/{case.id}/transitions"

    answer = case.lead.act(path, said, version=case.read()["version"])

    assert pointers(expect_problem(answer, 422, "validation-failed")) == named


def test_a_role_makes_only_its_own_moves(web: Web, site: TestSite) -> None:
    case = moves.planned(web, site)

    by_coordinator = moves.move(case.coordinator, case, "active")
    by_counsellor = moves.move(case.counsellor, case, "deceased")

    assert (
        "counsellor or clinical lead" in expect_problem(by_coordinator, 403, "forbidden")["detail"]
    )
    expect_problem(by_counsellor, 403, "forbidden")


def test_a_plan_is_withdrawn_with_its_schedule(web: Web, site: TestSite) -> None:
    case = moves.planned(web, site)

    unsaid = moves.move(case.counsellor, case, "assessed")
    answer = moves.move(case.counsellor, case, "assessed", reason="Wants to think again")

    assert expect_problem(unsaid, 409, "invalid-transition")["missing"] == ["withdrawal_reason"]
    assert answer.get_json()["state"] == "assessed"
    states = web.rows("SELECT DISTINCT state FROM follow_ups WHERE case_id = :c", c=case.id)
    assert [row.state for row in states] == ["withdrawn"]
    (plan,) = web.rows("SELECT state FROM plan_decisions WHERE case_id = :c", c=case.id)
    assert plan.state == "superseded"


def test_a_referral_is_declined_for_want_of_contact_after_three_attempts(
    web: Web, site: TestSite
) -> None:
    web.set_clinic_time(bookings.MONDAY)
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order()).get_json()
    path = f"/cases/{made['case_id']}/transitions"
    tries = [{"on": f"2027-01-0{day}", "channel": "phone"} for day in (4, 5, 6)]
    said = {"to": "declined", "decline_reason": "no_contact"}

    early = coordinator.act(path, said | {"attempts": [tries[0]] * 3}, version=1)
    answer = coordinator.act(path, said | {"attempts": tries}, version=1)

    assert expect_problem(early, 409, "invalid-transition")["missing"] == ["decline_attempts"]
    assert answer.get_json()["state"] == "declined"


def test_two_moves_of_one_version_and_one_wins(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    version = case.read()["version"]
    path = f"/cases/{case.id}/transitions"

    def ask(_: int) -> int:
        person = case.lead.site.person("clinical_lead")
        return int(person.act(path, moves.DEATH, version=version).status_code)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(ask, range(2)))

    assert found == [200, 412]
    assert case.read()["version"] == version + 1


def test_a_stale_or_unnamed_version_changes_nothing(web: Web, site: TestSite) -> None:
    case = moves.planned(web, site)
    path = f"/cases/{case.id}/transitions"

    stale = case.counsellor.act(path, {"to": "active"}, version=1)
    unnamed = case.counsellor.post(path, {"to": "active"})

    assert stale.headers["ETag"] == f'"{case.read()["version"]}"'
    expect_problem(stale, 412, "precondition-failed")
    expect_problem(unnamed, 428, "precondition-required")


def test_clearance_comes_first_where_life_was_in_danger(web: Web, site: TestSite) -> None:
    case = moves.planned(web, site)
    web.run("UPDATE recommendations SET result = jsonb_set(result,"
            " '{recommendation,medical_clearance_required}', 'true') WHERE case_id = :c",
            c=case.id)  # fmt: skip
    moves.attended(web, case)
    path = f"/cases/{case.id}/medical-clearances"

    refused = moves.move(case.counsellor, case, "active")
    case.counsellor.post(path, {"by": "Dr Ames", "outcome": "not_cleared"})
    still = moves.move(case.counsellor, case, "active")
    made = case.counsellor.post(path, {"by": "Dr Ames", "outcome": "cleared"})
    begun = moves.move(case.counsellor, case, "active")

    for answer in (refused, still):
        found = expect_problem(answer, 409, "invalid-transition")["missing"]
        assert found == ["medical_clearance"]
    assert made.get_json()["state"] == "cleared"
    assert begun.get_json()["state"] == "active"
    listed = case.counsellor.get(path).get_json()["data"]
    assert [(one["by"], one["outcome"]) for one in listed] == [
        ("Dr Ames", "cleared"),
        ("Dr Ames", "not_cleared"),
    ]


def test_stepping_down_needs_scores_plan_and_visits(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    cases.at_ten(web, "2027-01-29")
    said = {"intensity_lowered_on": moves.FIRST_DAY, "step_down_plan": "Every fortnight"}
    early = moves.move(case.counsellor, case, "step_down", **said)
    moves.exit_scores(case)
    for day in ("2027-02-01", "2027-02-15"):
        bookings.book(case, local_start=f"{day}T10:00")

    lower = moves.move(case.counsellor, case, "step_down", **said)
    back = moves.move(case.counsellor, case, "active", reason="Used on four days")

    missing = expect_problem(early, 409, "invalid-transition")["missing"]
    assert missing == ["step_down_booked", "recent_review_scores"]
    assert lower.get_json()["state"] == "step_down"
    assert expect_problem(back, 409, "invalid-transition")["missing"] == ["new_recommendation"]


def test_without_a_goal_the_case_waits_for_one(web: Web, site: TestSite) -> None:
    case = cases.assessed(web, site, "V02")
    plan = plans.decided(case, "outpatient_cbt", goals=[])

    waiting = case.read()["state"]
    lacked = moves.lacks(case.counsellor, case, "plan_chosen")
    made = case.counsellor.post(f"/plans/{plan['id']}/goals", plans.GOAL)

    assert (waiting, lacked) == ("assessed", {"goal"})
    assert made.status_code == 201, made.json
    assert case.read()["state"] == "plan_chosen"
