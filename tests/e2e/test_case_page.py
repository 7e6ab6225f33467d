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
    here.accept()


def test_a_colleague_gets_the_page_of_the_emergency(
    browse: Browse, site: TestSite, full: CaseOf
) -> None:
    here = browse()
    here.expected.add(403)
    here.enter(site.person("counsellor"))

    here.go(f"/cases/{full.id}")

    expect(here.page.get_by_role("heading", level=1)).to_have_text("This is a colleague's case")
    here.accept()


@pytest.mark.parametrize("size", [DESK, PHONE, NARROWEST], ids=["desk", "phone", "narrowest"])
def test_the_case_page_fits(browse: Browse, full: CaseOf, size: ViewportSize) -> None:
    here = browse(size)
    here.enter(full.counsellor)

    here.go(f"/cases/{full.id}")

    here.accept()
    here.go(f"/cases/{full.id}/access-history")
    here.accept()
