"""Handovers: offered by a lead, accepted or refused by the colleague, nothing without an owner."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.makers import bookings, cases
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, counted, expect_problem, pointers


@pytest.fixture
def mine(web: Web, site: TestSite) -> list[CaseOf]:
    """Three cases of one counsellor."""
    first = bookings.a_case(web, site)
    rest = [cases.handed_in(site) for _ in range(2)]
    for one in rest:
        order = {"key_worker_id": str(first.counsellor.staff_id)}
        one.lead.act(f"/cases/{one.id}/actions/assign", order, version=one.read()["version"])
    return [first, *rest]


def offered(mine: list[CaseOf], to: Caller, **changes: Any) -> Any:
    first = mine[0]
    order = {
        "from_staff_id": str(first.counsellor.staff_id),
        "to_staff_id": str(to.staff_id),
        "case_ids": [one.id for one in mine],
    } | changes
    return first.lead.post("/handovers", order)


def owner_of(case: CaseOf) -> str:
    return str(case.lead.get(f"/cases/{case.id}").get_json()["key_worker_id"])


def test_cases_and_tasks_go_with_acceptance(web: Web, site: TestSite, mine: list[CaseOf]) -> None:
    colleague, worker = site.person("counsellor"), mine[0].counsellor
    web.run("INSERT INTO tasks (site_id, id, case_id, kind, owner_id, due_at, state, created_at,"
            " version) VALUES (:s, gen_random_uuid(), :c, 'other', :w, now(), 'open', now(), 1)",
            s=site.id, c=mine[0].id, w=worker.staff_id)  # fmt: skip
    made = offered(mine, colleague, note="Leaves on Friday")
    waiting = [owner_of(one) for one in mine]

    done = colleague.act(f"/handovers/{made.get_json()['id']}/actions/accept", version=1)

    assert made.status_code == 201, made.json
    assert waiting == [str(worker.staff_id)] * 3
    assert done.status_code == 200, done.json
    body = done.get_json()
    assert (body["state"], body["note"]) == ("accepted", "Leaves on Friday")
    assert {one["outcome"] for one in body["cases"]} == {"handed_over"}
    assert [owner_of(one) for one in mine] == [str(colleague.staff_id)] * 3
    left = web.rows("SELECT 1 FROM tasks WHERE owner_id = :w AND state = 'open'", w=worker.staff_id)
    assert left == []
    asked = web.rows("SELECT state FROM tasks WHERE kind = 'accept_handover' AND site_id = :s",
                     s=site.id)  # fmt: skip
    assert [row.state for row in asked] == ["done"]


def test_each_case_has_its_event_at_its_version(
    web: Web, site: TestSite, mine: list[CaseOf]
) -> None:
    colleague = site.person("counsellor")
    made = offered(mine, colleague).get_json()

    colleague.act(f"/handovers/{made['id']}/actions/accept", version=1)

    for one in mine:
        version = one.lead.get(f"/cases/{one.id}").get_json()["version"]
        rows = web.rows("SELECT entity_version FROM audit_events WHERE entity_type = 'cases'"
                        " AND entity_id = :c AND action <> 'R' ORDER BY 1",
                        c=uuid.UUID(one.id))  # fmt: skip
        assert [row.entity_version for row in rows] == list(range(1, version + 1))


def test_a_refusal_needs_a_reason_and_moves_nothing(site: TestSite, mine: list[CaseOf]) -> None:
    colleague = site.person("counsellor")
    path = f"/handovers/{offered(mine, colleague).get_json()['id']}/actions"

    bare = colleague.act(f"{path}/refuse", {}, version=1)
    refused = colleague.act(f"{path}/refuse", {"reason": "My list is full"}, version=1)
    late = colleague.act(f"{path}/accept", version=2)

    expect_problem(bare, 422, "validation-failed")
    assert (refused.get_json()["state"], refused.get_json()["refusal"]) == (
        "refused",
        "My list is full",
    )
    expect_problem(late, 409, "conflict")
    assert {owner_of(one) for one in mine} == {str(mine[0].counsellor.staff_id)}


def test_only_who_is_asked_answers(site: TestSite, mine: list[CaseOf]) -> None:
    colleague = site.person("counsellor")
    path = f"/handovers/{offered(mine, colleague).get_json()['id']}"

    for other in (site.person("counsellor"), mine[0].lead):
        expect_problem(other.act(f"{path}/actions/accept", version=1), 404, "not-found")
    expect_problem(site.person("counsellor").get(path), 404, "not-found")
    assert colleague.get(path).status_code == mine[0].counsellor.get(path).status_code == 200
    assert site.person("counsellor").get("/handovers").get_json()["data"] == []


def test_it_is_dated(web: Web, site: TestSite, mine: list[CaseOf]) -> None:
    colleague = site.person("counsellor")
    made = offered(mine, colleague, from_on="2027-01-15").get_json()
    path = f"/handovers/{made['id']}/actions/accept"

    early = colleague.act(path, version=1)
    cases.at_ten(web, "2027-01-15")
    done = colleague.act(path, version=1)

    assert "2027-01-15" in expect_problem(early, 409, "conflict")["detail"]
    assert done.status_code == 200, done.json


def test_what_changed_hands_meanwhile_is_left_out(site: TestSite, mine: list[CaseOf]) -> None:
    colleague, third = site.person("counsellor"), site.person("counsellor")
    made = offered(mine, colleague).get_json()
    order = {"key_worker_id": str(third.staff_id)}
    version = mine[1].read()["version"]
    mine[1].lead.act(f"/cases/{mine[1].id}/actions/assign", order, version=version)

    done = colleague.act(f"/handovers/{made['id']}/actions/accept", version=1).get_json()

    found = {one["case_id"]: one["outcome"] for one in done["cases"]}
    assert found[mine[1].id] == "left_out"
    assert sorted(found.values()) == ["handed_over", "handed_over", "left_out"]
    assert owner_of(mine[1]) == str(third.staff_id)


def test_a_lead_takes_an_offer_back(site: TestSite, mine: list[CaseOf]) -> None:
    colleague = site.person("counsellor")
    path = f"/handovers/{offered(mine, colleague).get_json()['id']}/actions"

    by_colleague = colleague.act(f"{path}/withdraw", version=1)
    withdrawn = mine[0].lead.act(f"{path}/withdraw", version=1)

    expect_problem(by_colleague, 403, "forbidden")
    assert withdrawn.get_json()["state"] == "withdrawn"
    expect_problem(colleague.act(f"{path}/accept", version=2), 409, "conflict")


def test_every_task_of_a_leaver_goes_when_it_is_asked_for(
    web: Web, site: TestSite, mine: list[CaseOf]
) -> None:
    colleague, worker = site.person("counsellor"), mine[0].counsellor
    web.run("INSERT INTO tasks (site_id, id, kind, owner_id, due_at, state, created_at, version)"
            " VALUES (:s, gen_random_uuid(), 'other', :w, now(), 'open', now(), 1)",
            s=site.id, w=worker.staff_id)  # fmt: skip
    made = offered(mine, colleague, takes_all_tasks=True).get_json()

    colleague.act(f"/handovers/{made['id']}/actions/accept", version=1)

    left = web.rows("SELECT 1 FROM tasks WHERE owner_id = :w AND state = 'open'", w=worker.staff_id)
    assert left == []


def test_accepting_many_sends_no_more_statements(
    web: Web, site: TestSite, mine: list[CaseOf]
) -> None:
    sent = []
    for some in (mine[:1], mine[1:]):
        colleague = site.person("counsellor")
        made = offered(some, colleague, from_staff_id=str(mine[0].counsellor.staff_id)).get_json()
        with counted(web) as statements:
            colleague.act(f"/handovers/{made['id']}/actions/accept", version=1)
        sent.append(len(statements))

    assert sent[0] == sent[1]


@pytest.mark.parametrize("named", ["/to_staff_id", "/from_on", "/case_ids", "/case_ids/0"])
def test_a_wrong_field_is_named(site: TestSite, mine: list[CaseOf], named: str) -> None:
    changes: dict[str, dict[str, Any]] = {
        "/to_staff_id": {"to_staff_id": str(site.person("peer_worker").staff_id)},
        "/from_on": {"from_on": "2020-01-01"},
        "/case_ids": {"case_ids": []},
        "/case_ids/0": {"case_ids": [str(uuid.uuid4())]},
    }

    answer = offered(mine, site.person("counsellor"), **changes[named])

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {named}


def test_two_hundred_is_the_most(site: TestSite, mine: list[CaseOf]) -> None:
    many = [str(uuid.uuid4()) for _ in range(201)]

    answer = offered(mine, site.person("counsellor"), case_ids=many)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {"/case_ids"}
