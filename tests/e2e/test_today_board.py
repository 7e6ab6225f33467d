"""Does the board of the day work with the keyboard, and does a second browser see what was done?"""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import DESK, NARROWEST, PHONE, Browse
from tests.makers import boards, bookings, orders
from tests.support.people import Account
from tests.support.web import TestSite, Web

DAY = dt.datetime(2027, 1, 25, 9, 30, tzinfo=dt.UTC)
CHECK_IN = "Check in: 10:00 Maya Linton"


@pytest.fixture
def busy(web: Web, site: TestSite, sam: Account) -> Account:
    """Sam, who is key worker of a case with something in four lanes."""
    client = orders.reachable_client(given_name="Maya", family_name="Linton")
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS, client=client)
    web.run("UPDATE cases SET key_worker_id = :k WHERE id = :c", k=sam.staff_id, c=case.id)
    bookings.follow_up(web, site, case)
    bookings.book(case, local_start="2027-01-25T10:00", staff_id=str(sam.staff_id))
    later = bookings.book(case, local_start="2027-01-28T10:00", staff_id=str(sam.staff_id))
    boards.failed_reminder(web, later["id"])
    web.set_clinic_time(DAY)
    return sam


def test_today_board(browse: Browse, web: Web, busy: Account) -> None:
    here, other = browse(), browse(PHONE)
    here.enter(busy.sign_in())
    here.go("/")
    other.page.clock.install()
    other.enter(busy.another().sign_in())
    other.go("/")
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Today")
    for lane in ("alerts", "coming_today", "overdue_follow_ups", "failed_reminders"):
        expect(here.page.locator(f"#{lane} .n")).to_contain_text("1")
    here.accept()

    here.tab_to(here.page.locator("#coming_today .task-body > a"))
    here.press("Tab")
    expect(here.page.get_by_role("button", name=CHECK_IN)).to_be_focused()
    here.press("Enter")

    expect(here.page.get_by_role("status").first).to_have_text("Checked in.")
    row = "#coming_today .task-meta"
    expect(here.page.locator(row)).to_contain_text("Here")
    here.accept()
    expect(other.page.locator(row)).to_contain_text("Expected")
    other.page.clock.run_for(61_000)
    expect(other.page.locator(row)).to_contain_text("Here")
    other.accept()

    here.tab_to(here.page.get_by_role("button", name="Send again: Maya Linton"))
    here.press("Enter")

    expect(here.page.get_by_role("status").first).to_contain_text("Planned")
    expect(here.page.locator("#failed_reminders .n")).to_contain_text("0")
    here.accept()
    here.go(f"/appointments/{visit_in_doubt(web)}")
    expect(here.page.locator(".dlv")).to_contain_text("Text, sent again: planned")
    here.accept()


def visit_in_doubt(web: Web) -> str:
    """The visit of which a reminder had failed."""
    [row] = web.rows("SELECT appointment_id FROM reminders WHERE resend_of IS NOT NULL")
    return str(row.appointment_id)


def test_refreshing_waits_for_whoever_uses_a_row(browse: Browse, busy: Account) -> None:
    here = browse()
    here.page.clock.install()
    here.enter(busy.sign_in())
    here.go("/")
    asked: list[str] = []
    here.page.on("request", lambda request: asked.append(request.headers.get("hx-request", "")))
    button = here.page.get_by_role("button", name=CHECK_IN)
    button.focus()

    here.page.clock.run_for(130_000)

    expect(button).to_be_focused()
    assert "true" not in asked


@pytest.mark.parametrize("size", [DESK, PHONE, NARROWEST], ids=["desk", "phone", "narrowest"])
def test_the_board_fits(browse: Browse, web: Web, busy: Account, size: ViewportSize) -> None:
    here = browse(size)
    here.enter(busy.sign_in())
    here.go("/")

    here.accept()
    here.go("/?scope=site&refresh=paused")

    here.accept()
    [row] = web.rows(
        "SELECT id FROM reminders WHERE state = 'dead' ORDER BY created_at DESC LIMIT 1"
    )
    here.go(f"/reminders/{row.id}")
    here.accept()


def test_an_unattended_board_ends_the_session(browse: Browse, busy: Account) -> None:
    here = browse()
    here.page.clock.install()
    here.enter(busy.sign_in())
    here.go("/")

    here.page.clock.run_for(16 * 60 * 1000)

    expect(here.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    here.go("/")
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Sign in")
