"""What was asked at a visit: once for each that took place, missing answers with their reason."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.makers import bookings
from tests.makers.cases import CaseOf
from tests.makers.progress import attended, broken_glass, session_record
from tests.support.web import TestSite, Web, counted, expect_problem, pointers

SAID: dict[str, Any] = {
    "craving": 7,
    "mood": {"status": "declined"},
    "days_used_28": 0,
    "triggers": "The old flat",
    "coping": "Called her sister",
}


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """Handed in on Monday, 11 January 2027."""
    return bookings.a_case(web, site)


def path(appointment: str) -> str:
    return f"/appointments/{appointment}/session-records"


def test_numbers_words_and_the_reasons_of_what_is_missing_are_kept(web: Web, case: CaseOf) -> None:
    visit = attended(web, case)
    following = bookings.book(case, local_start="2027-01-25T10:00")["id"]
    made = case.counsellor.post(path(visit), SAID | {"next_appointment_id": following})
    assert made.status_code == 201, made.json

    read = case.counsellor.get(made.headers["Location"].removeprefix("/api/v1")).get_json()

    assert (read["craving"], read["mood"], read["days_used_28"]) == (7, None, 0)
    assert read["unanswered"] == {"mood": "declined", "grams_per_day": "not_asked"}
    assert (read["triggers"], read["coping"]) == ("The old flat", "Called her sister")
    assert (read["side_effects"], read["next_appointment_id"]) == (None, following)
    assert (read["held_on"], read["appointment_id"]) == ("2027-01-18", visit)


def test_there_is_one_record_for_a_visit_that_took_place(web: Web, case: CaseOf) -> None:
    booked = bookings.book(case, local_start="2027-01-25T10:00")["id"]
    visit = attended(web, case)

    early = case.counsellor.post(path(booked), SAID)
    session_record(case, visit, **SAID)
    twice = case.counsellor.post(path(visit), SAID)

    expect_problem(early, 409, "conflict")
    assert "Change that record" in expect_problem(twice, 409, "conflict")["detail"]


def test_a_record_is_completed_and_put_right(web: Web, case: CaseOf) -> None:
    record = session_record(case, attended(web, case), **SAID)
    one = f"/session-records/{record}"

    order = {"mood": 5, "craving": {"status": "unknown"}, "side_effects": "None"}
    changed = case.counsellor.patch(one, order, version=1)

    assert changed.status_code == 200, changed.json
    body = changed.get_json()
    assert (body["mood"], body["craving"], body["days_used_28"]) == (5, None, 0)
    assert body["unanswered"] == {"craving": "unknown", "grams_per_day": "not_asked"}
    assert (body["triggers"], body["side_effects"]) == ("The old flat", "None")
    expect_problem(case.counsellor.patch(one, order, version=1), 412, "precondition-failed")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"craving": 11}, "/craving"),
        ({"craving": "7"}, "/craving"),
        ({"craving": None}, "/craving"),
        ({"mood": {"status": "tired"}}, "/mood"),
        ({"days_used_28": 29}, "/days_used_28"),
        ({"grams_per_day": 50.5}, "/grams_per_day"),
        ({"next_appointment_id": str(uuid.UUID(int=1))}, "/next_appointment_id"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    web: Web, case: CaseOf, changes: dict[str, Any], pointer: str
) -> None:
    refused = case.counsellor.post(path(attended(web, case)), SAID | changes)

    assert pointers(expect_problem(refused, 422, "validation-failed")) == {pointer}


def test_who_treats_and_who_held_the_visit_write_and_nobody_else(
    web: Web, case: CaseOf, site: TestSite
) -> None:
    colleague, stranger = site.person("counsellor"), site.person("counsellor")
    made = bookings.book(case, staff_id=str(colleague.staff_id), local_start="2027-01-18T14:00")
    visit = attended(web, case)
    record = session_record(case, visit, **SAID)
    web.run("UPDATE appointments SET status = 'fulfilled' WHERE id = :i", i=made["id"])

    assert colleague.post(path(made["id"]), SAID).status_code == 201
    expect_problem(stranger.post(path(visit), SAID), 403, "break-glass-required")
    broken_glass(case, stranger)
    assert stranger.get(f"/session-records/{record}").status_code == 200
    changed = stranger.patch(f"/session-records/{record}", {"mood": 3}, version=1)
    expect_problem(changed, 403, "break-glass-required")
    for role in ("intake_coordinator", "peer_worker", "auditor", "administrator"):
        for address in (f"/session-records/{record}", f"/cases/{case.id}/session-records"):
            expect_problem(site.person(role).get(address), 403, "forbidden")
    elsewhere = web.site().person("clinical_lead")
    expect_problem(elsewhere.get(f"/session-records/{record}"), 404, "not-found")
    expect_problem(elsewhere.post(path(visit), SAID), 404, "not-found")


def test_a_case_that_has_ended_takes_no_record(web: Web, case: CaseOf) -> None:
    visit = attended(web, case)
    record = session_record(case, visit, **SAID)
    web.run("DELETE FROM idempotency_keys")
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=case.id)

    for answer in (
        case.counsellor.post(path(visit), SAID),
        case.counsellor.patch(f"/session-records/{record}", {"mood": 3}, version=1),
    ):
        expect_problem(answer, 409, "conflict")


def test_words_are_sealed_and_the_list_costs_the_same_for_two(web: Web, case: CaseOf) -> None:
    record = session_record(case, attended(web, case), **SAID)
    stored = str(web.rows("SELECT r::text FROM session_records r WHERE id = :i", i=record))
    assert "flat" not in stored
    with counted(web) as few:
        case.counsellor.get(f"/cases/{case.id}/session-records")
    session_record(case, attended(web, case, "2027-01-25"), craving=3)
    with counted(web) as many:
        found = case.counsellor.get(f"/cases/{case.id}/session-records").get_json()["data"]

    # door, case with person, page, event
    assert (len(few), len(many)) == (4, 4)
    assert [one["craving"] for one in found] == [3, 7]
