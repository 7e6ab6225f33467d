"""Goals of a plan: in the person's words, sealed, changed as it goes, every version kept."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.makers import cases, moves, plans
from tests.makers.cases import CaseOf
from tests.makers.progress import note_order, signed_progress_note
from tests.support.web import TestSite, Web, expect_problem, pointers


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    return moves.planned(web, site)


def plan_of(web: Web, case: CaseOf) -> str:
    rows = web.rows("SELECT id FROM plan_decisions WHERE case_id = :c AND state = 'agreed'",
                    c=case.id)  # fmt: skip
    return str(rows[0].id)


def set_goal(web: Web, case: CaseOf, **changes: Any) -> Any:
    return case.counsellor.post(f"/plans/{plan_of(web, case)}/goals", plans.GOAL | changes)


def test_a_goal_is_set_sealed_and_read_again(web: Web, case: CaseOf) -> None:
    made = set_goal(web, case, baseline="12 days", target="0 days", confidence=7)

    assert made.status_code == 201, made.json
    assert (made.get_json()["state"], made.get_json()["version"]) == ("active", 1)
    found = case.counsellor.get(f"/goals/{made.get_json()['id']}").get_json()
    expected = plans.GOAL | {"baseline": "12 days", "target": "0 days", "confidence": 7}
    assert {name: found[name] for name in expected} == expected
    rows = web.rows("SELECT sealed FROM goals WHERE case_id = :c", c=case.id)
    rows += web.rows("SELECT sealed FROM goal_versions")
    assert not any(b"ketamine" in bytes(row.sealed) for row in rows)


def test_what_a_goal_was_is_kept(web: Web, case: CaseOf) -> None:
    goal = set_goal(web, case, confidence=4).get_json()
    path = f"/goals/{goal['id']}"

    changed = case.counsellor.patch(path, {"status": "partly", "confidence": 8}, version=1)
    cleared = case.lead.patch(path, {"confidence": None, "target": "One day"}, version=2)
    same = case.lead.patch(path, {"target": "One day"}, version=3)

    assert changed.status_code == 200, changed.json
    assert cleared.headers["ETag"] == same.headers["ETag"] == '"3"'
    history = case.counsellor.get(path).get_json()["history"]
    assert [
        (one["version"], one["status"], one["confidence"], one["target"]) for one in history
    ] == [
        (1, "active", 4, None),
        (2, "partly", 8, None),
        (3, "partly", None, "One day"),
    ]
    assert history[2]["changed_by"] == str(case.lead.staff_id)
    events = web.rows("SELECT entity_version FROM audit_events WHERE entity_id = :g"
                      " AND action <> 'R' ORDER BY 1", g=uuid.UUID(goal["id"]))  # fmt: skip
    assert [row.entity_version for row in events] == [1, 2, 3]


def test_a_stale_change_loses_nothing(web: Web, case: CaseOf) -> None:
    goal = set_goal(web, case).get_json()
    path = f"/goals/{goal['id']}"
    case.counsellor.patch(path, {"status": "achieved"}, version=1)

    stale = case.counsellor.patch(path, {"status": "dropped"}, version=1)

    expect_problem(stale, 412, "precondition-failed")
    assert case.counsellor.get(path).get_json()["status"] == "achieved"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"problem": None}, {"/problem"}),
        ({"measure": None}, {"/measure"}),
        ({"due_on": None}, {"/due_on"}),
        ({"due_on": "2020-01-01"}, {"/due_on"}),
        ({"domain": "money"}, {"/domain"}),
        ({"confidence": 11}, {"/confidence"}),
        ({"confidence": True}, {"/confidence"}),
        ({"statement": "x" * 501}, {"/statement"}),
        ({"set_by": str(uuid.uuid4())}, {"/set_by"}),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(
    web: Web, case: CaseOf, change: dict[str, Any], named: set[str]
) -> None:
    body = {key: value for key, value in (plans.GOAL | change).items() if value is not None}

    answer = case.counsellor.post(f"/plans/{plan_of(web, case)}/goals", body)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == named
    assert len(web.rows("SELECT 1 FROM goals WHERE case_id = :c", c=case.id)) == 1


def test_goals_outlive_the_plan_they_were_set_with(web: Web, case: CaseOf) -> None:
    old = plan_of(web, case)
    before = case.counsellor.get(f"/plans/{old}/goals").get_json()["data"]
    plans.decided(case, "peer_support", goals=[])

    after = case.counsellor.get(f"/plans/{plan_of(web, case)}/goals").get_json()["data"]
    refused = case.counsellor.post(f"/plans/{old}/goals", plans.GOAL)

    assert [one["id"] for one in before] == [one["id"] for one in after]
    assert after[0]["plan_id"] == old
    assert "in force" in expect_problem(refused, 409, "conflict")["detail"]


def test_a_dropped_goal_does_not_count(web: Web, site: TestSite, case: CaseOf) -> None:
    (goal,) = case.counsellor.get(f"/plans/{plan_of(web, case)}/goals").get_json()["data"]
    case.counsellor.patch(f"/goals/{goal['id']}", {"status": "dropped"}, version=1)
    moves.move(case.counsellor, case, "assessed", reason="Wants something else")

    plans.decided(case, "peer_support", goals=[])

    assert case.read()["state"] == "assessed"
    assert moves.lacks(case.counsellor, case, "plan_chosen") == {"goal"}
    del site


def test_a_note_names_goals_of_its_own_case_once(web: Web, site: TestSite, case: CaseOf) -> None:
    goal, other, theirs = (set_goal(web, case).get_json()["id"] for _ in range(3))
    # A colleague's case of the same site; that it got there by hand isn't the point.
    web.run("UPDATE goals SET case_id = :c WHERE id = :g", c=cases.handed_in(site).id, g=theirs)
    stranger = moves.planned(web, web.site())
    far = set_goal(web, stranger).get_json()["id"]
    path = f"/cases/{case.id}/notes"

    made = case.counsellor.post(path, note_order(goal_ids=[goal, other]))

    assert made.status_code == 201, made.json
    note = f"/notes/{made.get_json()['id']}"
    for wrong, said in ((theirs, "unknown"), (far, "unknown"), (str(uuid.uuid4()), "unknown"),
                        (goal, "repeated")):  # fmt: skip
        named = {"goal_ids": [goal, wrong]}
        for answer in (
            case.counsellor.post(path, note_order(**named)),
            case.counsellor.patch(note, named, version=1),
        ):
            body = expect_problem(answer, 422, "validation-failed")
            assert [(one["pointer"], one["code"]) for one in body["errors"]] == [
                ("/goal_ids/1", said)
            ]
    assert case.counsellor.patch(note, {"goal_ids": []}, version=1).status_code == 200


def test_an_addendum_names_goals_of_its_own_case(case: CaseOf) -> None:
    note = signed_progress_note(case)
    path = f"/notes/{note}/actions/amend"

    answer = case.counsellor.act(path, note_order(goal_ids=[str(uuid.uuid4())]), version=2)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {"/goal_ids/0"}
