"""Does the course of a case tell the care around its plan, to whom each part is open?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import moves, outbound, plans, progress
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web

NEW = {
    "arm_began",
    "arm_ended",
    "goal",
    "outbound_referral",
    "safety_plan",
    "clearance",
    "proposal",
    "contact_attempt",
}
STAY = {"admission_on": "2027-01-20", "discharge_on": "2027-02-10"}


@pytest.fixture
def cared(web: Web, site: TestSite) -> CaseOf:
    """A case with each of these: treated, stepped up, asked about, and proposed for discharge."""
    case = moves.begun(web, site)
    person = case.counsellor
    outbound.planned(case)
    for body in (outbound.SAFETY_PLAN, outbound.SAFETY_PLAN | {"coping": "A swim"}):
        version = 0 if body is outbound.SAFETY_PLAN else 1
        assert person.put(f"/cases/{case.id}/safety-plan", body, version=version).status_code < 300
    cleared = {"by": "Dr Ames", "outcome": "cleared", "cleared_at": "2027-01-20T09:30:00Z"}
    assert person.post(f"/cases/{case.id}/medical-clearances", cleared).status_code == 201
    tried = {"at": "2027-01-20T09:40:00Z", "channel": "phone", "outcome": "no_reply"}
    assert person.post(f"/cases/{case.id}/contact-attempts", tried).status_code == 201
    [goal] = goals(case)
    changed = person.patch(f"/goals/{goal['id']}", {"confidence": 8}, version=1)
    assert changed.status_code == 200, changed.json
    plans.decided(case, "inpatient", **STAY)
    moves.exit_scores(case)
    moves.proposed(case)
    return case


def goals(case: CaseOf) -> list[dict[str, Any]]:
    """Those set with the first decision."""
    [plan] = case.counsellor.get(f"/cases/{case.id}/plans").get_json()["data"]
    found: list[dict[str, Any]] = case.counsellor.get(f"/plans/{plan['id']}/goals").get_json()[
        "data"
    ]
    return found


def course(person: Caller, case: CaseOf) -> list[dict[str, Any]]:
    answer = person.get(f"/cases/{case.id}/timeline?limit=100")
    assert answer.status_code == 200, answer.get_json(force=True)
    found: list[dict[str, Any]] = answer.get_json()["data"]
    return found


def told(found: list[dict[str, Any]], kind: str, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(one[name] for name in names) for one in found if one["type"] == kind]


def test_the_care_around_a_plan_is_in_it(cared: CaseOf) -> None:
    found = course(cared.counsellor, cared)

    assert told(found, "arm_began", "code", "detail") == [
        ("outpatient_cbt", None),
        ("inpatient", "client_preference"),
    ]
    assert told(found, "arm_ended", "code", "detail") == [("outpatient_cbt", "stepped_up")]
    goal = told(found, "goal", "code", "state", "number", "about_id")
    assert [one[:3] for one in goal][:2] == [("use", "active", None), ("use", "active", 8)]
    assert goal[0][3] == goal[1][3]
    asked = told(found, "outbound_referral", "code", "state", "detail")
    assert ("physiotherapy", "planned", "routine") in asked
    assert told(found, "safety_plan", "number") == [(1,), (2,)]
    assert told(found, "clearance", "state", "at") == [("cleared", "2027-01-20T09:30:00+00:00")]
    assert told(found, "proposal", "code", "state") == [("discharge", "proposed")]
    assert told(found, "contact_attempt", "code", "state") == [("phone", "no_reply")]


def test_a_decision_stands_before_its_arm_and_after_what_it_was_based_on(cared: CaseOf) -> None:
    types = [one["type"] for one in course(cared.counsellor, cared)]

    first = [
        types.index(kind)
        for kind in ("recommendation", "decision", "arm_began", "goal", "arm_ended", "proposal")
    ]
    assert first == sorted(first)


def test_what_is_there_twice_is_told_twice_on_pages_of_one(cared: CaseOf) -> None:
    """A decision and its arm have one identifier and one moment."""
    whole = [(one["type"], one["id"]) for one in course(cared.counsellor, cared)]

    seen: list[tuple[str, str]] = []
    path: str | None = f"/cases/{cared.id}/timeline?limit=1"
    while path:
        answer = cared.counsellor.get(path).get_json()
        seen += [(one["type"], one["id"]) for one in answer["data"]]
        cursor = answer["page"]["next_cursor"]
        path = f"/cases/{cared.id}/timeline?limit=1&cursor={cursor}" if cursor else None

    assert len(whole) > len({one for _, one in whole})
    assert seen == whole


def test_each_part_is_open_to_whom_it_is_open_to_itself(
    cared: CaseOf, web: Web, site: TestSite
) -> None:
    """After the handover a coordinator keeps contact; an emergency opens no proposal and no try."""
    stranger, peer = site.person("counsellor"), site.person("peer_worker")
    progress.broken_glass(cared, stranger)

    seen = {
        "counsellor": {one["type"] for one in course(cared.counsellor, cared)} & NEW,
        "lead": {one["type"] for one in course(cared.lead, cared)} & NEW,
        "coordinator": {one["type"] for one in course(cared.coordinator, cared)} & NEW,
        "emergency": {one["type"] for one in course(stranger, cared)} & NEW,
    }
    web.run("UPDATE cases SET key_worker_id = :p WHERE id = :c", p=peer.staff_id, c=cared.id)

    assert seen["counsellor"] == seen["lead"] == NEW
    assert seen["coordinator"] == {"contact_attempt"}
    assert seen["emergency"] == NEW - {"proposal", "contact_attempt"}
    assert {one["type"] for one in course(peer, cared)} & NEW == set()
