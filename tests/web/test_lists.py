"""Do the lists of cases and visits show what the API knows, to whom, in few statements?"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from tests.makers import boards, bookings, orders
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, counted, expect_problem
from tests.web.browser import pages_of
from tests.web.test_pages import text_of

#: As many cases of one worker as tell a page that reads each of them.
MANY = 6
WEEKS_LATER = bookings.MONDAY + dt.timedelta(days=16)
LINES = re.compile(r'<tr role="row"><th scope="row".*?</tr>', re.DOTALL)
MENU = re.compile(r'<nav class="side".*?</nav>', re.DOTALL)


def page(person: Caller, path: str, status: int = 200) -> str:
    return text_of(pages_of(person).get(path), status)


def lines(text: str) -> list[str]:
    return LINES.findall(text)


def menu(text: str) -> list[str]:
    shown = MENU.search(text)
    assert shown is not None
    return re.findall(r"</svg>([^<]+)</a>", shown[0])


def give(web: Web, case: CaseOf, worker: Caller) -> CaseOf:
    web.run("UPDATE cases SET key_worker_id = :w WHERE id = :c", w=worker.staff_id, c=case.id)
    return case


def events(web: Web) -> list[tuple[str, str, int]]:
    """Noun, act and number of rows of each event of the last request."""
    rows = web.rows(
        "SELECT type, subtype, hits FROM audit_events WHERE request_id ="
        " (SELECT request_id FROM audit_events ORDER BY id DESC LIMIT 1) ORDER BY id"
    )
    return [tuple(row) for row in rows]


@pytest.fixture
def three(web: Web, site: TestSite) -> tuple[CaseOf, CaseOf, CaseOf]:
    """Of one counsellor: a quiet case, one with an overdue obligation, one with an alert."""
    client = orders.reachable_client(given_name="Quinn", family_name="Abara")
    quiet = bookings.a_case(web, site, client=client)
    late = give(web, bookings.a_case(web, site), quiet.counsellor)
    bookings.follow_up(web, site, late)
    alarm = give(web, bookings.a_case(web, site, answers=bookings.PSYCHOSIS), quiet.counsellor)
    attended = bookings.book(quiet, local_start="2027-01-11T15:00")["id"]
    web.run("UPDATE appointments SET status = 'fulfilled' WHERE id = :i", i=attended)
    bookings.book(quiet, local_start="2027-01-28T10:00")
    web.set_clinic_time(WEEKS_LATER)
    return quiet, late, alarm


def test_the_caseload_tells_what_the_api_knows(three: tuple[CaseOf, CaseOf, CaseOf]) -> None:
    quiet, late, alarm = three

    text = page(quiet.counsellor, "/caseload")

    rows = quiet.counsellor.get("/caseload").get_json()["rows"]
    linked = re.findall(r'<th scope="row" role="rowheader"><a href="/cases/([^"]+)"', text)
    assert linked == [one["case_id"] for one in rows] == [alarm.id, late.id, quiet.id]
    first, second, last = lines(text)
    assert "Serious alert" in first or "Critical alert" in first
    assert "1 follow-up" in second
    assert "No contact yet" in second
    assert "None booked" in second
    for said in ("Quinn Abara", "No plan yet", "2 weeks", "Over 14 days", "16 days ago"):
        assert said in last, said
    assert "Thu 28 Jan" in last
    assert "No open alert" in last
    assert "3 open cases" in text


def test_pages_of_the_caseload_follow_one_another(three: tuple[CaseOf, CaseOf, CaseOf]) -> None:
    person = three[0].counsellor
    whole = [one["case_id"] for one in person.get("/caseload").get_json()["rows"]]
    seen: list[str] = []
    path = "/caseload?limit=1"
    while path and len(seen) < len(whole) + 1:
        body: dict[str, Any] = person.get(path).get_json()
        seen += [one["case_id"] for one in body["rows"]]
        assert body["has_more"] is (body["next_cursor"] is not None)
        path = f"/caseload?limit=1&cursor={body['next_cursor']}" if body["next_cursor"] else ""

    assert seen == whole
    first = person.get("/caseload?limit=1").get_json()["next_cursor"]
    text = page(person, f"/caseload?cursor={first}")
    assert len(lines(text)) == len(whole) - 1
    assert 'rel="prev" href="/caseload"' in text
    gone = person.get("/caseload?cursor=AAAAAAAAAAAAAAAAAAAAAA")
    expect_problem(gone, 400, "bad-request")
    page(person, "/caseload?cursor=nonsense", 400)


def test_the_caseload_costs_the_same_for_many_cases(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    pages = pages_of(case.counsellor)
    pages.get("/caseload")
    with counted(web) as for_one:
        assert len(lines(text_of(pages.get("/caseload"), 200))) == 1
    for _ in range(MANY):
        give(web, bookings.a_case(web, site), case.counsellor)
    with counted(web) as for_many:
        assert len(lines(text_of(pages.get("/caseload"), 200))) == MANY + 1

    assert len(for_many) == len(for_one)


def test_whose_cases_were_shown_is_recorded(web: Web, three: tuple[CaseOf, CaseOf, CaseOf]) -> None:
    page(three[0].counsellor, "/caseload")
    by_page = events(web)
    three[0].counsellor.get("/caseload")

    assert by_page == events(web) == [("caseload", "read", 3)]


def test_a_caseload_is_for_whom_the_api_gives_it(
    site: TestSite, three: tuple[CaseOf, CaseOf, CaseOf]
) -> None:
    other = site.person("counsellor")

    page(site.person("intake_coordinator"), "/caseload", 403)
    page(other, "/caseload?scope=site", 403)
    empty = page(other, "/caseload")
    assert "No open case is yours" in empty
    assert "Whole site" not in empty
    lead = page(three[0].lead, "/caseload")
    assert 'href="/caseload?scope=site"' in lead
    assert "Quinn Abara" in page(three[0].lead, "/caseload?scope=site")


@pytest.fixture
def visits(web: Web, site: TestSite) -> CaseOf:
    """A visit today, one tomorrow whose reminder failed, and one that is over since yesterday."""
    client = orders.reachable_client(given_name="Maya", family_name="Linton")
    case = bookings.a_case(web, site, client=client)
    bookings.book(case, local_start="2027-01-18T15:00")
    bookings.book(case, local_start="2027-01-25T11:00")
    later = bookings.book(case, local_start="2027-01-26T10:00")
    boards.failed_reminder(web, later["id"])
    web.set_clinic_time(dt.datetime(2027, 1, 25, 9, tzinfo=dt.UTC))
    return case


def test_visits_stand_below_their_day(visits: CaseOf) -> None:
    text = page(visits.counsellor, "/appointments")

    assert "Today, Mon 25 Jan" in text
    assert "Tue 26 Jan 2027" in text
    assert "18 Jan" not in text
    assert "11:00 Maya Linton" in text
    assert "Session, You, in person" in text
    assert "<b>failed</b>" in text
    assert f'href="/cases/{visits.id}"' in text
    listed = visits.counsellor.get("/appointments?since=2027-01-25").get_json()["data"]
    assert re.findall(r'<a href="/appointments/([^"]+)"><strong>', text) == [
        one["id"] for one in listed
    ]
    assert "Nobody is booked with you" in page(visits.coordinator, "/appointments")
    assert "11:00 Maya Linton" in page(visits.coordinator, "/appointments?scope=site")


def test_a_name_is_shown_to_whom_it_is_open(web: Web, site: TestSite, visits: CaseOf) -> None:
    stranger = site.person("peer_worker")
    bookings.book(visits, local_start="2027-01-27T10:00", staff_id=str(stranger.staff_id))

    text = page(stranger, "/appointments")

    assert "Maya" not in text
    assert re.search(r"10:00 Case C-\d+-\d+", text)
    assert [one[:2] for one in events(web)] == [("appointment", "list")]
    page(visits.counsellor, "/appointments")
    assert events(web) == [("appointment", "list", 2), ("client", "list", 1)]


def test_the_list_of_visits_costs_the_same_for_many(
    web: Web, site: TestSite, visits: CaseOf
) -> None:
    pages = pages_of(visits.coordinator)
    pages.get("/appointments?scope=site")
    with counted(web) as for_few:
        text_of(pages.get("/appointments?scope=site"), 200)
    web.set_clinic_time(bookings.MONDAY)
    for hour in range(MANY):
        other = bookings.a_case(web, site)
        bookings.book(other, local_start=f"2027-01-28T{10 + hour}:00")
    web.set_clinic_time(dt.datetime(2027, 1, 25, 9, tzinfo=dt.UTC))
    with counted(web) as for_many:
        text = text_of(pages.get("/appointments?scope=site"), 200)

    assert f"{MANY} visits" in text
    assert len(for_many) == len(for_few)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("intake_coordinator", ["Today", "Intakes", "Cases", "Appointments"]),
        ("counsellor", ["Today", "Intakes", "Caseload", "Appointments"]),
        ("peer_worker", ["Today", "Cases", "Appointments"]),
        ("clinical_lead", ["Today", "Intakes", "Caseload", "Appointments", "Proposals"]),
        ("auditor", ["Today", "Cases"]),
        ("administrator", ["Today"]),
    ],
)
def test_each_menu_leads_somewhere(site: TestSite, role: str, expected: list[str]) -> None:
    person = site.person(role)
    text = page(person, "/")

    assert [one for one in menu(text) if one != "Style guide"] == expected
    shown = MENU.search(text)
    assert shown is not None
    for path in re.findall(r'<a href="([^"]+)"', shown[0]):
        page(person, path)


def test_cases_are_listed_for_who_has_no_caseload(site: TestSite, visits: CaseOf) -> None:
    text = page(visits.coordinator, "/cases")

    assert "Maya Linton" in text
    assert f'href="/cases/{visits.id}"' in text
    assert "No case here" in page(visits.coordinator, "/cases?state=active")
    assert "Maya" not in page(site.person("auditor"), "/cases")
    page(site.person("administrator"), "/cases", 403)
