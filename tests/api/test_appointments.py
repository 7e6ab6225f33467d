"""Appointments: booking, moving, and the person's time and the colleague's kept apart."""

from __future__ import annotations

import concurrent.futures
import uuid

import pytest

from tests.makers import bookings
from tests.makers.bookings import a_case, book, booked_order, live
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


def test_a_booking_plans_its_reminders_and_answers_without_content(
    web: Web, site: TestSite
) -> None:
    case = a_case(web, site)

    answer = case.coordinator.post("/appointments", booked_order(case))

    assert answer.status_code == 201, answer.json
    body = answer.get_json()
    assert body == {"id": body["id"], "version": 1, "state": "booked"}
    assert answer.headers["Location"] == f"/api/v1/appointments/{body['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert live(web, body) == [("d3", 1), ("d1", 1)]


def test_an_appointment_shows_where_its_reminders_stand(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case, local_start="2027-01-25T14:30")

    with counted(web) as sent:
        body = case.counsellor.get(f"/appointments/{made['id']}").get_json()

    assert len(sent) == 3, sent
    ids = [one.pop("id") for one in body["reminders"]]
    assert len(set(ids)) == 3
    for unset in ("settled", "resend_of"):
        assert {one.pop(unset) for one in body["reminders"]} == {None}
    assert body["reminders"] == [
        {"kind": "d7", "state": "scheduled", "send_after": "2027-01-18T14:30:00+00:00"},
        {"kind": "d3", "state": "scheduled", "send_after": "2027-01-22T14:30:00+00:00"},
        {"kind": "d1", "state": "scheduled", "send_after": "2027-01-24T14:30:00+00:00"},
    ]
    assert body["local_start"] == "2027-01-25T14:30"
    assert (body["starts_at"], body["minutes"]) == ("2027-01-25T14:30:00+00:00", 60)
    assert not body["is_unresolved"]


def test_a_booking_sends_one_statement_for_each_row_read_and_table_written(
    web: Web, site: TestSite
) -> None:
    case = a_case(web, site)
    follow_up = bookings.follow_up(web, site, case)

    with counted(web) as sent:
        book(case, follow_up_id=follow_up)

    read = ["case", "follow-up", "colleague", "the person's own time", "contact", "settings"]
    read.append("last visits")
    written = ["appointments", "follow_ups", "reminders"]
    door_key_event_answer = 4
    assert len(sent) == len(read) + len(written) + door_key_event_answer, sent
    state = web.rows("SELECT state FROM follow_ups WHERE id = :i", i=follow_up)
    assert state[0].state == "booked"


