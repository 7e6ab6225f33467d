"""Is a visit booked and moved with the keyboard, and is a clash a choice instead of a wall?"""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import DESK, NARROWEST, PHONE, Browse
from tests.makers import bookings
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web

TAKEN, FREE = "2027-01-18T10:00", "2027-01-18T11:00"


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """A case with one visit, on the Monday after this one at ten."""
    case = bookings.a_case(web, site)
    bookings.book(case)
    return case


def test_booking_form(browse: Browse, case: CaseOf) -> None:
    here, other = browse(), browse(PHONE)
    here.enter(case.counsellor)
    here.expected.add(409)
    here.go(f"/cases/{case.id}")
    here.tab_to(here.page.locator(".ident-act").get_by_role("link", name="Book"))
    here.press("Enter")
    here.page.wait_for_url("**/appointments/new")
    here.page.get_by_label("Day and time").fill(TAKEN)
    here.tab_to(here.page.get_by_role("button", name="Book", exact=True))
    here.press("Enter")

    expect(here.page.get_by_role("alert")).to_contain_text("already has an appointment")
    expect(here.page.locator("#summary")).to_be_focused()
    offered = here.page.get_by_role("group", name="Free near that time").get_by_role("radio")
    expect(offered).to_have_count(4)
    here.accept()
    here.tab_to(offered.first)
    here.press("ArrowDown", "Control+Enter")

    expect(here.page.get_by_role("status").first).to_have_text("Booked. Its reminders are planned.")
    expect(here.page.locator("#appointments .appt")).to_have_count(2)
    here.accept()
    other.enter(case.coordinator)
    other.go(f"/cases/{case.id}/appointments")
    expect(other.page.locator("#appointments .task")).to_have_count(2)
    other.accept()


def test_two_browsers_want_the_same_time(browse: Browse, case: CaseOf) -> None:
    here, other = browse(), browse()
    for browser, person in ((here, case.counsellor), (other, case.coordinator)):
        browser.enter(person)
        browser.expected.add(409)
        browser.go(f"/cases/{case.id}/appointments/new")
        browser.page.get_by_label("Day and time").fill(FREE)
    other.page.get_by_label("With").select_option(str(case.counsellor.staff_id))

    here.page.get_by_role("button", name="Book", exact=True).click()
    other.page.get_by_role("button", name="Book", exact=True).click()

    expect(here.page.get_by_role("status").first).to_contain_text("Booked.")
    expect(other.page.get_by_role("alert")).to_contain_text("already has an appointment")


def test_a_visit_is_moved_and_cancelled_by_keyboard(browse: Browse, case: CaseOf) -> None:
    here = browse()
    here.enter(case.counsellor)
    here.go(f"/cases/{case.id}")
    here.tab_to(here.page.locator("#appointments .appt a").first)
    here.press("Enter")
    here.tab_to(here.page.get_by_role("link", name="Move"))
    here.press("Enter")
    here.page.wait_for_url("**/move")
    here.accept()
    here.page.get_by_label("Day and time").fill("2027-01-19T09:30")
    here.press("Control+Enter")
    expect(here.page.locator("#appointments")).to_contain_text("Tue 19 Jan, 09:30")

    here.tab_to(here.page.locator("#appointments .appt a").first)
    here.press("Enter")
    here.tab_to(here.page.get_by_role("link", name="Cancel"))
    here.press("Enter")
    here.page.wait_for_url("**/cancel")
    here.tab_to("Why")
    here.page.get_by_label("Why").select_option("client_cancelled")
    here.accept()
    here.press("Control+Enter")

    expect(here.page.get_by_role("status").first).to_contain_text("Cancelled.")
    expect(here.page.locator("#appointments")).to_contain_text("Nothing is booked")


@pytest.mark.parametrize("size", [DESK, PHONE, NARROWEST], ids=["desk", "phone", "narrowest"])
def test_the_forms_fit(browse: Browse, case: CaseOf, size: ViewportSize) -> None:
    here = browse(size)
    here.enter(case.counsellor)
    listed = case.counsellor.get(f"/appointments?case_id={case.id}").get_json()["data"]
    visit = f"/appointments/{listed[0]['id']}"

    for path in (f"/cases/{case.id}/appointments/new", visit, f"{visit}/move", f"{visit}/cancel"):
        here.go(path)
        here.accept()
