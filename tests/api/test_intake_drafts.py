"""Drafts: how far they are, what can't wait, how they stop, and the first time booked with them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.makers import orders
from tests.support.web import Caller, TestSite, Web, expect_problem, pointers

MONDAY = dt.datetime(2027, 1, 11, 10, tzinfo=dt.UTC)
FIRST = {"mode": "in_person", "local_start": "2027-01-18T10:00", "minutes": 60}
PSYCHOSIS = {"mental_health": {"psychosis_current": True}}


def a_draft(web: Web, person: Caller, **changes: Any) -> dict[str, Any]:
    web.set_clinic_time(MONDAY)
    made = person.post("/intakes", orders.intake_order(**changes))
    assert made.status_code == 201, made.json
    body: dict[str, Any] = made.get_json()
    return body | {"path": f"/intakes/{body['id']}"}


def alerts_of(web: Web, case_id: str) -> list[tuple[str, str, int]]:
    rows = web.rows(
        "SELECT code, state, occurrences FROM alerts WHERE case_id = :c ORDER BY code, raised_at",
        c=case_id,
    )
    return [tuple(row) for row in rows]


def sections_of(person: Caller, path: str) -> dict[str, str]:
    body = person.get(path).get_json()
    return {one["name"]: one["state"] for one in body["sections"]}


def test_a_draft_says_how_far_each_section_is(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_draft(web, coordinator)
    missing = {"status": "declined"}
    answers = {
        "mental_health": {"psychosis_current": missing},
        "physical": {"fever": False},
        "allergies": ["none_known"],
    }

    saved = coordinator.patch(made["path"], {"answers": answers}, version=1).get_json()

    states = {one["name"]: (one["state"], one["missing"]) for one in saved["sections"]}
    assert states["mental_health"] == ("complete", [])
    assert states["allergies"] == ("complete", [])
    assert states["physical"][0] == "started"
    assert "/answers/physical/flank_pain" in states["physical"][1]
    assert states["social"] == ("untouched", [])
    assert saved["sections_complete"] == 2
    assert len(states) == 13


@pytest.mark.parametrize("status", ["unknown", "declined", "not_asked"])
def test_why_an_answer_is_missing_is_kept_apart_from_no(
    web: Web, site: TestSite, status: str
) -> None:
    coordinator = site.person("intake_coordinator")
    said = {"substance_use": {"days_used_30": {"status": status}, "binges_past_90d": 0}}
    made = a_draft(web, coordinator, answers=said)

    assert coordinator.get(made["path"]).get_json()["answers"] == said


def test_an_immediate_risk_is_heard_while_it_is_still_a_draft(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_draft(web, coordinator)

    saved = coordinator.patch(made["path"], {"answers": PSYCHOSIS}, version=1)

    assert saved.status_code == 200, saved.json
    assert alerts_of(web, made["case_id"]) == [("A09", "open", 1)]
    tasks = web.rows("SELECT kind, state, source FROM tasks WHERE case_id = :c", c=made["case_id"])
    assert [tuple(row) for row in tasks] == [("alert", "open", "alert")]


def test_a_refused_save_raises_nothing(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_draft(web, coordinator)
    wrong = PSYCHOSIS | {"physical": {"fever": "hot"}}

    expect_problem(
        coordinator.patch(made["path"], {"answers": wrong}, version=1), 422, "validation-failed"
    )

    assert alerts_of(web, made["case_id"]) == []


def test_a_risk_is_raised_once_however_often_the_draft_is_saved(web: Web, site: TestSite) -> None:
    coordinator, lead = site.person("intake_coordinator"), site.person("clinical_lead")
    made = a_draft(web, coordinator, answers=orders.NO_RISK | PSYCHOSIS)
    coordinator.patch(made["path"], {"answers": {"physical": {"fever": False}}}, version=1)
    [alert] = lead.get(f"/alerts?case_id={made['case_id']}").get_json()["data"]
    lead.act(f"/alerts/{alert['id']}/actions/close", {"note": "Seen by the crisis team."},
             version=alert["version"])  # fmt: skip
    coordinator.patch(made["path"], {"answers": {"physical": {"fever": False}}}, version=2)

    done = coordinator.act(f"{made['path']}/submit", version=3)

    assert done.status_code == 200, done.json
    assert alerts_of(web, made["case_id"]) == [("A09", "closed", 1)]


def test_an_impossible_answer_elsewhere_hides_no_risk(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_draft(web, coordinator)
    answers = PSYCHOSIS | {"substance_use": {"age_first_use": 60}}

    coordinator.patch(made["path"], {"answers": answers}, version=1)

    assert alerts_of(web, made["case_id"]) == [("A09", "open", 1)]


def test_medium_alerts_wait_until_it_is_handed_in(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    injecting = {"injecting_past_28d": True}
    answers = orders.NO_RISK | {"polysubstance": orders.NO_RISK["polysubstance"] | injecting}
    made = a_draft(web, coordinator, answers=answers)
    before = alerts_of(web, made["case_id"])

    coordinator.act(f"{made['path']}/submit", version=1)

    assert (before, alerts_of(web, made["case_id"])) == ([], [("A22", "open", 1)])


@pytest.mark.parametrize(
    "named",
    [
        {"polysubstance": orders.NO_RISK["polysubstance"] | {"opioid_dependence": True}},
        {"physical": orders.NO_RISK["physical"] | {"bladder_analgesics": ["opioid"]}},
        {"substance_use": {"further_substances": [{"substance": "opioid"}]}},
    ],
)
def test_opioids_force_their_questions(web: Web, site: TestSite, named: dict[str, Any]) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_draft(web, coordinator, answers=orders.NO_RISK | named)

    body = expect_problem(
        coordinator.act(f"{made['path']}/submit", version=1), 422, "validation-failed"
    )

    assert pointers(body) == {
        "/answers/polysubstance/opioid_days_30", "/answers/substance_use/overdose_past_90d",
    }  # fmt: skip
    told = {
        "polysubstance": {"opioid_days_30": {"status": "declined"}},
        "substance_use": {"overdose_past_90d": False},
    }
    coordinator.patch(made["path"], {"answers": told}, version=1)
    assert coordinator.act(f"{made['path']}/submit", version=2).status_code == 200


def test_a_caller_who_hangs_up_is_rung_again(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_draft(web, coordinator, answers={"physical": {"fever": False}})
    order = {"reason": "Hung up at the door bell", "call_back_at": "2027-01-12T09:00:00+00:00"}

    answer = coordinator.act(f"{made['path']}/actions/interrupt", order, version=1)

    assert answer.status_code == 200, answer.json
    assert answer.get_json()["owner_id"] == str(coordinator.staff_id)
    [task] = coordinator.get(f"/cases/{made['case_id']}/tasks").get_json()["data"]
    assert (task["kind"], task["note"], task["source"]) == ("call_back", order["reason"], "intake")
    kept = coordinator.get(made["path"]).get_json()
    assert (kept["state"], kept["answers"]) == ("draft", {"physical": {"fever": False}})


@pytest.mark.parametrize("at", ["2027-01-11T10:00:00+00:00", "2027-03-11T10:00:00+00:00"])
def test_ringing_again_lies_ahead(web: Web, site: TestSite, at: str) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_draft(web, coordinator)

    answer = coordinator.act(
        f"{made['path']}/actions/interrupt", {"reason": "Hung up", "call_back_at": at}, version=1
    )

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {"/call_back_at"}


def test_a_draft_is_given_up_with_a_reason(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_draft(web, coordinator)

    ended = coordinator.delete(f"{made['path']}?reason=client_declined", version=1)

    assert ended.status_code == 204, ended.json
    read = coordinator.get(made["path"]).get_json()
    assert (read["state"], read["case_state"]) == ("abandoned", "declined")
    moves = web.rows(
        "SELECT to_state, reason FROM case_transitions WHERE case_id = :c ORDER BY id",
        c=made["case_id"],
    )
    assert tuple(moves[-1]) == ("declined", "client_declined")
    expect_problem(coordinator.patch(made["path"], {"answers": {}}, version=2), 409, "conflict")


def test_nothing_but_a_draft_is_given_up(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_draft(web, coordinator, answers=orders.NO_RISK)
    coordinator.act(f"{made['path']}/submit", version=1)

    for path, version, status, code in (
        (f"{made['path']}?reason=duplicate", 2, 409, "conflict"),
        (f"{made['path']}?reason=duplicate", 1, 412, "precondition-failed"),
        (f"{made['path']}?reason=bored", 2, 400, "bad-request"),
        (made["path"], 2, 400, "bad-request"),
    ):
        expect_problem(coordinator.delete(path, version=version), status, code)


def test_a_draft_with_an_unanswered_alert_is_not_given_up(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_draft(web, coordinator, answers=PSYCHOSIS)

    answer = coordinator.delete(f"{made['path']}?reason=client_declined", version=1)

    assert "A09" in expect_problem(answer, 409, "conflict")["detail"]
    assert alerts_of(web, made["case_id"]) == [("A09", "open", 1)]


def test_a_return_opens_a_second_case_and_leaves_the_first(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_draft(web, coordinator, answers=orders.NO_RISK)
    coordinator.delete(f"{made['path']}?reason=client_declined", version=1)
    before = web.rows("SELECT * FROM cases WHERE id = :c", c=made["case_id"])

    again = coordinator.post(
        "/intakes", {"client_id": made["client_id"], "referral": orders.referral_order()}
    ).get_json()

    assert again["client_id"] == made["client_id"]
    assert again["case_id"] != made["case_id"]
    assert web.rows("SELECT * FROM cases WHERE id = :c", c=made["case_id"]) == before


def test_the_first_time_is_booked_with_the_submission(web: Web, site: TestSite) -> None:
    coordinator, counsellor = site.person("intake_coordinator"), site.person("counsellor")
    made = a_draft(web, coordinator, answers=orders.NO_RISK)
    order = {"first_appointment": FIRST | {"staff_id": str(counsellor.staff_id)}}

    done = coordinator.act(f"{made['path']}/submit", order, version=1)

    assert done.status_code == 200, done.json
    booked = web.rows("SELECT status, kind FROM appointments WHERE case_id = :c", c=made["case_id"])
    assert [tuple(row) for row in booked] == [("booked", "intake")]


def test_a_time_that_is_taken_hands_in_nothing(web: Web, site: TestSite) -> None:
    coordinator, counsellor = site.person("intake_coordinator"), site.person("counsellor")
    order = {"first_appointment": FIRST | {"staff_id": str(counsellor.staff_id)}}
    first, second = (a_draft(web, coordinator, answers=orders.NO_RISK) for _ in range(2))
    coordinator.act(f"{first['path']}/submit", order, version=1)
    taken = web.rows("SELECT id FROM appointments WHERE case_id = :c", c=first["case_id"])

    refused = coordinator.act(f"{second['path']}/submit", order, version=1)

    body = expect_problem(refused, 409, "conflict")
    assert body["conflicting"] == [str(taken[0].id)]
    after = coordinator.get(second["path"]).get_json()
    assert (after["state"], after["case_state"], after["version"]) == ("draft", "referred", 1)


def test_a_conflict_names_only_what_the_caller_may_see(web: Web, site: TestSite) -> None:
    coordinator, author = site.person("intake_coordinator"), site.person("counsellor")
    busy = site.person("counsellor")
    order = {"first_appointment": FIRST | {"staff_id": str(busy.staff_id)}}
    taken = a_draft(web, coordinator, answers=orders.NO_RISK)
    coordinator.act(f"{taken['path']}/submit", order, version=1)
    own = a_draft(web, author, answers=orders.NO_RISK)

    refused = author.act(f"{own['path']}/submit", order, version=1)

    assert expect_problem(refused, 409, "conflict")["conflicting"] == []


def test_a_wrong_first_time_is_named_where_it_stands(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_draft(web, coordinator, answers=orders.NO_RISK)
    past = FIRST | {"staff_id": str(coordinator.staff_id), "local_start": "2027-01-04T10:00"}

    answer = coordinator.act(f"{made['path']}/submit", {"first_appointment": past}, version=1)

    body = expect_problem(answer, 422, "validation-failed")
    assert pointers(body) == {"/first_appointment/local_start"}