def test_a_list_sends_the_same_statements_whatever_its_length(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    lengths = {}
    for hour in (9, 10, 11, 12):
        book(case, local_start=f"2027-01-18T{hour:02}:00")
        with counted(web) as sent:
            shown = case.lead.get("/appointments").get_json()["data"]
        lengths[len(shown)] = len(sent)

    assert lengths == {1: 3, 2: 3, 3: 3, 4: 3}


def test_a_list_is_cut_into_pages_in_order_of_the_start(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    hours = ("14:00", "09:00", "16:00", "11:00", "10:00")
    for hour in hours:
        book(case, local_start=f"2027-01-18T{hour}")
    seen: list[str] = []
    path = f"/appointments?limit=2&case_id={case.id}"

    while path:
        page = case.counsellor.get(path)
        seen.extend(line["local_start"] for line in page.get_json()["data"])
        path = page.headers.get("Link", "").partition(">")[0].removeprefix("</api/v1")

    assert seen == [f"2027-01-18T{hour}" for hour in sorted(hours)]


def test_a_list_is_filtered(web: Web, site: TestSite) -> None:
    case, other = a_case(web, site), a_case(web, site)
    first = book(case)
    book(case, local_start="2027-02-01T10:00", staff_id=str(case.lead.staff_id))
    book(other)

    def found(query: str) -> list[str]:
        return [one["id"] for one in case.lead.get(f"/appointments?{query}").get_json()["data"]]

    assert found(f"case_id={case.id}&staff_id={case.counsellor.staff_id}") == [first["id"]]
    assert len(found(f"case_id={case.id}&since=2027-01-19")) == 1
    assert len(found("status=booked")) == 3
    assert found("status=cancelled") == []


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        ("2027-01-18T10:00", "2027-01-18T10:00:00+00:00"),
        ("2027-07-05T10:00", "2027-07-05T09:00:00+00:00"),
        ("2027-10-31T01:30", "2027-10-31T00:30:00+00:00"),
    ],
    ids=["in winter", "in summer", "twice: the earlier reading"],
)
def test_wall_time_is_meant_at_the_site(web: Web, site: TestSite, wall: str, instant: str) -> None:
    case = a_case(web, site)

    made = book(case, local_start=wall)

    assert case.lead.get(f"/appointments/{made['id']}").get_json()["starts_at"] == instant


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"local_start": "2027-03-28T01:30"}, "/local_start"),
        ({"local_start": "2027-01-11T09:59"}, "/local_start"),
        ({"local_start": "2027-01-18T10:00:30"}, "/local_start"),
        ({"local_start": "2027-01-18T10:00Z"}, "/local_start"),
        ({"minutes": 4}, "/minutes"),
        ({"minutes": 481}, "/minutes"),
        ({"minutes": "60"}, "/minutes"),
        ({"kind": "party"}, "/kind"),
        ({"staff_id": str(uuid.uuid4())}, "/staff_id"),
        ({"case_id": str(uuid.uuid4())}, "/case_id"),
        ({"follow_up_id": str(uuid.uuid4())}, "/follow_up_id"),
        ({"where": "room 2"}, "/"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_booked(
    web: Web, site: TestSite, changes: dict[str, object], pointer: str
) -> None:
    case = a_case(web, site)

    answer = case.coordinator.post("/appointments", booked_order(case, **changes))

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {pointer}
    for table in ("appointments", "reminders"):
        assert web.rows(f"SELECT 1 FROM {table} WHERE site_id = :s", s=site.id) == []  # noqa: S608 - our own table names


def test_nothing_of_another_site_can_be_booked(web: Web, site: TestSite) -> None:
    case, there = a_case(web, site), a_case(web, web.site())
    theirs = bookings.follow_up(web, there.lead.site, there)
    ours = bookings.follow_up(web, site, a_case(web, site))

    for changes, pointer in (
        ({"case_id": there.id}, "/case_id"),
        ({"staff_id": str(there.counsellor.staff_id)}, "/staff_id"),
        ({"follow_up_id": theirs}, "/follow_up_id"),
        ({"follow_up_id": ours}, "/follow_up_id"),
    ):
        answer = case.coordinator.post("/appointments", booked_order(case, **changes))
        assert pointers(expect_problem(answer, 422, "validation-failed")) == {pointer}

    assert web.rows("SELECT 1 FROM appointments WHERE case_id = :c", c=case.id) == []


def test_a_person_of_another_site_finds_nothing(web: Web, site: TestSite) -> None:
    case, stranger = a_case(web, site), web.site().person("clinical_lead")
    made = book(case)
    path = f"/appointments/{made['id']}"

    expect_problem(stranger.get(path), 404, "not-found")
    expect_problem(
        stranger.act(f"{path}/actions/move", {"minutes": 30}, version=1), 404, "not-found"
    )
    expect_problem(stranger.act(f"{path}/actions/check-in", version=1), 404, "not-found")
    cancel = stranger.act(f"{path}/actions/cancel", {"reason": "unwell"}, version=1)
    expect_problem(cancel, 404, "not-found")
    assert stranger.get("/appointments").get_json()["data"] == []


@pytest.mark.parametrize("role", ["peer_worker", "auditor", "administrator"])
def test_a_role_without_the_permission_books_nothing(web: Web, site: TestSite, role: str) -> None:
    case, person = a_case(web, site), site.person(role)
    made = book(case)
    web.run("UPDATE appointments SET staff_id = :p WHERE id = :a", p=person.staff_id, a=made["id"])

    expect_problem(person.post("/appointments", booked_order(case, minutes=30)), 403, "forbidden")
    moved = person.act(f"/appointments/{made['id']}/actions/move", {"minutes": 30}, version=1)
    expect_problem(moved, 403, "forbidden")
    reading = person.get(f"/appointments/{made['id']}")
    assert reading.status_code == (200 if role == "peer_worker" else 403)


def test_nothing_is_booked_in_a_case_that_has_ended(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=case.id)

    body = expect_problem(
        case.coordinator.post("/appointments", booked_order(case)), 409, "conflict"
    )

    assert "declined" in body["detail"]


def test_a_follow_up_is_booked_once(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    follow_up = bookings.follow_up(web, site, case)
    book(case, follow_up_id=follow_up)

    again = booked_order(case, follow_up_id=follow_up, local_start="2027-01-19T10:00")

    expect_problem(case.coordinator.post("/appointments", again), 409, "conflict")


def test_a_repeated_request_books_once(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    order, key = booked_order(case), str(uuid.uuid4())

    answers = [case.coordinator.post("/appointments", order, idempotency_key=key) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert len(web.rows("SELECT 1 FROM appointments WHERE case_id = :c", c=case.id)) == 1
    assert len(live(web, answers[0].get_json())) == 2


def test_an_hour_of_a_colleague_is_booked_once_however_many_ask_at_once(
    web: Web, site: TestSite
) -> None:
    cases = [a_case(web, site) for _ in range(8)]
    colleague = str(cases[0].counsellor.staff_id)

    def attempt(case: CaseOf) -> int:
        order = booked_order(case, staff_id=colleague)
        answer = case.coordinator.post("/appointments", order)
        return int(answer.status_code)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(attempt, cases))

    assert codes == [201] + [409] * 7
    rows = web.rows("SELECT id FROM appointments WHERE staff_id = :w", w=colleague)
    assert len(rows) == 1


def test_a_person_is_expected_in_one_place_however_many_book_at_once(
    web: Web, site: TestSite
) -> None:
    case = a_case(web, site)
    colleagues = [site.person("clinical_lead") for _ in range(6)]

    def attempt(place: int) -> int:
        changes = {"staff_id": str(colleagues[place].staff_id), "minutes": 60 - place}
        answer = colleagues[place].post("/appointments", booked_order(case, **changes))
        return int(answer.status_code)

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        codes = sorted(pool.map(attempt, range(6)))

    assert codes == [201] + [409] * 5
    assert len(web.rows("SELECT id FROM appointments WHERE case_id = :c", c=case.id)) == 1


def test_an_appointment_may_begin_when_another_ends(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    book(case)

    for start in ("2027-01-18T11:00", "2027-01-18T09:00"):
        book(case, local_start=start)

    late = booked_order(case, local_start="2027-01-18T11:59", staff_id=str(case.lead.staff_id))
    expect_problem(case.coordinator.post("/appointments", late), 409, "conflict")
