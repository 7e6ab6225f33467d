"""Moving an appointment: the new time is checked, and exactly one set of reminders is live."""

from __future__ import annotations

import concurrent.futures
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.makers.bookings import MONDAY, a_case, book, live
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web, counted, expect_problem, pointers

BEFORE, AFTER = "2027-01-18T10:00", "2027-01-25T15:00"


def move(case: CaseOf, made: dict[str, Any], version: int = 1, **changes: Any) -> TestResponse:
    """Move, as the coordinator."""
    path = f"/appointments/{made['id']}/actions/move"
    return case.coordinator.act(path, changes, version=version)


def test_a_move_ends_the_old_reminders_and_plans_new_ones(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case, local_start=BEFORE)

    answer = move(case, made, local_start=AFTER)

    assert answer.status_code == 200, answer.json
    body = answer.get_json()
    assert (body["schedule_no"], body["local_start"], body["minutes"]) == (2, AFTER, 60)
    assert answer.headers["ETag"] == '"2"'
    assert live(web, made) == [("changed", 2), ("d7", 2), ("d3", 2), ("d1", 2)]
    ended = web.rows(
        "SELECT state, state_reason FROM reminders WHERE appointment_id = :a AND schedule_no = 1",
        a=made["id"],
    )
    assert {tuple(row) for row in ended} == {("cancelled", "rescheduled")}


def test_there_and_back_leaves_one_live_set(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case, local_start=BEFORE)

    move(case, made, local_start=AFTER)
    back = move(case, made, version=2, local_start=BEFORE)

    assert back.get_json()["schedule_no"] == 3
    assert live(web, made) == [("changed", 3), ("d3", 3), ("d1", 3)]
    shown = case.lead.get(f"/appointments/{made['id']}").get_json()["reminders"]
    assert [one["kind"] for one in shown] == ["changed", "d3", "d1"]


@pytest.mark.parametrize(
    "changes",
    [{"minutes": 30}, {"mode": "phone"}, {"local_start": "2027-01-18T10:30"}],
    ids=["length", "place", "half an hour later, over its own time"],
)
def test_each_change_of_the_schedule_counts(
    web: Web, site: TestSite, changes: dict[str, Any]
) -> None:
    case = a_case(web, site)
    made = book(case)

    assert move(case, made, **changes).get_json()["schedule_no"] == 2


def test_another_colleague_takes_over(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case)

    body = move(case, made, staff_id=str(case.lead.staff_id)).get_json()

    assert (body["staff_id"], body["schedule_no"]) == (str(case.lead.staff_id), 2)


def test_a_move_to_the_same_time_writes_nothing(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case, local_start=BEFORE)
    planned = live(web, made)

    body = move(case, made, local_start=BEFORE, minutes=60).get_json()

    assert (body["schedule_no"], body["version"]) == (1, 1)
    assert live(web, made) == planned


def test_a_move_to_a_taken_hour_changes_nothing(web: Web, site: TestSite) -> None:
    case, other = a_case(web, site), a_case(web, site)
    made = book(case, local_start=BEFORE)
    book(other, local_start=AFTER, staff_id=str(case.counsellor.staff_id))
    planned = live(web, made)

    expect_problem(move(case, made, local_start=AFTER), 409, "conflict")

    assert live(web, made) == planned
    assert case.lead.get(f"/appointments/{made['id']}").get_json()["local_start"] == BEFORE


def test_a_move_to_where_the_person_is_expected_is_refused(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case, local_start=BEFORE)
    book(case, local_start=AFTER, staff_id=str(case.lead.staff_id))

    body = expect_problem(move(case, made, local_start=AFTER), 409, "conflict")

    assert "This person" in body["detail"]


def test_a_move_into_the_past_is_refused(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case)

    body = expect_problem(
        move(case, made, local_start="2027-01-08T10:00"), 422, "validation-failed"
    )

    assert pointers(body) == {"/local_start"}


def test_a_visit_that_has_begun_is_not_moved(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case, local_start="2027-01-11T11:00")
    web.set_clinic_time(MONDAY.replace(hour=12))

    expect_problem(move(case, made, local_start=AFTER), 409, "conflict")


def test_a_cancelled_one_is_not_moved(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case)
    path = f"/appointments/{made['id']}/actions/cancel"
    case.coordinator.act(path, {"reason": "unwell"}, version=1)

    expect_problem(move(case, made, version=2, local_start=AFTER), 409, "conflict")


def test_a_stale_move_is_refused(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case)
    move(case, made, minutes=30)

    late = move(case, made, minutes=45)

    expect_problem(late, 412, "precondition-failed")
    assert late.headers["ETag"] == '"2"'


def test_of_two_who_move_at_once_one_is_told(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case)
    people = [site.person("clinical_lead") for _ in range(4)]

    def attempt(place: int) -> int:
        path, order = f"/appointments/{made['id']}/actions/move", {"minutes": 10 + place}
        return int(people[place].act(path, order, version=1).status_code)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(attempt, range(4)))

    assert codes == [200, 412, 412, 412]
    assert {schedule for _, schedule in live(web, made)} == {2}


def test_a_move_without_the_version_read_is_refused(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case)
    path = f"/api/v1/appointments/{made['id']}/actions/move"

    answer = case.coordinator.client.post(path, json={"minutes": 30})

    expect_problem(answer, 428, "precondition-required")


def test_a_move_sends_one_statement_for_each_row_read_and_table_written(
    web: Web, site: TestSite
) -> None:
    case = a_case(web, site)
    made = book(case)

    with counted(web) as sent:
        move(case, made, local_start=AFTER)

    read = ["appointment", "the person's own time", "contact", "settings", "last visits"]
    written = ["appointments", "reminders that end", "reminders that are planned"]
    door_and_event = 2
    assert len(sent) == len(read) + len(written) + door_and_event, sent
