"""Who proposed a move takes it back while nobody has decided, and nobody else does."""

from __future__ import annotations

import concurrent.futures
from typing import Any

from tests.makers import cases, moves
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, expect_problem


def ready(web: Web, site: TestSite) -> tuple[CaseOf, dict[str, Any]]:
    """A case with a proposal of its counsellor."""
    case = moves.begun(web, site)
    moves.exit_scores(case)
    return case, moves.proposed(case)


def withdraw(person: Caller, proposal: dict[str, Any], version: int = 1) -> Any:
    return person.act(f"/proposals/{proposal['id']}/actions/withdraw", version=version)


def asked(case: CaseOf) -> list[str]:
    """How the tasks stand that ask the leads for an answer."""
    found = case.lead.get(f"/cases/{case.id}/tasks").get_json()["data"]
    return [one["state"] for one in found if one["kind"] == "approve_discharge"]


def test_a_counsellor_takes_back_what_nobody_decided(web: Web, site: TestSite) -> None:
    case, proposal = ready(web, site)

    withdrawn = withdraw(case.counsellor, proposal)

    assert withdrawn.status_code == 200, withdrawn.json
    body = withdrawn.get_json()
    assert (body["state"], body["decided_by"], body["version"]) == ("withdrawn", None, 2)
    assert withdrawn.headers["ETag"] == '"2"'
    assert asked(case) == ["cancelled"]
    assert case.read()["state"] == "active"
    late = case.lead.act(f"/proposals/{proposal['id']}/actions/approve", version=2)
    assert "withdrawn" in expect_problem(late, 409, "conflict")["detail"]
    assert moves.proposed(case)["id"] != proposal["id"]
    log = case.lead.get(f"/cases/{case.id}/access-log").get_json()["data"]
    assert "called off a proposal for a second person" in {one["what"] for one in log}


def test_only_who_made_it_takes_it_back(web: Web, site: TestSite) -> None:
    case, proposal = ready(web, site)
    colleague = site.person("counsellor")

    by_lead = withdraw(case.lead, proposal)
    expect_problem(withdraw(colleague, proposal), 403, "break-glass-required")
    cover = {
        "staff_id": str(colleague.staff_id),
        "for_staff_id": str(case.counsellor.staff_id),
        "from_on": moves.FIRST_DAY,
        "until_on": moves.FIRST_DAY,
    }
    assert case.lead.post("/covers", cover).status_code == 201
    covering = withdraw(colleague, proposal)

    for answer in (by_lead, covering):
        assert "who made it" in expect_problem(answer, 403, "forbidden")["detail"]
    assert asked(case) == ["open"]


def test_it_is_theirs_to_take_back_after_the_case_went_on(web: Web, site: TestSite) -> None:
    case, proposal = ready(web, site)
    colleague = site.person("counsellor")
    order = {"key_worker_id": str(colleague.staff_id)}
    case.lead.act(f"/cases/{case.id}/actions/assign", order, version=case.read()["version"])

    assert withdraw(case.counsellor, proposal).status_code == 200


def test_what_was_decided_or_read_before_a_change_stays(web: Web, site: TestSite) -> None:
    case, proposal = ready(web, site)

    expect_problem(withdraw(case.counsellor, proposal, 7), 412, "precondition-failed")
    case.lead.act(
        f"/proposals/{proposal['id']}/actions/return", {"comment": "Ask first."}, version=1
    )

    answer = withdraw(case.counsellor, proposal, 2)

    assert "returned" in expect_problem(answer, 409, "conflict")["detail"]


def test_nothing_is_withdrawn_in_a_case_that_has_ended(web: Web, site: TestSite) -> None:
    case, proposal = ready(web, site)
    web.run("UPDATE cases SET state = 'deceased' WHERE id = :c", c=case.id)

    answer = withdraw(case.counsellor, proposal)

    assert "ended" in expect_problem(answer, 409, "conflict")["detail"]


def test_withdrawal_and_approval_at_once_decide_one_way(web: Web, site: TestSite) -> None:
    case, proposal = ready(web, site)
    acts = ((case.counsellor, "withdraw"), (case.lead, "approve"))

    def decide(person: Caller, act: str) -> int:
        return person.act(f"/proposals/{proposal['id']}/actions/{act}", version=1).status_code

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: decide(*one), acts))

    assert sorted(answers) == [200, 412], answers
    state = "discharged" if answers[1] == 200 else "active"
    assert cases.CaseOf.read(case)["state"] == state
