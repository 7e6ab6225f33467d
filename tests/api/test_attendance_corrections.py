"""What was said of a visit is put right: with a reason, its follow-up and the call it asked for."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.makers import bookings
from tests.makers.cases import CaseOf
from tests.makers.progress import attended, session_record
from tests.support.web import Caller, TestSite, Web, counted, expect_problem, pointers

WHY = "He was at the other entrance"
AT_ELEVEN = dt.datetime(2027, 1, 18, 11, tzinfo=dt.UTC)


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """Handed in on Monday, 11 January 2027."""
    return bookings.a_case(web, site)


def missed(web: Web, case: CaseOf, **changes: Any) -> str:
    """A visit of Monday, 18 January that was missed; its id."""
    made = bookings.book(case, **changes)["id"]
    web.set_clinic_time(AT_ELEVEN)
    done = case.counsellor.act(f"/appointments/{made}/actions/no-show", {}, version=1)
    assert done.status_code == 200, done.json
    return str(made)


def correct(person: Caller, visit: str, version: int = 2, **order: Any) -> TestResponse:
    body = {"status": "fulfilled", "reason": WHY} | order
    return person.act(f"/appointments/{visit}/actions/correct", body, version=version)


def calls(web: Web, case: CaseOf) -> list[str]:
    rows = web.rows(
        "SELECT state FROM tasks WHERE case_id = :c AND kind = 'call_client' ORDER BY id",
        c=case.id,
    )
    return [row.state for row in rows]


def follow_up_of(web: Web, follow_up: str) -> str:
    [row] = web.rows("SELECT state FROM follow_ups WHERE id = :i", i=follow_up)
    return str(row.state)


def test_a_visit_that_took_place_after_all_ends_the_call(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    follow_up = bookings.follow_up(web, site, case)
    visit = missed(web, case, follow_up_id=follow_up)
    assert (calls(web, case), follow_up_of(web, follow_up)) == (["open"], "planned")

    corrected = correct(case.counsellor, visit, is_late=True)

    assert corrected.status_code == 200, corrected.json
    body = corrected.get_json()
    assert (body["status"], body["is_late"], body["cancel_reason"]) == ("fulfilled", True, None)
    assert (calls(web, case), follow_up_of(web, follow_up)) == (["cancelled"], "done")
    [task] = case.lead.get(f"/cases/{case.id}/tasks").get_json()["data"]
    assert task["closing_note"]
    assert task["note"]


def test_a_visit_that_was_missed_after_all_asks_for_the_call(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    follow_up = bookings.follow_up(web, site, case)
    visit = bookings.book(case, follow_up_id=follow_up)["id"]
    web.set_clinic_time(AT_ELEVEN)
    case.counsellor.act(f"/appointments/{visit}/actions/attend", {"is_late": True}, version=1)

    corrected = correct(case.counsellor, visit, status="noshow", missed_reason="transport")

    body = corrected.get_json()
    assert (body["status"], body["cancel_reason"], body["is_late"]) == (
        "noshow",
        "transport",
        False,
    )
    assert (calls(web, case), follow_up_of(web, follow_up)) == (["open"], "planned")
    back = correct(case.counsellor, visit, version=3, status="cancelled")
    assert back.get_json()["status"] == "cancelled"
    assert calls(web, case) == ["cancelled"]


def test_an_obligation_that_was_booked_anew_stays_booked(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    follow_up = bookings.follow_up(web, site, case)
    visit = missed(web, case, follow_up_id=follow_up)
    bookings.book(case, follow_up_id=follow_up, local_start="2027-01-20T10:00")

    correct(case.counsellor, visit)

    assert follow_up_of(web, follow_up) == "booked"


def test_only_what_was_said_of_a_visit_that_began_is_corrected(web: Web, case: CaseOf) -> None:
    later = bookings.book(case, local_start="2027-01-25T10:00")["id"]
    visit = missed(web, case)

    expect_problem(correct(case.counsellor, later, version=1), 409, "conflict")
    expect_problem(correct(case.counsellor, visit, status="noshow"), 409, "conflict")
    case.coordinator.act(f"/appointments/{later}/actions/cancel", {"reason": "unwell"}, version=1)
    expect_problem(correct(case.counsellor, later), 409, "conflict")
    expect_problem(correct(case.counsellor, visit, version=1), 412, "precondition-failed")
    for order, pointer in (({"reason": "oh"}, "/reason"), ({"status": "booked"}, "/status")):
        body = {"status": "fulfilled", "reason": WHY} | order
        path = f"/appointments/{visit}/actions/correct"
        refused = case.counsellor.act(path, body, version=2)
        assert pointers(expect_problem(refused, 422, "validation-failed")) == {pointer}


def test_a_visit_with_a_record_took_place(web: Web, case: CaseOf) -> None:
    visit = attended(web, case)
    session_record(case, visit, craving=3)

    refused = expect_problem(correct(case.counsellor, visit, status="noshow"), 409, "conflict")

    assert "took place" in refused["detail"]


def test_a_closed_case_keeps_what_was_said(web: Web, case: CaseOf) -> None:
    visit = missed(web, case)
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=case.id)

    expect_problem(correct(case.counsellor, visit), 409, "conflict")


def test_the_old_word_and_its_reason_are_kept_sealed_and_told(web: Web, case: CaseOf) -> None:
    visit = missed(web, case)
    with counted(web) as correcting:
        correct(case.lead, visit)

    [row] = web.rows(
        "SELECT from_status, to_status, corrected_by, c::text FROM attendance_corrections c"
        " WHERE appointment_id = :i",
        i=visit,
    )
    assert tuple(row)[:3] == ("noshow", "fulfilled", case.lead.staff_id)
    assert "entrance" not in row[3]
    events = web.rows(
        "SELECT subtype, entity_version, fields FROM audit_events WHERE entity_id = :i"
        " ORDER BY id DESC LIMIT 1",
        i=uuid.UUID(visit),
    )
    assert tuple(events[0])[:2] == ("correct", 3)
    assert "status" in events[0].fields
    # door, appointment with all of it, case held, calls, correction, appointment, task, event
    assert len(correcting) == 8, correcting


def test_strangers_don_t_correct(web: Web, case: CaseOf, site: TestSite) -> None:
    visit = missed(web, case)

    expect_problem(correct(site.person("counsellor"), visit), 403, "break-glass-required")
    expect_problem(correct(site.person("peer_worker"), visit), 404, "not-found")
    expect_problem(correct(web.site().person("clinical_lead"), visit), 404, "not-found")
    for role in ("auditor", "administrator"):
        expect_problem(correct(site.person(role), visit), 403, "forbidden")


def test_what_nobody_settled_is_listed_and_never_settles_itself(web: Web, case: CaseOf) -> None:
    past = bookings.book(case)["id"]
    bookings.book(case, local_start="2027-01-25T10:00")
    missed(web, case, local_start="2027-01-18T09:00", minutes=30)
    web.set_clinic_time(AT_ELEVEN + dt.timedelta(days=2))

    found = case.lead.get("/appointments?unresolved=true").get_json()["data"]

    assert [(one["id"], one["status"], one["is_unresolved"]) for one in found] == [
        (past, "booked", True)
    ]
    assert len(case.lead.get("/appointments?unresolved=false").get_json()["data"]) == 3
    expect_problem(case.lead.get("/appointments?unresolved=1"), 400, "bad-request")
