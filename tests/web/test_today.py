"""Does the page after signing in show what waits, and does it do what the API does?"""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.makers import boards, bookings, orders, progress
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web
from tests.web.browser import Pages, pages_of
from tests.web.test_pages import text_of

DAY = dt.datetime(2027, 1, 25, 9, 30, tzinfo=dt.UTC)
LATER = DAY + dt.timedelta(hours=1)
COUNT = re.compile(r'<h2 id="(\w+)-h">.*?<span class="n[^"]*">(\d+)<', re.DOTALL)


@pytest.fixture
def busy(web: Web, site: TestSite) -> CaseOf:
    """A case with something in four lanes on a Monday at half past nine."""
    client = orders.reachable_client(given_name="Maya", family_name="Linton")
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS, client=client)
    bookings.follow_up(web, site, case)
    bookings.book(case, local_start="2027-01-25T10:00")
    later = bookings.book(case, local_start="2027-01-28T10:00")
    boards.failed_reminder(web, later["id"])
    web.set_clinic_time(DAY)
    return case


def visit_of(web: Web, case: CaseOf) -> str:
    [row] = web.rows(
        "SELECT id FROM appointments WHERE case_id = :c AND local_start = '2027-01-25 10:00'",
        c=case.id,
    )
    return str(row.id)


def status_of(web: Web, visit: str) -> str:
    [row] = web.rows("SELECT status FROM appointments WHERE id = :i", i=visit)
    return str(row.status)


def counts(text: str) -> dict[str, int]:
    return {name: int(count) for name, count in COUNT.findall(text)}


def send(pages: Pages, visit: str, act: str, **fields: str) -> int:
    """The status of a button of the row of that visit."""
    return pages.send("/", _appointment=visit, _act=act, **fields).status_code


def test_each_lane_has_the_count_of_the_api(busy: CaseOf) -> None:
    text = text_of(pages_of(busy.counsellor).get("/"), 200)

    lanes = busy.counsellor.get("/today").get_json()["lanes"]
    assert counts(text) == {name: lane["count"] for name, lane in lanes.items() if lane}
    assert "10:00 Maya Linton" in text
    assert "Every attempt failed." in text
    assert "Overdue 7 days" in text


@pytest.mark.usefixtures("busy")
def test_the_filter_stands_in_the_address(site: TestSite) -> None:
    other = pages_of(site.person("clinical_lead"))

    mine, all_ = text_of(other.get("/"), 200), text_of(other.get("/?scope=site"), 200)

    assert "Maya Linton" not in mine
    assert "Nobody is expected any more today" in mine
    assert "Maya Linton" in all_
    assert 'hx-get="/?scope=site"' in all_


def test_it_refreshes_itself_unless_paused(busy: CaseOf) -> None:
    pages = pages_of(busy.counsellor)

    whole, part = (
        text_of(pages.get("/"), 200),
        text_of(pages.get("/", **{"HX-Request": "true"}), 200),
    )
    paused = text_of(pages.get("/?refresh=paused"), 200)

    assert 'hx-trigger="every 60s"' in whole
    assert "<html" not in part
    assert counts(part) == counts(whole)
    assert "hx-trigger" not in paused
    assert "Refresh every minute" in paused


def test_check_in_is_the_same_as_by_api(web: Web, busy: CaseOf) -> None:
    pages, visit = pages_of(busy.counsellor), visit_of(web, busy)
    pages.get("/")

    answer = pages.send("/", _appointment=visit, _act="check-in")

    assert (answer.status_code, answer.location) == (303, "/?done=checked_in")
    assert status_of(web, visit) == "arrived"
    text = text_of(pages.get(answer.location), 200)
    assert "Checked in." in text
    assert "Here" in text


def test_who_was_slower_sees_how_it_stands(web: Web, busy: CaseOf) -> None:
    pages, visit = pages_of(busy.counsellor), visit_of(web, busy)
    pages.get("/?scope=site")
    busy.coordinator.act(f"/appointments/{visit}/actions/check-in", version=1)

    answer = pages.send("/?scope=site", _appointment=visit, _act="check-in")

    text = text_of(answer, 412)
    assert "Somebody else changed this first." in text
    assert 'aria-current="true">Whole site' in text


def test_nobody_has_missed_what_has_not_begun(web: Web, busy: CaseOf) -> None:
    pages, visit = pages_of(busy.counsellor), visit_of(web, busy)
    assert "Didn&#39;t come" not in text_of(pages.get("/"), 200)

    early = text_of(pages.send("/", _appointment=visit, _act="no-show"), 409)
    web.set_clinic_time(LATER)

    assert "It has not begun yet" in early
    assert "Didn&#39;t come" in text_of(pages.get("/"), 200)
    assert send(pages, visit, "no-show") == 303
    assert status_of(web, visit) == "noshow"


@pytest.mark.parametrize(("visit", "act"), [("x", "check-in"), ("", "no-show")])
def test_a_form_without_its_row_is_refused(busy: CaseOf, visit: str, act: str) -> None:
    pages = pages_of(busy.counsellor)
    pages.get("/")

    assert send(pages, visit, act, _version="1") == 400


def test_an_unknown_button_does_nothing(web: Web, busy: CaseOf) -> None:
    pages, visit = pages_of(busy.counsellor), visit_of(web, busy)
    pages.get("/")

    assert send(pages, visit, "burn") == 400
    assert status_of(web, visit) == "booked"


def test_who_works_with_no_case_sees_the_next_steps(site: TestSite) -> None:
    text = text_of(pages_of(site.person("auditor")).get("/"), 200)

    assert "Next steps" in text
    assert "hx-trigger" not in text


def test_each_row_leads_on(web: Web, busy: CaseOf) -> None:
    text = text_of(pages_of(busy.counsellor).get("/"), 200)

    case = f"/cases/{busy.id}"
    assert f'<a href="{case}"><strong>10:00 Maya Linton' in text
    for label, path in (
        ("Answer", "/alerts/"),
        ("Cancel", f"/appointments/{visit_of(web, busy)}/cancel"),
        ("Log a call", f"{case}/contact-attempts/new"),
        ("Book", f"{case}/appointments/new?follow_up_id="),
    ):
        assert re.search(rf'href="{re.escape(path)}[^"]*" aria-label="{label}: ', text), label


def test_a_referral_is_taken_from_its_row(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order()).get_json()
    pages, path = pages_of(coordinator), f"/cases/{made['case_id']}/referral"
    board = text_of(pages.get("/?scope=site"), 200)
    assert "Nobody has taken it" in board
    assert f'href="{path}" aria-label="Take: ' in board
    assert "Take this referral" in text_of(pages.get(path), 200)

    answer = pages.send(path)

    assert answer.location == "/?done=referral_taken"
    [row] = web.rows("SELECT taken_by FROM cases WHERE id = :c", c=made["case_id"])
    assert row.taken_by == coordinator.staff_id
    text_of(pages.send(path), 412)
    assert "You took this referral already." in text_of(pages.send(path, _version="2"), 409)


def test_a_note_begun_leads_to_itself(busy: CaseOf) -> None:
    note = progress.drafted_note(busy)

    assert f'href="/notes/{note}"' in text_of(pages_of(busy.counsellor).get("/"), 200)
