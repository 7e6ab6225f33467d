"""Is somebody known already recognised while a new intake is typed, and taken instead?"""

from __future__ import annotations

import re
from time import sleep

import pytest
from playwright.sync_api import Route, ViewportSize, expect

from tests.e2e.conftest import DESK, NARROWEST, PHONE, Browse, Browsing
from tests.makers import orders
from tests.support.web import Caller, TestSite, Web

BORN = {"day": "14", "month": "3", "year": "1997"}


@pytest.fixture
def jo(site: TestSite) -> Caller:
    """An intake coordinator."""
    return site.person("intake_coordinator")


@pytest.fixture
def maya(jo: Caller) -> str:
    """Maya Linton, on record without a case."""
    made = jo.post("/clients", orders.client_order(family_name="Linton"))
    return str(made.get_json()["id"])


def describe(here: Browsing, family_name: str) -> None:
    """Name and birth date, typed."""
    here.go("/intakes/new")
    here.page.get_by_label("Given name").fill("Maya")
    here.page.get_by_label("Family name").fill(family_name)
    born = here.page.get_by_role("group", name="Date of birth")
    for part, value in BORN.items():
        born.get_by_label(part.capitalize()).fill(value)
    here.press("Tab")
    here.page.get_by_label("Referred by").select_option("gp")


def slowly(route: Route) -> None:
    """An answer that comes late."""
    sleep(0.5)
    route.continue_()


@pytest.mark.parametrize("size", [DESK, PHONE, NARROWEST], ids=["desk", "phone", "narrowest"])
def test_duplicate_warning(
    browse: Browse, web: Web, jo: Caller, maya: str, size: ViewportSize
) -> None:
    here = browse(size)
    here.enter(jo)
    describe(here, "Lynton")

    panel = here.page.locator("#similar")
    expect(panel).to_contain_text("M. L., born 1997")
    expect(panel).to_contain_text("Name sounds alike, born the same day")
    expect(panel).to_contain_text("No case yet. Never met.")
    expect(panel).not_to_contain_text("Linton")
    here.tab_to(panel.get_by_role("button", name="Show who it is"))
    here.press("Enter")
    expect(panel.get_by_role("heading", name="Maya Linton")).to_be_focused()
    expect(panel).to_contain_text("Born 14 March 1997")
    here.accept()
    here.page.get_by_label("Telephone").fill("+44 7700 900777")
    here.page.get_by_label("Text messages and calls").check()
    panel.get_by_role("button", name="Use this person").click()

    expect(here.page.get_by_role("heading", level=1)).to_have_text("Caller and safety")
    expect(here.page.get_by_role("status").first).to_contain_text("the number is added")
    [case] = web.rows("SELECT id FROM cases WHERE client_id = :c", c=maya)
    acts = web.rows(
        "SELECT subtype FROM audit_events WHERE site_id = :s AND type = 'client'"
        " AND (client_id = :c OR :c = ANY(returned_ids)) ORDER BY id",
        s=jo.site.id,
        c=maya,
    )
    assert case.id is not None
    assert {"match", "read"} <= {one.subtype for one in acts}


def test_the_same_name_and_birth_date_are_asked_about_once_more(
    browse: Browse, web: Web, jo: Caller, maya: str
) -> None:
    here = browse()
    here.expected = {409}
    here.enter(jo)
    describe(here, "Lynton")
    panel = here.page.locator("#similar")
    expect(panel.get_by_role("button", name="Use this person")).to_be_visible()
    # A late answer takes nothing back that was ticked and typed meanwhile.
    here.page.route("**/intakes/new/similar", slowly)
    here.page.get_by_label("Family name").fill("Linton")
    with here.page.expect_response("**/intakes/new/similar"):
        here.page.get_by_label("Not the same person").check()
        here.page.get_by_label("How do you know?").press_sequentially("Two cousins", delay=20)
    expect(panel).to_contain_text("Name and date of birth")
    expect(here.page.get_by_label("How do you know?")).to_have_value("Two cousins")
    here.page.get_by_label("Not the same person").uncheck()
    # Enter begins the intake of the person typed, whatever button the panel offers.
    here.page.get_by_label("Who calls, if not the person").fill("Her mother")
    here.press("Enter")

    summary = here.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("registered already")
    expect(here.page.locator("#similar")).to_contain_text("Name and date of birth")
    here.accept()
    here.page.get_by_label("Not the same person").check()
    here.page.get_by_label("How do you know?").fill("Cousins with one name, as both say")
    here.page.get_by_role("button", name="Begin the intake").click()
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Caller and safety")
    [said] = web.rows("SELECT other_id FROM client_distinctions WHERE other_id = :c", c=maya)
    assert str(said.other_id) == maya
    here.page.get_by_role("link", name="Person", exact=True).click()
    here.page.get_by_role("link", name="Who looks alike").click()
    expect(here.page.get_by_text("Nobody on record looks alike")).to_be_visible()
    here.accept()


def test_it_works_without_a_script(browse: Browse, web: Web, jo: Caller, maya: str) -> None:
    here = browse(java_script_enabled=False)
    here.enter(jo)
    describe(here, "Lynton")

    here.page.get_by_role("button", name="Look for the same person").click()

    expect(here.page.locator("#similar")).to_contain_text("M. L., born 1997")
    expect(here.page.get_by_label("Family name")).to_have_value("Lynton")
    here.page.get_by_role("button", name="Use this person").click()
    expect(here.page).to_have_url(re.compile("/steps/safety"))
    assert web.rows("SELECT id FROM cases WHERE client_id = :c", c=maya) != []
