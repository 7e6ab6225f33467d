"""Can an instrument be filled in with the keyboard alone, scored by the server while one types?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import DESK, NARROWEST, PHONE, Browse
from tests.makers.cases import CaseOf, handed_in
from tests.support.web import TestSite, Web


@pytest.fixture
def case(site: TestSite) -> CaseOf:
    """A counsellor's case, ready to be assessed."""
    return handed_in(site)


def test_phq9_keyboard(browse: Browse, web: Web, case: CaseOf) -> None:
    here = browse()
    here.enter(case.counsellor)
    here.go(f"/cases/{case.id}/assessments/new/phq9")
    here.accept()

    said = here.page.get_by_role("status").filter(has=here.page.locator("#score"))
    said.evaluate("one => { one.dataset.same = '' }")
    here.tab_to(here.page.locator("#f-answers-0-1"))
    here.press(*"33333333")
    expect(here.page.locator("[data-same] > #score")).to_contain_text("8 of 9 answered")
    here.press("3")

    score = here.page.locator("#score")
    expect(score.locator(".score-n")).to_have_text("27 of 27")
    expect(score).to_contain_text("Severe")
    expect(score).to_contain_text("Ask about safety now")
    here.accept()
    here.tab_to(here.page.locator("#f-mode-1"))
    here.press("Space")
    here.tab_to("Save and sign")
    here.press("Enter")
    expect(here.page.get_by_role("status")).to_have_text("The assessment is signed.")
    here.accept()
    (kept,) = case.counsellor.get(f"/cases/{case.id}/assessments").get_json()["data"]
    assert (kept["total"], kept["band"], kept["state"]) == (27, "severe", "signed")
    alerts = web.rows("SELECT code FROM alerts WHERE case_id = :c", c=case.id)
    assert "A03" in {one.code for one in alerts}


@pytest.mark.parametrize("size", [DESK, PHONE, NARROWEST], ids=["desk", "phone", "narrowest"])
def test_what_is_missing_is_named_at_every_width(
    browse: Browse, case: CaseOf, size: ViewportSize
) -> None:
    here = browse(size)
    here.expected = {422}
    here.enter(case.counsellor)
    here.go(f"/cases/{case.id}/assessments")
    here.accept()
    here.page.get_by_role("link", name=re.compile("GAD-7")).click()
    here.page.locator("label.opt", has_text="Several days").first.click()
    expect(here.page.locator("#score")).to_contain_text("1 of 7 answered")

    here.page.get_by_role("button", name="Save and sign").click()

    summary = here.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(here.page.locator("#f-answers-0-2")).to_be_checked()
    here.accept()


def test_the_score_is_worked_out_without_a_script(browse: Browse, case: CaseOf) -> None:
    here = browse(java_script_enabled=False)
    here.enter(case.counsellor)
    here.go(f"/cases/{case.id}/assessments/new/sds")
    for question in range(5):
        here.page.locator(f"input[name='answers.{question}'][value='1']").check(force=True)

    here.page.get_by_role("button", name="Work out score").click()

    expect(here.page.locator(".score-n")).to_have_text("5 of 15")
    here.page.get_by_label("Asked by staff").check()
    here.page.get_by_role("button", name="Save without signing").click()
    expect(here.page.get_by_text("It counts once it is signed.").first).to_be_visible()
