"""A second opinion: asked of who could decide too, answered by them alone, deciding nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from tests.makers.cases import CaseOf, assessed, handed_in
from tests.makers.plans import decided
from tests.support.web import Caller, TestSite, Web, expect_problem, pointers

QUESTION = "Would you go below a bed, with a sister at home?"
ANSWER = {"opinion": "disagree", "answer": "Not before urology has seen her: zebra."}


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """A stay is suggested."""
    case = assessed(web, site, "V01")
    case.recommend()
    return case


def asked(case: CaseOf, colleague: Caller) -> dict[str, Any]:
    made = case.counsellor.post(f"/cases/{case.id}/second-opinions", order(colleague))
    assert made.status_code == 201, made.json
    body: dict[str, Any] = made.get_json()
    return body


def order(colleague: Caller, **changes: Any) -> dict[str, Any]:
    return {"asked_of": str(colleague.staff_id), "question": QUESTION} | changes


def test_a_colleague_without_the_case_reads_the_suggestion_and_answers(
    web: Web, site: TestSite, case: CaseOf
) -> None:
    other = site.person("counsellor")
    expect_problem(other.get(f"/cases/{case.id}/recommendation"), 403, "break-glass-required")
    made = asked(case, other)
    path = f"/second-opinions/{made['id']}"
    [task] = [
        one for one in other.get("/tasks").get_json()["data"] if one["kind"] == "second_opinion"
    ]

    found = other.get(path).get_json()
    before = case.read()
    done = other.act(f"{path}/actions/answer", ANSWER, version=1)

    assert (task["id"], task["owner_id"]) == (made["id"], str(other.staff_id))
    assert QUESTION not in str(task)  # the note of a task is read by more people
    assert found["question"]["question"] == QUESTION
    assert found["recommendation"]["id"] == case.recommendation()["id"]
    assert done.status_code == 200, done.json
    assert (done.get_json()["state"], done.get_json()["opinion"]) == ("done", "disagree")
    assert case.read() == before
    # Answered: the door is shut again.
    expect_problem(other.get(path), 403, "break-glass-required")
    [told] = case.counsellor.get(f"/cases/{case.id}/second-opinions").get_json()["data"]
    assert (told["question"], told["answer"]) == (QUESTION, ANSWER["answer"])
    rows = web.rows("SELECT kind, state, opinion, sealed FROM tasks WHERE id = :i", i=made["id"])
    assert b"zebra" not in bytes(rows[0].sealed)


def test_it_stands_on_the_timeline_beside_the_decision(case: CaseOf) -> None:
    made = asked(case, case.lead)
    case.lead.act(f"/second-opinions/{made['id']}/actions/answer", ANSWER, version=1)
    decided(case, "inpatient")

    types = "second_opinion,decision"
    told = case.counsellor.get(f"/cases/{case.id}/timeline?types={types}").get_json()["data"]

    [opinion] = [one for one in told if one["type"] == "second_opinion"]
    assert (opinion["id"], opinion["state"]) == (made["id"], "disagree")
    assert opinion["about_id"] == case.recommendation()["id"]
    assert ANSWER["answer"] not in str(told)


def test_who_may_be_asked(site: TestSite, case: CaseOf) -> None:
    path = f"/cases/{case.id}/second-opinions"
    for somebody in (case.counsellor, case.coordinator, site.person("peer_worker")):
        refused = case.counsellor.post(path, order(somebody))
        expect_problem(refused, 422, "validation-failed")
        assert pointers(refused.get_json()) == {"/asked_of"}
    nobody = case.counsellor.post(path, order(case.lead, asked_of=str(uuid.uuid4())))
    expect_problem(nobody, 422, "validation-failed")
    empty = case.counsellor.post(path, {})
    assert pointers(empty.get_json()) == {"/asked_of", "/question"}

    asked(case, case.lead)
    expect_problem(case.counsellor.post(path, order(case.lead)), 409, "conflict")


def test_it_is_asked_about_a_complete_suggestion_only(web: Web, site: TestSite) -> None:
    early, late = handed_in(site), assessed(web, site, "V01")
    for one in (early, late):
        refused = one.counsellor.post(f"/cases/{one.id}/second-opinions", order(one.lead))
        expect_problem(refused, 409, "conflict")


def test_only_who_was_asked_answers_and_once(site: TestSite, case: CaseOf) -> None:
    path = f"/second-opinions/{asked(case, case.lead)['id']}/actions/answer"

    expect_problem(case.counsellor.act(path, ANSWER, version=1), 403, "forbidden")
    expect_problem(case.lead.act(path, {"opinion": "agree"}, version=1), 422, "validation-failed")
    expect_problem(case.lead.act(path, ANSWER, version=9), 412, "precondition-failed")
    assert case.lead.act(path, ANSWER, version=1).status_code == 200
    expect_problem(case.lead.act(path, ANSWER, version=2), 409, "conflict")
    stranger = site.person("counsellor")
    expect_problem(stranger.act(path, ANSWER, version=2), 403, "break-glass-required")


def test_the_task_is_answered_or_called_off_never_passed_on(site: TestSite, case: CaseOf) -> None:
    made, other = asked(case, case.lead), site.person("counsellor")
    path = f"/tasks/{made['id']}"

    for change in ({"state": "done"}, {"owner_id": str(other.staff_id)}):
        expect_problem(case.lead.patch(path, change, version=1), 409, "conflict")
    called_off = case.counsellor.patch(path, {"state": "cancelled"}, version=1)

    assert called_off.status_code == 200, called_off.json
    answer = f"/second-opinions/{made['id']}/actions/answer"
    expect_problem(case.lead.act(answer, ANSWER, version=2), 409, "conflict")
    asked(case, case.lead)


def test_the_task_stays_with_who_was_asked(web: Web, site: TestSite, case: CaseOf) -> None:
    """A new key worker takes the other tasks of the case, not the question to a colleague."""
    made = asked(case, case.lead)
    web.run("UPDATE cases SET key_worker_id = :k WHERE id = :c", k=case.lead.staff_id, c=case.id)
    version = case.lead.get(f"/cases/{case.id}").get_json()["version"]
    to = {"key_worker_id": str(site.person("counsellor").staff_id)}
    moved = case.lead.act(f"/cases/{case.id}/actions/assign", to, version=version)

    assert moved.status_code == 200, moved.json
    [row] = web.rows("SELECT owner_id FROM tasks WHERE id = :i", i=made["id"])
    assert row.owner_id == case.lead.staff_id


def test_due_within_two_days(web: Web, case: CaseOf) -> None:
    made = asked(case, case.lead)
    due = dt.datetime.fromisoformat(made["due_at"])
    [row] = web.rows("SELECT answered_at, opinion FROM tasks WHERE id = :i", i=made["id"])
    assert (row.answered_at, row.opinion) == (None, None)
    assert due.tzinfo is not None
