"""Are the lists of cases, visits and proposals read and left by keyboard, at every width?"""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NARROWEST, Browse, Browsing
from tests.makers import bookings, orders
from tests.support.people import Account
from tests.support.web import TestSite, Web


@pytest.fixture
def sam_with_two(web: Web, site: TestSite, sam: Account) -> Account:
    """Sam, key worker of two cases; with one of the two people a visit is booked today."""
    for name, answers in (("Maya", bookings.PSYCHOSIS), ("Quinn", orders.NO_RISK)):
        client = orders.reachable_client(given_name=name, family_name="Linton")
        case = bookings.a_case(web, site, answers=answers, client=client)
        web.run("UPDATE cases SET key_worker_id = :k WHERE id = :c", k=sam.staff_id, c=case.id)
        if name == "Maya":
            bookings.book(case, local_start="2027-01-25T11:00", staff_id=str(sam.staff_id))
    web.set_clinic_time(dt.datetime(2027, 1, 25, 9, 30, tzinfo=dt.UTC))
    return sam


def first_case(here: Browsing) -> str:
    """The address of the first case of the caseload."""
    here.go("/caseload")
    return str(here.page.locator("tbody th a").first.get_attribute("href"))


def test_lists(browse: Browse, sam_with_two: Account) -> None:
    here, narrow = browse(), browse(NARROWEST)
    here.enter(sam_with_two.sign_in())
    here.go("/")
    here.press("g", "c")
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Caseload")
    rows = here.page.locator("tbody th a")
    expect(rows).to_have_count(2)
    here.accept()

    here.tab_to(rows.first)
    here.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    here.press("ArrowUp", "Enter")
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Maya Linton")
    here.press("g", "k")
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Appointments")
    here.tab_to("11:00 Maya Linton")
    here.accept()

    narrow.enter(sam_with_two.another().sign_in())
    case = first_case(here)
    for path in (
        "/caseload", "/appointments", "/cases", "/proposals", f"{case}/proposals",
        f"{case}/transitions", f"{case}/proposals/new/discharge",
    ):  # fmt: skip
        narrow.go(path)
        narrow.accept()
