"""Does the page of a case hold what its drawing promises, in a real browser?"""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import DESK, NARROWEST, PHONE, Browse
from tests.makers import case_pages
from tests.makers.case_pages import TOTALS
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web


@pytest.fixture
def full(web: Web, site: TestSite) -> CaseOf:
    """A case with something in every card."""
    return case_pages.full_case(web, site)


def test_case_page(browse: Browse, full: CaseOf) -> None:
    here = browse()
    here.enter(full.counsellor)
    here.go(f"/cases/{full.id}")
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Maya Linton")

    expect(here.page.locator(".chart-wide .dot")).to_have_count(len(TOTALS))
    here.tab_to(here.page.locator("#progress summary"), most=80)
    here.press("Enter")
    numbers = here.page.locator("#progress tbody td.num")
    assert [int(one) for one in numbers.all_inner_texts()] == TOTALS
    # What lies under the sticky head of the page is no target just now.
    here.page.evaluate("scrollTo(0, 0)")
    here.accept()

    tick = here.page.get_by_role("button", name="Done: Call back about the referral to urology")
    here.tab_to(tick, most=80)
    here.press("Enter")
    undo = here.page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    expect(tick).to_have_count(0)
    here.press("Enter")
    expect(tick).to_have_count(1)
    here.accept()

    failed = here.page.get_by_role("region", name="Reminder not delivered")
    here.tab_to(failed.get_by_role("link", name="Log a call"), most=80)
    here.press("Enter")
    here.tab_to("Spoke with the person")
    here.press("Space", "Control+Enter")
    expect(here.page.get_by_role("status").first).to_have_text("The call is written down.")
    expect(failed).to_have_count(0)
    expect(here.page.locator("#appointments .dlv").first).to_contain_text("the person was told")
    here.accept()


def test_a_note_survives_the_loss_of_the_page(browse: Browse, full: CaseOf) -> None:
    here = browse()
    here.enter(full.counsellor)
    here.go(f"/cases/{full.id}")
    here.tab_to(here.page.get_by_role("link", name="Add note"))
    here.press("Enter")
    here.page.wait_for_url("**/notes/new")
    here.accept()
    here.tab_to(here.page.get_by_role("button", name="Begin"))
    here.press("Enter")
    note = here.page.get_by_label("Note", exact=True)
    here.tab_to(note)
    # A live region that is itself replaced is often not read out: it is the same one all along.
    here.page.locator("#saved").evaluate("one => { one.dataset.same = '' }")
    for words in ("Eleven days without use.", " Wants to climb again."):
        here.write(words)
        expect(here.page.locator("#saved[data-same]")).to_contain_text("Draft saved")
        here.page.wait_for_timeout(1200)
    here.accept()

    here.page.reload()

    expect(note).to_have_value("Eleven days without use. Wants to climb again.")
    here.tab_to(note)
    here.press("Control+End")
    here.write(" She rings on Friday.")
    here.press("Control+Enter")
    expect(here.page.get_by_role("status").first).to_have_text("The note is signed.")
    [kept] = full.counsellor.get(f"/cases/{full.id}/notes").get_json()["data"][:1]
    text = full.counsellor.get(f"/notes/{kept['id']}").get_json()["sections"]["text"]
    assert text.endswith("She rings on Friday.")


def test_a_colleague_gets_the_page_of_the_emergency(
    browse: Browse, site: TestSite, full: CaseOf
) -> None:
    here = browse()
    here.expected.add(403)
    here.enter(site.person("counsellor"))

    here.go(f"/cases/{full.id}")

    expect(here.page.get_by_role("heading", level=1)).to_have_text("This is a colleague's case")
    here.accept()
    here.tab_to("Open in an emergency")
    here.press("Enter")
    here.tab_to(here.page.get_by_label("An emergency of this person"))
    here.press("Space")
    here.tab_to("What happened")
    here.write("The ward asks what was taken and when.")
    here.accept()
    here.press("Control+Enter")
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Maya Linton")
    expect(here.page.get_by_text("You read this case by emergency access until")).to_be_visible()
    here.accept()


@pytest.mark.parametrize("size", [DESK, PHONE, NARROWEST], ids=["desk", "phone", "narrowest"])
def test_the_case_page_fits(browse: Browse, full: CaseOf, size: ViewportSize) -> None:
    here = browse(size)
    here.enter(full.counsellor)

    here.go(f"/cases/{full.id}")

    here.accept()
    for path in ("access-history", "notes", "transitions", "transitions/transferred"):
        here.go(f"/cases/{full.id}/{path}")
        here.accept()
