"""Are a number, a consent and a safety plan changed by keyboard, and does each page fit?"""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import DESK, NARROWEST, PHONE, Browse
from tests.makers import bookings, disclosures, orders, outbound
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """A case with a safe number and a visit to come."""
    client = orders.reachable_client(given_name="Maya", family_name="Linton")
    case = bookings.a_case(web, site, client=client)
    bookings.book(case)
    return case


def test_what_a_person_allows_and_plans(browse: Browse, case: CaseOf) -> None:
    here = browse()
    here.enter(case.counsellor)
    here.expected.add(422)
    said = here.page.get_by_role("status").first

    here.go(f"/cases/{case.id}/contacts")
    here.tab_to("+447700900123")
    here.press("Enter")
    here.tab_to("Another number or address")
    here.press("Enter")
    here.page.wait_for_url("**/replace")
    expect(here.page.get_by_role("checkbox", checked=True)).to_have_count(0)
    here.tab_to("Number or address")
    here.write("12")
    here.press("Control+Enter")
    expect(here.page.locator("#summary")).to_be_focused()
    here.accept()
    here.page.get_by_label("Number or address").fill("+44 7700 900456")
    here.tab_to("Read back to the person")
    here.press("Space")
    here.press("Control+Enter")
    expect(said).to_contain_text("The new one is in use.")
    expect(here.page.locator("#used")).to_contain_text("Not safe")
    expect(here.page.locator("#old")).to_contain_text("Replaced by another")
    here.accept()

    here.tab_to("Consents")
    here.press("Enter")
    here.tab_to("Reminders of appointments")
    here.press("Enter")
    expect(here.page.locator("main")).to_contain_text("No reminder is sent from this moment")
    here.tab_to(here.page.get_by_role("radio", name="Given"))
    here.press("ArrowDown", "Control+Enter")
    expect(said).to_have_text("Recorded. No reminder is sent from now on.")
    here.accept()

    here.go(f"/cases/{case.id}")
    here.tab_to("Write it")
    here.press("Enter")
    here.page.wait_for_url("**/safety-plan/write")
    for label in ("Warning signs", "What I can do myself", "Whom I can call"):
        here.tab_to(label)
        here.write(f"Hers: {label}")
    here.press("Control+Enter")
    expect(said).to_contain_text("The plan is saved")
    here.accept()


def test_the_paper_tells_nothing_about_a_service(browse: Browse, case: CaseOf) -> None:
    case.counsellor.put(f"/cases/{case.id}/safety-plan", outbound.SAFETY_PLAN, version=0)
    here = browse()
    here.enter(case.counsellor)
    here.go(f"/cases/{case.id}/safety-plan/paper")
    here.accept()

    here.page.emulate_media(media="print")

    # What is hidden has no inner text: this is what the paper shows, in its order.
    printed = here.page.evaluate("document.body.innerText").split("\n")
    assert [line for line in printed if line.strip()] == [
        "My plan",
        *("Warning signs", "Awake at four, pacing"),
        *("What I can do myself", "A walk along the canal"),
        *("Whom I can call", "The crisis line"),
        *("Making things safer", "Her sister keeps the tablets"),
        "11 January 2027",
    ]
    assert here.page.title() == "My plan"


@pytest.mark.parametrize("size", [DESK, PHONE, NARROWEST], ids=["desk", "phone", "narrowest"])
def test_the_pages_fit(browse: Browse, case: CaseOf, size: ViewportSize) -> None:
    order = disclosures.disclosure_consent_order()
    written = case.counsellor.post(f"/cases/{case.id}/disclosure-consents", order).get_json()
    listed = case.counsellor.get(f"/clients/{case.client_id}/contacts").get_json()["data"]
    for _ in range(2):
        plan = case.counsellor.get(f"/cases/{case.id}/safety-plan").get_json(force=True)
        path, version = f"/cases/{case.id}/safety-plan", plan.get("version", 0)
        case.counsellor.put(path, outbound.SAFETY_PLAN, version=version)
    here = browse(size)
    here.enter(case.counsellor)

    way = f"contacts/{listed[0]['id']}"
    revoke = f"disclosure-consents/{written['id']}/revoke"
    for path in (
        *("contacts", "contacts/new", way, f"{way}/end", "consents", "consents/reminders"),
        *(revoke, "safety-plan", "safety-plan/write", "safety-plan/paper"),
    ):
        here.go(f"/cases/{case.id}/{path}")
        here.accept()
