"""Is the course of a case told in one list, in its order, and to whom it concerns?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import bookings, plans, progress
from tests.makers.cases import CaseOf, assessed
from tests.support.web import Caller, TestSite, Web, counted, expect_problem


def course(person: Caller, case: CaseOf, query: str = "?limit=100") -> list[dict[str, Any]]:
    answer = person.get(f"/cases/{case.id}/timeline{query}")
    assert answer.status_code == 200, answer.get_json(force=True)
    found: list[dict[str, Any]] = answer.get_json()["data"]
    return found


def test_the_thread_runs_from_intake_to_outcome(web: Web, site: TestSite) -> None:
    case = assessed(web, site, "V01")
    advice = case.recommend()
    setting = advice["result"]["recommendation"]["recommended_setting"]
    plan = plans.decided(case, setting)
    day = advice["computed_at"][:10]
    note = progress.drafted_note(case)

    found = course(case.counsellor, case)

    moments = [one["at"] for one in found]
    assert moments == sorted(moments)
    kinds = list(dict.fromkeys(one["type"] for one in found))
    assert kinds.index("intake") < kinds.index("recommendation") < kinds.index("decision")
    decision = next(one for one in found if one["type"] == "decision")
    assert (decision["id"], decision["about_id"]) == (plan["id"], advice["id"])
    assert (decision["code"], decision["at"][:10]) == (setting, day)
    assert {one["code"] for one in found if one["type"] == "score"} >= {"phq9", "gad7"}
    assert [one["state"] for one in found if one["type"] == "transition"][:2] == [
        "referred",
        "intake",
    ]
    assert [one["id"] for one in found if one["type"] == "note"] == [note]


def test_visits_sessions_screens_and_messages_are_in_it(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    visit = progress.attended(web, case)
    record = progress.session_record(case, visit, craving=3)
    case.counsellor.post(f"/cases/{case.id}/drug-screens", progress.screen_order())
    bookings.book(case, local_start="2027-02-15T10:00")

    found = course(case.counsellor, case)

    by_type = {one["type"]: one for one in found}
    assert {"visit", "session", "screen", "message"} <= set(by_type)
    assert (by_type["session"]["id"], by_type["session"]["about_id"]) == (record, visit)
    assert by_type["session"]["number"] == 3


def test_types_narrow_and_unknown_ones_are_refused(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS)

    assert {one["type"] for one in course(case.counsellor, case, "?types=alert,transition")} == {
        "alert",
        "transition",
    }
    body = expect_problem(
        case.counsellor.get(f"/cases/{case.id}/timeline?types=alerts"), 400, "bad-request"
    )
    assert "Did you mean alert?" in body["detail"]


def test_pages_join_without_a_gap(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS)
    bookings.book(case)
    whole = [one["id"] for one in course(case.counsellor, case)]

    seen, path = [], f"/cases/{case.id}/timeline?limit=2"
    while path:
        answer = case.counsellor.get(path).get_json()
        seen += [one["id"] for one in answer["data"]]
        cursor = answer["page"]["next_cursor"]
        path = f"/cases/{case.id}/timeline?limit=2&cursor={cursor}" if cursor else ""

    assert len(whole) > 4
    assert seen == whole


def test_each_role_sees_its_part(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS)
    bookings.book(case)
    progress.signed_progress_note(case)
    peer = site.person("peer_worker")

    expect_problem(peer.get(f"/cases/{case.id}/timeline"), 404, "not-found")
    assert "note" not in {one["type"] for one in course(case.coordinator, case)}
    web.run("UPDATE cases SET key_worker_id = :p WHERE id = :c", p=peer.staff_id, c=case.id)
    assert {one["type"] for one in course(peer, case)} == {"transition", "visit", "alert"}


def test_an_emergency_opens_all_but_restricted_notes(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    shown = progress.signed_progress_note(case)
    progress.signed_progress_note(case, confidentiality="restricted")
    progress.drafted_note(case)
    stranger = site.person("counsellor")
    expect_problem(stranger.get(f"/cases/{case.id}/timeline"), 403, "break-glass-required")
    progress.broken_glass(case, stranger)

    answer = stranger.get(f"/cases/{case.id}/timeline?types=note,score")

    assert [one["id"] for one in answer.get_json()["data"]] == [shown]
    assert "Break-Glass" in answer.headers


def test_counselling_notes_are_never_in_it(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    made = case.counsellor.post(
        f"/cases/{case.id}/counselling-notes", {"text": "A dream about the sea."}
    )
    assert made.status_code == 201, made.json

    assert made.get_json()["id"] not in {one["id"] for one in course(case.counsellor, case)}


@pytest.mark.parametrize("many", [1, 40])
def test_the_cost_is_constant(web: Web, site: TestSite, many: int) -> None:
    case = bookings.a_case(web, site)
    for number in range(many if many == 1 else 5):
        progress.signed_progress_note(case, minutes=number + 1)

    with counted(web) as sent:
        course(case.counsellor, case)

    assert len(sent) == 4, sent
