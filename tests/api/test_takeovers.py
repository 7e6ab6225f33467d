"""A new key worker: visits to come go along with their reminders, or a task says why not."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.makers import cases, plans
from tests.makers.bookings import MONDAY, a_case, book, live
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, counted, expect_problem

WAYS = ("assign", "handover")


def given(case: CaseOf, to: Caller, way: str, **changes: Any) -> None:
    """Make a case a colleague's."""
    lead = case.lead
    if way == "assign":
        version = lead.get(f"/cases/{case.id}").get_json()["version"]
        order = {"key_worker_id": str(to.staff_id)}
        done = lead.act(f"/cases/{case.id}/actions/assign", order, version=version)
    else:
        body = {
            "from_staff_id": str(case.counsellor.staff_id),
            "to_staff_id": str(to.staff_id),
            "case_ids": [case.id],
        }
        made = lead.post("/handovers", body | changes).get_json()
        done = to.act(f"/handovers/{made['id']}/actions/accept", version=1)
    assert done.status_code == 200, done.json


def visit(case: CaseOf, made: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = case.lead.get(f"/appointments/{made['id']}").get_json()
    return body


def tasks_of(case: CaseOf, owner: Caller) -> list[dict[str, Any]]:
    found = case.lead.get(f"/cases/{case.id}/tasks?state=open").get_json()["data"]
    return [one for one in found if one["owner_id"] == str(owner.staff_id)]


def reminded(web: Web, made: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Every reminder of an appointment, as it stands."""
    rows = web.rows(
        "SELECT id, kind, schedule_no, state FROM reminders WHERE appointment_id = :a ORDER BY id",
        a=made["id"],
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("way", WAYS)
def test_a_visit_to_come_goes_along_with_its_reminders(web: Web, site: TestSite, way: str) -> None:
    case, colleague = a_case(web, site), site.person("counsellor")
    made = book(case)
    before, planned = visit(case, made), reminded(web, made)

    given(case, colleague, way)

    after = visit(case, made)
    assert after["staff_id"] == str(colleague.staff_id)
    assert (after["local_start"], after["minutes"], after["schedule_no"]) == (
        before["local_start"], before["minutes"], 1,
    )  # fmt: skip
    assert planned == reminded(web, made)
    assert planned
    assert {schedule for _, schedule in live(web, made)} == {1}
    assert tasks_of(case, colleague) == []
    events = web.rows(
        "SELECT entity_version, subtype FROM audit_events WHERE entity_id = :a AND action <> 'R'"
        " ORDER BY 1",
        a=uuid.UUID(made["id"]),
    )
    assert [tuple(row) for row in events] == [(1, "book"), (2, "reassign")]


@pytest.mark.parametrize("way", WAYS)
def test_where_the_colleague_is_expected_elsewhere_a_task_names_the_visit(
    web: Web, site: TestSite, way: str
) -> None:
    case, colleague, other = a_case(web, site), site.person("counsellor"), cases.handed_in(site)
    free = book(case, local_start="2027-01-19T10:00")
    clashing = book(case)
    book(other, staff_id=str(colleague.staff_id), local_start="2027-01-18T10:30")
    planned = reminded(web, clashing)

    given(case, colleague, way)

    assert visit(case, clashing)["staff_id"] == str(case.counsellor.staff_id)
    assert visit(case, free)["staff_id"] == str(colleague.staff_id)
    assert planned == reminded(web, clashing)
    [task] = tasks_of(case, colleague)
    assert "Mon 18 Jan at 10:00" in task["note"]
    assert (task["kind"], task["source"]) == ("other", "appointment")
    assert task["due_at"].startswith("2027-01-12T10:00:0")
    ladder = case.lead.get("/worklists/missed_visit_ladder?scope=site").get_json()["rows"]
    assert ladder == []
    stored = web.rows("SELECT sealed, appointment_id FROM tasks WHERE id = :t", t=task["id"])
    assert b"colleague" not in bytes(stored[0].sealed)
    assert str(stored[0].appointment_id) == clashing["id"]


def test_a_visit_that_begins_soon_is_settled_before_it_begins(web: Web, site: TestSite) -> None:
    case, colleague, other = a_case(web, site), site.person("counsellor"), cases.handed_in(site)
    book(case, local_start="2027-01-11T15:00")
    book(other, staff_id=str(colleague.staff_id), local_start="2027-01-11T15:00")

    given(case, colleague, "assign")

    [task] = tasks_of(case, colleague)
    assert task["due_at"] == "2027-01-11T15:00:00+00:00"


def test_what_has_begun_was_cancelled_or_is_anothers_stays(web: Web, site: TestSite) -> None:
    case, colleague, peer = a_case(web, site), site.person("counsellor"), site.person("peer_worker")
    begun = book(case, local_start="2027-01-11T10:30")
    peers = book(case, local_start="2027-01-13T10:00", staff_id=str(peer.staff_id))
    called_off = book(case)
    case.coordinator.act(
        f"/appointments/{called_off['id']}/actions/cancel", {"reason": "unwell"}, version=1
    )
    web.set_clinic_time(MONDAY.replace(hour=11))

    given(case, colleague, "assign")

    worker = str(case.counsellor.staff_id)
    kept = [visit(case, one)["staff_id"] for one in (begun, peers, called_off)]
    assert kept == [worker, str(peer.staff_id), worker]
    assert tasks_of(case, colleague) == []


def test_naming_the_same_key_worker_again_changes_nothing(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case)

    given(case, case.counsellor, "assign")

    assert visit(case, made)["version"] == 1
    assert tasks_of(case, case.counsellor) == []


def test_open_tasks_go_along_and_the_question_of_a_handover_stays(web: Web, site: TestSite) -> None:
    case, colleague = a_case(web, site), site.person("counsellor")
    task = {"kind": "review", "due_at": "2027-01-12T09:00:00+00:00", "note": "Read the letter."}
    case.counsellor.post(f"/cases/{case.id}/tasks", task)
    second = cases.handed_in(site)
    question = {
        "from_staff_id": str(second.counsellor.staff_id),
        "to_staff_id": str(case.counsellor.staff_id),
        "case_ids": [second.id],
    }
    case.lead.post("/handovers", question)

    given(case, colleague, "handover", takes_all_tasks=True)

    assert [one["note"] for one in tasks_of(case, colleague)] == [task["note"]]
    left = case.lead.get(f"/tasks?owner_id={case.counsellor.staff_id}").get_json()["data"]
    assert [one["kind"] for one in left] == ["accept_handover"]


def test_a_decision_that_names_another_key_worker_moves_visits_too(
    web: Web, site: TestSite
) -> None:
    case = cases.assessed(web, site, "V02")
    colleague, start = site.person("counsellor"), "2027-02-18T10:00"
    made = book(case, local_start=start)
    body = plans.plan_order(case, "outpatient_cbt", key_worker_id=str(colleague.staff_id))

    decided = case.lead.post(f"/cases/{case.id}/plans", body)

    assert decided.status_code == 201, decided.json
    assert visit(case, made)["staff_id"] == str(colleague.staff_id)


def test_many_visits_cost_no_more_statements(web: Web, site: TestSite) -> None:
    sent = []
    for many in (1, 3):
        case, colleague = a_case(web, site), site.person("counsellor")
        for day in range(many):
            book(case, local_start=f"2027-01-{18 + day}T10:00")
        body = {
            "from_staff_id": str(case.counsellor.staff_id),
            "to_staff_id": str(colleague.staff_id),
            "case_ids": [case.id],
        }
        made = case.lead.post("/handovers", body).get_json()
        with counted(web) as statements:
            colleague.act(f"/handovers/{made['id']}/actions/accept", version=1)
        sent.append(len(statements))

    assert sent[0] == sent[1]


def test_who_read_the_visit_before_loses_no_change(web: Web, site: TestSite) -> None:
    case, colleague = a_case(web, site), site.person("counsellor")
    made = book(case)

    given(case, colleague, "assign")
    stale = case.coordinator.act(
        f"/appointments/{made['id']}/actions/move", {"minutes": 30}, version=1
    )

    expect_problem(stale, 412, "precondition-failed")
    assert visit(case, made)["minutes"] == 60
