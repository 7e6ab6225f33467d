"""Can a plan be chosen against the suggestion, with the reasons seen and one's own given?"""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import NARROWEST, PHONE, Browse
from tests.makers.cases import CaseOf, assessed
from tests.makers.plans import REASON, decided
from tests.makers.programmes import programme
from tests.support.web import TestSite, Web

OUTPATIENT = "Outpatient CBT"


@pytest.fixture
def binges(web: Web, site: TestSite) -> CaseOf:
    """A case of frequent binges, and a ward whose staff know the drug."""
    programme(site, name="North ward", capacity=4)
    return assessed(web, site, "V01")


def test_plan_choice_override(browse: Browse, web: Web, binges: CaseOf) -> None:
    here = browse()
    here.expected = {422}
    here.enter(binges.counsellor)
    here.go(f"/cases/{binges.id}/recommendation")
    here.tab_to("Work it out")
    here.press("Enter")
    expect(here.page.get_by_text("Binges often").first).to_be_visible()
    here.accept()
    here.tab_to("Choose a plan")
    here.press("Enter")
    expect(here.page.locator("main input:checked")).to_have_count(0)
    expect(here.page.get_by_text("North ward: 4 of 4 places free")).to_be_visible()
    here.accept()

    here.tab_to(here.page.locator("#f-chosen_setting-1"))
    here.press("ArrowDown")
    expect(here.page.get_by_label(OUTPATIENT)).to_be_checked()
    here.tab_to(here.page.locator("#f-adjuncts-1"))
    here.press("Space")
    here.tab_to(here.page.locator("#f-shared_decision-1"))
    here.press("Space")
    here.tab_to(here.page.locator("#f-agreed_on-day"))
    for part in ("11", "1", "2027"):
        here.write(part)
        here.press("Tab")
    here.press("Space")
    here.tab_to("Choose this plan")
    here.press("Enter")

    expect(here.page.get_by_role("alert")).to_be_focused()
    here.accept()
    here.page.get_by_role("link", name="Say why not inpatient: choose a code.").click()
    here.write("Carer")
    here.tab_to(here.page.locator("#f-override_reason"))
    here.write(REASON)
    here.tab_to("Choose this plan")
    here.press("Enter")
    expect(here.page.get_by_role("status")).to_have_text("The plan is chosen.")
    expect(here.page.get_by_text("Cares for her mother")).to_be_visible()
    expect(here.page.get_by_text("Yes, on 11 January 2027, in person")).to_be_visible()
    expect(here.page.locator("#decision")).to_contain_text("Suggested, not added")
    expect(here.page.get_by_text("Rules KDS-1.0")).to_be_visible()
    here.accept()
    told = web.rows(
        "SELECT 1 FROM audit_events WHERE type = 'plan' AND subtype = 'decide' AND site_id = :s",
        s=binges.counsellor.site.id,
    )
    assert told
    course = binges.counsellor.get(f"/cases/{binges.id}/timeline?types=decision,recommendation")
    assert {"decision", "recommendation"} <= {one["type"] for one in course.get_json()["data"]}


def test_an_unsafe_choice_waits_for_the_lead(browse: Browse, web: Web, site: TestSite) -> None:
    case = assessed(web, site, "V11")
    made = decided(case, "outpatient_cbt", goals=[])
    here = browse()
    here.expected = {422}
    here.enter(case.lead)
    here.go(f"/cases/{case.id}/recommendation")
    here.tab_to(OUTPATIENT)
    here.press("Enter")
    expect(here.page.get_by_role("region", name="Sign-off")).to_contain_text("waits")
    here.accept()

    here.page.get_by_role("button", name="Return it").click()
    expect(here.page.get_by_role("alert")).to_be_focused()
    here.tab_to("Sign off")
    here.press("Enter")

    expect(here.page.get_by_role("status")).to_contain_text("signed off")
    here.accept()
    stored = case.lead.get(f"/plans/{made['id']}").get_json()
    assert (stored["state"], stored["signed_off_by"]) == ("agreed", str(case.lead.staff_id))


@pytest.mark.parametrize("size", [PHONE, NARROWEST], ids=["phone", "narrowest"])
def test_the_choice_fits(browse: Browse, binges: CaseOf, size: ViewportSize) -> None:
    made = decided(binges, "inpatient")
    here = browse(size)
    here.enter(binges.counsellor)

    asked = f"/cases/{binges.id}/second-opinions"
    order = {"asked_of": str(binges.lead.staff_id), "question": "Would you?"}
    opinion = binges.counsellor.post(asked, order).get_json()["id"]
    for path in (
        f"/cases/{binges.id}/plans/new",
        f"/plans/{made['id']}",
        f"{asked}/new",
        f"/second-opinions/{opinion}",
    ):
        here.go(path)
        here.accept()


def test_a_plan_is_chosen_without_a_script(browse: Browse, binges: CaseOf) -> None:
    binges.recommend()
    here = browse(java_script_enabled=False)
    here.enter(binges.counsellor)
    here.go(f"/cases/{binges.id}/plans/new")

    here.page.locator("label", has_text="Inpatient treatment").click()
    here.page.get_by_label("Yes", exact=True).check()
    here.page.get_by_role("button", name="Choose this plan").click()

    expect(here.page.get_by_text("The plan is chosen.")).to_be_visible()


def test_a_second_opinion_stands_beside_the_choice(
    browse: Browse, site: TestSite, binges: CaseOf
) -> None:
    """Asked from the choice, found among one's tasks, answered, and it decides nothing."""
    binges.recommend()
    here, there, other = browse(), browse(), site.person("counsellor")
    here.expected = {422}
    here.enter(binges.counsellor)
    here.go(f"/cases/{binges.id}/plans/new")
    here.page.get_by_role("link", name="Ask a colleague").click()
    here.tab_to("Ask")
    here.press("Enter")
    expect(here.page.get_by_role("alert")).to_be_focused()
    here.accept()
    here.page.get_by_label("Whom do you ask?").select_option(str(other.staff_id))
    here.page.get_by_label("What do you want to know?").fill("Would you go below a bed?")
    here.page.get_by_role("button", name="Ask", exact=True).click()
    expect(here.page.get_by_role("status")).to_contain_text("Your colleague is asked.")
    here.accept()

    [task] = other.get("/tasks").get_json()["data"]
    there.enter(other)
    there.go(f"/tasks/{task['id']}")
    there.page.get_by_role("link", name="Read the question").click()
    expect(there.page.get_by_text("Binges often").first).to_be_visible()
    there.accept()
    there.tab_to(there.page.locator("#f-opinion-1"))
    there.press("ArrowDown")
    there.tab_to("Why")
    there.write("Her sister is at home.")
    there.tab_to("Give this opinion")
    there.press("Enter")
    expect(there.page.get_by_role("status").first).to_contain_text("Your opinion is given.")

    here.go(f"/cases/{binges.id}/plans/new")
    expect(here.page.locator("#opinions")).to_contain_text("Her sister is at home.")
    expect(here.page.locator("#opinions")).to_contain_text("Disagrees")
    expect(here.page.locator("main input:checked")).to_have_count(0)
    here.accept()
