"""What became of an appointment: arrived, took place, missed, cancelled."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.makers import bookings
from tests.makers.bookings import a_case, book, live
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web, counted, expect_problem, pointers

START = dt.datetime(2027, 1, 18, 10, tzinfo=dt.UTC)
AFTERWARDS = START + dt.timedelta(hours=2)
BODIES = {"cancel": {"reason": "client_cancelled"}, "attend": {}, "no-show": {}, "check-in": None}


def do(case: CaseOf, act: str, made: dict[str, Any], version: int = 1, **body: Any) -> TestResponse:
    """Say what became of an appointment, as the counsellor."""
    path = f"/appointments/{made['id']}/actions/{act}"
    return case.counsellor.act(path, body or BODIES[act], version=version)


def state_of(web: Web, follow_up: str) -> str:
    return str(web.rows("SELECT state FROM follow_ups WHERE id = :i", i=follow_up)[0].state)


def test_cancelling_ends_the_reminders_and_frees_the_follow_up(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    follow_up = bookings.follow_up(web, site, case)
    made = book(case, follow_up_id=follow_up)

    with counted(web) as sent:
        answer = do(case, "cancel", made)

    assert answer.status_code == 200, answer.json
    body = answer.get_json()
    assert (body["status"], body["cancel_reason"]) == ("cancelled", "client_cancelled")
    assert live(web, made) == []
    assert state_of(web, follow_up) == "planned"
    door_row_held_event, written = 4, ["appointments", "follow_ups", "reminders"]
    assert len(sent) == door_row_held_event + len(written), sent
    shown = case.lead.get(f"/appointments/{made['id']}").get_json()["reminders"]
    assert {one["state"] for one in shown} == {"cancelled"}


@pytest.mark.parametrize("act", ["cancel", "no-show"])
def test_an_obligation_of_a_superseded_plan_is_not_asked_for_again(
    web: Web, site: TestSite, act: str
) -> None:
    case = a_case(web, site)
    follow_up = bookings.follow_up(web, site, case)
    made = book(case, follow_up_id=follow_up)
    web.run(
        "UPDATE plan_decisions SET state = 'superseded', in_force_until = in_force_from,"
        " end_code = 'revised' WHERE case_id = :c",
        c=case.id,
    )
    web.set_clinic_time(AFTERWARDS)

    assert do(case, act, made).status_code == 200

    assert state_of(web, follow_up) == "withdrawn"


def test_a_cancelled_hour_is_free_again(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    do(case, "cancel", book(case))

    assert book(case)["state"] == "booked"


def test_a_visit_goes_from_arrival_to_done(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    follow_up = bookings.follow_up(web, site, case)
    made = book(case, follow_up_id=follow_up)
    web.set_clinic_time(START - dt.timedelta(minutes=10))

    arrived = do(case, "check-in", made)
    web.set_clinic_time(AFTERWARDS)
    attended = do(case, "attend", made, version=2, is_late=False, left_early=True)

    assert arrived.get_json()["status"] == "arrived"
    assert attended.status_code == 200, attended.json
    body = attended.get_json()
    assert (body["status"], body["is_late"], body["left_early"]) == ("fulfilled", False, True)
    assert state_of(web, follow_up) == "done"
    assert live(web, made) == []


def test_a_visit_is_attended_without_checking_in(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case)
    web.set_clinic_time(AFTERWARDS)

    assert do(case, "attend", made).get_json()["status"] == "fulfilled"


def test_a_missed_visit_asks_for_a_call_within_two_hours(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    follow_up = bookings.follow_up(web, site, case)
    made = book(case, follow_up_id=follow_up)
    web.set_clinic_time(AFTERWARDS)

    answer = do(case, "no-show", made, reason="forgot")

    assert answer.status_code == 200, answer.json
    assert answer.get_json()["status"] == "noshow"
    assert state_of(web, follow_up) == "planned"
    tasks = case.counsellor.get(f"/cases/{case.id}/tasks?state=open").get_json()["data"]
    assert [one["kind"] for one in tasks] == ["call_client"]
    due = dt.datetime.fromisoformat(tasks[0]["due_at"])
    assert dt.timedelta(0) <= due - (AFTERWARDS + dt.timedelta(hours=2)) < dt.timedelta(minutes=2)
    assert "Mon 18 Jan at 10:00" in tasks[0]["note"]
    stored = web.rows("SELECT sealed FROM tasks WHERE id = :i", i=tasks[0]["id"])
    assert b"Get in touch" not in stored[0].sealed


def test_nobody_has_missed_what_has_not_begun(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case)
    web.set_clinic_time(START - dt.timedelta(seconds=30))

    expect_problem(do(case, "no-show", made), 409, "conflict")

    assert web.rows("SELECT 1 FROM tasks WHERE case_id = :c", c=case.id) == []


@pytest.mark.parametrize("act", ["check-in", "attend"])
def test_nobody_comes_on_an_earlier_day(web: Web, site: TestSite, act: str) -> None:
    case = a_case(web, site)

    expect_problem(do(case, act, book(case)), 409, "conflict")


def test_a_past_visit_without_a_word_is_unresolved(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case)
    web.set_clinic_time(AFTERWARDS)

    assert case.lead.get(f"/appointments/{made['id']}").get_json()["is_unresolved"]


@pytest.mark.parametrize(
    ("first", "refused"),
    [
        ("cancel", ("cancel", "check-in", "attend", "no-show")),
        ("attend", ("cancel", "check-in", "attend", "no-show")),
        ("no-show", ("cancel", "check-in", "attend", "no-show")),
        ("check-in", ("cancel", "check-in", "no-show")),
    ],
)
def test_what_was_said_once_is_not_unsaid(
    web: Web, site: TestSite, first: str, refused: tuple[str, ...]
) -> None:
    case = a_case(web, site)
    made = book(case)
    web.set_clinic_time(AFTERWARDS)
    assert do(case, first, made).status_code == 200
    before = web.rows("SELECT * FROM appointments WHERE id = :i", i=made["id"])

    for act in refused:
        expect_problem(do(case, act, made, version=2), 409, "conflict")

    assert web.rows("SELECT * FROM appointments WHERE id = :i", i=made["id"]) == before


@pytest.mark.parametrize(
    ("act", "reason"), [("cancel", "bored"), ("no-show", "client_cancelled"), ("no-show", "bored")]
)
def test_a_reason_is_one_of_the_list(web: Web, site: TestSite, act: str, reason: str) -> None:
    case = a_case(web, site)
    made = book(case)
    web.set_clinic_time(AFTERWARDS)

    body = expect_problem(do(case, act, made, reason=reason), 422, "validation-failed")

    assert pointers(body) == {"/reason"}


def test_a_peer_worker_records_attendance_but_cancels_nothing(web: Web, site: TestSite) -> None:
    case, peer = a_case(web, site), site.person("peer_worker")
    made = book(case, staff_id=str(peer.staff_id))
    web.set_clinic_time(AFTERWARDS)
    path = f"/appointments/{made['id']}/actions"

    expect_problem(peer.act(f"{path}/cancel", {"reason": "unwell"}, version=1), 403, "forbidden")

    assert peer.act(f"{path}/attend", {"is_late": True}, version=1).status_code == 200
    auditor = site.person("auditor")
    expect_problem(auditor.act(f"{path}/no-show", {}, version=2), 403, "forbidden")


@pytest.mark.parametrize("act", ["check-in", "attend", "no-show", "cancel"])
def test_a_stale_word_is_refused(web: Web, site: TestSite, act: str) -> None:
    case = a_case(web, site)
    made = book(case)
    web.run("UPDATE appointments SET version = 2 WHERE id = :i", i=made["id"])
    web.set_clinic_time(AFTERWARDS)

    expect_problem(do(case, act, made), 412, "precondition-failed")


def test_every_version_of_an_appointment_has_its_event(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case)
    path = f"/appointments/{made['id']}/actions"
    case.coordinator.act(f"{path}/move", {"minutes": 60}, version=1)
    case.coordinator.act(f"{path}/move", {"minutes": 45}, version=1)
    web.set_clinic_time(START)
    do(case, "check-in", made, version=2)
    do(case, "attend", made, version=3)

    events = web.rows(
        "SELECT subtype, entity_version FROM audit_events WHERE entity_id = :i AND action <> 'R'"
        " ORDER BY entity_version",
        i=made["id"],
    )

    assert [tuple(row) for row in events] == [
        ("book", 1),
        ("move", 2),
        ("check_in", 3),
        ("attend", 4),
    ]
