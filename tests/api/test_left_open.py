"""What was asked of others when a case ended: nothing unsent leaves, and answers still arrive."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.makers import cases, moves, outbound
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web, expect_problem

ANSWER = {"outcome": "unchanged", "reviewed_by": "Dr Ames", "reviewed_on": "2027-01-25"}


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """In treatment, since 20 January 2027."""
    return moves.begun(web, site)


def review(case: CaseOf) -> str:
    """A question about a medicine; the review's id."""
    path = f"/cases/{case.id}/medication-reviews"
    made = case.counsellor.post(path, outbound.review_order())
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def died(case: CaseOf) -> None:
    """The end that needs the least."""
    done = moves.move(case.lead, case, **moves.DEATH)
    assert done.status_code == 200, done.json


def waiting(case: CaseOf) -> dict[str, list[str]]:
    """Referrals out that the lead's worklist of the site shows, with what can be done."""
    found = case.lead.get("/worklists/open_outbound_referrals?scope=site").get_json()["rows"]
    return {one["id"]: one["actions"] for one in found}


def test_a_planned_referral_ends_with_the_case(web: Web, case: CaseOf) -> None:
    unsent, left = outbound.planned(case), outbound.sent(case)
    web.run(
        "INSERT INTO tasks (site_id, id, case_id, kind, source, due_at, state, created_at, version,"
        " outbound_referral_id) SELECT site_id, gen_random_uuid(), case_id, 'referral_overdue',"
        " 'outbound_referral', '2027-01-21', 'open', now(), 1, id FROM outbound_referrals"
        " WHERE id = :i",
        i=unsent,
    )

    died(case)

    found = outbound.read(case, unsent)
    assert (found["state"], found["cancel_reason"]) == (
        "cancelled",
        "The case ended before it left.",
    )
    assert outbound.read(case, left)["state"] == "sent"
    assert waiting(case) == {left: ["receive-result", "cancel"]}
    tasks = web.rows("SELECT state FROM tasks WHERE outbound_referral_id = :i", i=unsent)
    assert [row.state for row in tasks] == ["cancelled"]
    events = web.rows(
        "SELECT subtype, entity_version FROM audit_events WHERE entity_id = :i AND action <> 'R'"
        " ORDER BY entity_version",
        i=uuid.UUID(unsent),
    )
    assert [tuple(row) for row in events] == [("plan", 1), ("cancel", 2)]


def test_one_left_over_from_before_can_only_be_cancelled(web: Web, case: CaseOf) -> None:
    unsent = outbound.planned(case)
    web.run("UPDATE cases SET state = 'discharged' WHERE id = :c", c=case.id)

    assert waiting(case) == {unsent: ["cancel"]}
    path = f"/outbound-referrals/{unsent}/actions/cancel"
    done = case.counsellor.act(path, {"reason": "The case has ended"}, version=1)
    assert done.status_code == 200, done.json
    assert waiting(case) == {}


@pytest.mark.parametrize(
    ("act", "said", "state"),
    [("record-result", ANSWER, "done"), ("cancel", {"reason": "Not needed"}, "cancelled")],
)
def test_a_review_is_answered_or_called_off_after_the_end(
    web: Web, case: CaseOf, act: str, said: dict[str, Any], state: str
) -> None:
    asked = review(case)
    died(case)
    cases.at_ten(web, "2027-01-26")
    path = f"/medication-reviews/{asked}/actions/{act}"

    done = case.counsellor.act(path, said, version=1)

    assert done.status_code == 200, done.json
    assert done.get_json()["state"] == state
    expect_problem(case.counsellor.act(path, said, version=2), 409, "conflict")
    order = outbound.review_order()
    again = case.counsellor.post(f"/cases/{case.id}/medication-reviews", order)
    expect_problem(again, 409, "conflict")
