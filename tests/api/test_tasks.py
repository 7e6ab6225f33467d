"""Tasks: what is due, whose it is, handing it over and saying that it is done."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from tests.makers.bookings import PSYCHOSIS, a_case, book
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, counted, expect_problem, pointers

AFTERWARDS = dt.datetime(2027, 1, 18, 12, tzinfo=dt.UTC)
DONE = {"state": "done", "note": "Spoke to her sister's number; comes on Friday."}


def a_task(web: Web, site: TestSite) -> tuple[CaseOf, dict[str, Any]]:
    """A case whose person missed a visit, and the task to call."""
    case = a_case(web, site)
    made = book(case)
    web.set_clinic_time(AFTERWARDS)
    case.counsellor.act(f"/appointments/{made['id']}/actions/no-show", {}, version=1)
    [task] = case.lead.get(f"/cases/{case.id}/tasks").get_json()["data"]
    web.run("UPDATE tasks SET owner_id = NULL WHERE id = :t", t=task["id"])
    return case, task | {"owner_id": None}


def owned_by(web: Web, task: dict[str, Any], person: Caller) -> None:
    web.run("UPDATE tasks SET owner_id = :o WHERE id = :t", o=person.staff_id, t=task["id"])


def worked_on_by(web: Web, case: CaseOf, person: Caller) -> None:
    web.run("UPDATE cases SET key_worker_id = :w WHERE id = :c", w=person.staff_id, c=case.id)


def test_a_task_is_done_with_a_sealed_note(web: Web, site: TestSite) -> None:
    case, task = a_task(web, site)

    with counted(web) as sent:
        answer = case.counsellor.patch(f"/tasks/{task['id']}", DONE, version=1)

    assert answer.status_code == 200, answer.json
    body = answer.get_json()
    assert (body["state"], body["closing_note"]) == ("done", DONE["note"])
    assert body["note"] == task["note"]
    assert answer.headers["ETag"] == '"2"'
    assert len(sent) == len(["door", "task", "tasks", "event"]), sent
    stored = web.rows("SELECT sealed FROM tasks WHERE id = :t", t=task["id"])
    assert b"sister" not in stored[0].sealed


def test_a_task_is_handed_over_and_back(web: Web, site: TestSite) -> None:
    case, task = a_task(web, site)
    path = f"/tasks/{task['id']}"

    taken = case.lead.patch(path, {"owner_id": str(case.counsellor.staff_id)}, version=1)
    free = case.lead.patch(path, {"owner_id": None}, version=2)

    assert taken.get_json()["owner_id"] == str(case.counsellor.staff_id)
    assert (free.get_json()["owner_id"], free.get_json()["state"]) == (None, "open")


def test_nobody_of_another_site_is_given_a_task(web: Web, site: TestSite) -> None:
    case, task = a_task(web, site)
    stranger = web.site().person("counsellor")

    for someone in (str(stranger.staff_id), str(uuid.uuid4())):
        answer = case.lead.patch(f"/tasks/{task['id']}", {"owner_id": someone}, version=1)
        assert pointers(expect_problem(answer, 422, "validation-failed")) == {"/owner_id"}

    owner = web.rows("SELECT owner_id, version FROM tasks WHERE id = :t", t=task["id"])
    assert tuple(owner[0]) == (None, 1)


@pytest.mark.parametrize("role", ["intake_coordinator", "peer_worker"])
def test_these_close_their_own_tasks_and_those_of_nobody(
    web: Web, site: TestSite, role: str
) -> None:
    person = site.person(role)
    for owner in (None, person):
        case, task = a_task(web, site)
        worked_on_by(web, case, person)
        if owner is not None:
            owned_by(web, task, owner)
        assert person.patch(f"/tasks/{task['id']}", DONE, version=1).status_code == 200

    case, task = a_task(web, site)
    worked_on_by(web, case, person)
    owned_by(web, task, case.counsellor)
    expect_problem(person.patch(f"/tasks/{task['id']}", DONE, version=1), 403, "forbidden")
    taking = person.patch(f"/tasks/{task['id']}", {"owner_id": None}, version=1)
    expect_problem(taking, 403, "forbidden")
    assert web.rows("SELECT state FROM tasks WHERE id = :t", t=task["id"])[0].state == "open"


@pytest.mark.parametrize("role", ["counsellor", "clinical_lead"])
def test_clinicians_close_a_colleagues_task(web: Web, site: TestSite, role: str) -> None:
    case, task = a_task(web, site)
    owned_by(web, task, case.coordinator)

    person = case.counsellor if role == "counsellor" else case.lead
    assert person.patch(f"/tasks/{task['id']}", DONE, version=1).status_code == 200


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_these_see_and_close_nothing(web: Web, site: TestSite, role: str) -> None:
    case, task = a_task(web, site)
    person = site.person(role)

    expect_problem(person.get("/tasks"), 403, "forbidden")
    expect_problem(person.get(f"/cases/{case.id}/tasks"), 403, "forbidden")
    expect_problem(person.patch(f"/tasks/{task['id']}", DONE, version=1), 403, "forbidden")


def test_a_task_that_answers_an_alert_closes_with_it_only(web: Web, site: TestSite) -> None:
    case = a_case(web, site, answers=PSYCHOSIS)
    tasks = case.lead.get(f"/cases/{case.id}/tasks").get_json()["data"]
    task = next(one for one in tasks if one["alert_id"])
    path = f"/tasks/{task['id']}"

    for state in ("done", "cancelled"):
        body = expect_problem(case.lead.patch(path, {"state": state}, version=1), 409, "conflict")
        assert "alert" in body["detail"]

    owner = {"owner_id": str(case.lead.staff_id)}
    assert case.lead.patch(path, owner, version=1).status_code == 200


def test_a_task_that_asks_for_a_sign_off_closes_with_it_only(web: Web, site: TestSite) -> None:
    case, task = a_task(web, site)
    web.run("UPDATE tasks SET kind = 'sign_off' WHERE id = :t", t=task["id"])

    body = expect_problem(case.lead.patch(f"/tasks/{task['id']}", DONE, version=1), 409, "conflict")

    assert "sign" in body["detail"]


def test_a_closed_task_stays_closed(web: Web, site: TestSite) -> None:
    case, task = a_task(web, site)
    path = f"/tasks/{task['id']}"
    case.lead.patch(path, {"state": "cancelled"}, version=1)

    expect_problem(case.lead.patch(path, DONE, version=2), 409, "conflict")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/state"),
        ({"note": "Left a message"}, "/state"),
        ({"state": "opened"}, "/state"),
        ({"owner_id": "me"}, "/owner_id"),
        ({"state": "done", "note": ""}, "/note"),
        ({"sate": "done"}, "/"),
    ],
)
def test_a_wrong_change_is_named(
    web: Web, site: TestSite, body: dict[str, Any], pointer: str
) -> None:
    case, task = a_task(web, site)

    answer = case.lead.patch(f"/tasks/{task['id']}", body, version=1)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {pointer}


def test_a_stale_change_is_refused(web: Web, site: TestSite) -> None:
    case, task = a_task(web, site)
    path = f"/tasks/{task['id']}"
    case.lead.patch(path, {"owner_id": str(case.lead.staff_id)}, version=1)

    expect_problem(case.lead.patch(path, DONE, version=1), 412, "precondition-failed")
    missing = case.lead.client.patch(f"/api/v1{path}", json=DONE)
    expect_problem(missing, 428, "precondition-required")


def test_another_sites_tasks_are_not_found(web: Web, site: TestSite) -> None:
    case, task = a_task(web, site)
    stranger = web.site().person("clinical_lead")

    expect_problem(stranger.patch(f"/tasks/{task['id']}", DONE, version=1), 404, "not-found")
    expect_problem(stranger.get(f"/cases/{case.id}/tasks"), 404, "not-found")
    assert stranger.get("/tasks").get_json()["data"] == []


def test_lists_are_filtered_and_cost_the_same_whatever_their_length(
    web: Web, site: TestSite
) -> None:
    lengths = []
    for _ in range(3):
        case, task = a_task(web, site)
        with counted(web) as sent:
            case.lead.get("/tasks?state=open")
        lengths.append(len(sent))
    owned_by(web, task, case.lead)

    def found(query: str) -> list[str]:
        return [one["id"] for one in case.lead.get(f"/tasks?{query}").get_json()["data"]]

    assert lengths == [3, 3, 3]
    assert found(f"case_id={case.id}") == found(f"owner_id={case.lead.staff_id}") == [task["id"]]
    assert found("state=done") == []
    assert len(found("limit=2")) == 2


def test_a_cases_tasks_send_four_statements(web: Web, site: TestSite) -> None:
    case, _ = a_task(web, site)

    with counted(web) as sent:
        case.lead.get(f"/cases/{case.id}/tasks")

    assert len(sent) == 4, sent


def test_what_was_done_is_taken_back(web: Web, site: TestSite) -> None:
    case, task = a_task(web, site)
    path = f"/tasks/{task['id']}"
    case.lead.patch(path, {"state": "done", "note": "Rang twice"}, version=1)

    again = case.lead.patch(path, {"state": "open"}, version=2)

    assert again.status_code == 200, again.json
    assert again.get_json()["state"] == "open"
    assert case.lead.patch(path, {"state": "open"}, version=3).status_code == 409
    [event] = web.rows(
        "SELECT subtype FROM audit_events WHERE entity_id = :i ORDER BY id DESC LIMIT 1",
        i=task["id"],
    )
    assert event.subtype == "reopen"
