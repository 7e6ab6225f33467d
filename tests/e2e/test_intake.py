"""Does an intake survive whatever interrupts it, and can it be entered with the keyboard alone?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.e2e.conftest import NARROWEST, PHONE, Browse, Browsing
from tests.makers import orders
from tests.support.people import PASSWORD, Account, account
from tests.support.web import TestSite, Web

NOTE = "answers.quick_note.text"
RISKS = ("psychosis_current", "self_harm", "urinary_retention", "flank_pain", "fever")


@pytest.fixture
def jo(web: Web, site: TestSite) -> Account:
    """An intake coordinator with a password and a second factor."""
    return account(web, site, role="intake_coordinator")


def field(here: Browsing, name: str) -> Locator:
    return here.page.locator(f"[name='{name}']").first


def choose(here: Browsing, name: str, value: str) -> None:
    """A button of a question."""
    here.page.locator(f"input[name='{name}'][value='{value}']").check(force=True)


def saved(here: Browsing) -> None:
    expect(here.page.locator("#saved")).to_have_text(re.compile(r"Draft saved \d\d:\d\d$"))


def begin(here: Browsing) -> None:
    """The first page, up to the first step."""
    here.go("/intakes/new")
    field(here, "client.given_name").fill("Maya")
    field(here, "client.family_name").fill("Linton")
    for part, value in (("day", "14"), ("month", "3"), ("year", "1997")):
        field(here, f"client.date_of_birth-{part}").fill(value)
    field(here, "referral.source").select_option("gp")
    here.page.get_by_role("button", name="Begin the intake").click()
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Caller and safety")


def test_intake_interrupted(browse: Browse, web: Web, jo: Account) -> None:
    here = browse()
    here.sign_in(jo, PASSWORD)
    begin(here)
    here.accept()
    for name in RISKS[:2]:
        choose(here, f"answers.mental_health.{name}", "false")
    for name in RISKS[2:]:
        choose(here, f"answers.physical.{name}", "false")
    here.page.get_by_role("button", name="Save and continue").click()
    field(here, "answers.demographics.sex_at_birth").check(force=True)
    here.page.get_by_role("button", name="Save and continue").click()
    here.page.get_by_role("link", name="Use pattern").click()
    field(here, "answers.substance_use.days_used_30").fill("30")
    here.page.locator("#saved").evaluate("one => { one.dataset.same = '' }")
    here.page.keyboard.press("Tab")
    saved(here)
    expect(here.page.locator("#state-use")).to_contain_text("to add")
    expect(here.page.locator("#saved[data-same]")).to_have_count(1)
    here.page.get_by_label("What belongs to no question").fill("Sister rings for her")
    trigger = field(here, "answers.substance_use.binge_trigger")
    trigger.focus()
    here.write("Payday, and being alone")
    with here.page.expect_response(re.compile("/steps/use$")):
        pass
    here.write(" at")
    here.page.close()

    again = browse()
    again.sign_in(jo.another(), PASSWORD)
    again.page.locator("#drafts a").first.click()
    expect(again.page.get_by_role("heading", level=1)).to_contain_text("Maya Linton")
    again.page.get_by_role("link", name="Use pattern").click()
    expect(field(again, "answers.substance_use.days_used_30")).to_have_value("30")
    expect(field(again, "answers.substance_use.binge_trigger")).to_have_value(
        re.compile("Payday, and being alone")
    )
    expect(field(again, NOTE)).to_have_value("Sister rings for her")
    again.accept()
    _hand_in_with_gaps(again)
    _hand_in(again)
    [row] = web.rows("SELECT id, case_id FROM intakes WHERE state = 'submitted'")
    case = web.rows("SELECT state FROM cases WHERE id = :c", c=row.case_id)
    assert case[0].state == "intake"


def test_the_first_page_interrupted(browse: Browse, web: Web, site: TestSite, jo: Account) -> None:
    """Nobody is on record yet, and still nothing but the last keys is lost with the browser."""
    here = browse(PHONE)
    here.sign_in(jo, PASSWORD)
    here.go("/intakes/new")
    field(here, "client.given_name").fill("Maya")
    field(here, "referral.source").select_option("gp")
    field(here, "referral.reason").focus()
    here.write("Bladder pain, and no sl")
    expect(here.page.locator("#saved")).to_have_text(re.compile("Kept .*, not sent yet"))
    here.accept()
    here.write("eep")
    here.page.close()

    again = browse(PHONE)
    again.sign_in(jo.another(), PASSWORD)
    again.go("/intakes/new")
    expect(again.page.locator(":focus")).to_contain_text("You typed this before")
    expect(field(again, "client.given_name")).to_have_value("Maya")
    expect(field(again, "referral.source")).to_have_value("gp")
    expect(field(again, "referral.reason")).to_have_value(re.compile("Bladder pain, and no sl"))
    again.accept()

    again.page.get_by_role("button", name="Throw it away").click()
    expect(field(again, "client.given_name")).to_have_value("")
    assert web.rows("SELECT 1 FROM clients WHERE site_id = :s", s=site.id) == []


def _hand_in_with_gaps(here: Browsing) -> None:
    """All that is missing is named at once, and each name leads to its field."""
    here.expected = {422}
    here.page.get_by_role("link", name="Check answers").click()
    here.page.get_by_role("button", name="Hand in the intake").click()
    summary = here.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(4)
    here.accept()
    summary.get_by_role("link", name=re.compile("“Dependent on alcohol”")).click()
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Use pattern")


def _hand_in(here: Browsing) -> None:
    for name in ("opioid", "alcohol", "sedative"):
        choose(here, f"answers.polysubstance.{name}_dependence", "false")
    # Followed at once, the link waits for the last answer to be saved.
    here.page.get_by_role("link", name="Consent", exact=True).click()
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Consent")
    field(here, NOTE).fill("Sister rings for her, on speaker")
    saved(here)
    choose(here, "consents.treatment", "given")
    here.accept()
    here.page.get_by_role("button", name="Record and continue").click()
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Check answers")
    expect(here.page.locator("#answers")).to_contain_text("Sister rings for her, on speaker")
    here.page.get_by_role("button", name="Hand in the intake").click()
    expect(here.page.get_by_role("status").first).to_have_text("The intake is handed in.")
    here.accept()


def test_the_intake_works_without_a_script(browse: Browse, web: Web, jo: Account) -> None:
    here = browse(java_script_enabled=False)
    here.sign_in(jo, PASSWORD)
    begin(here)
    choose(here, "answers.physical.fever", "=declined")

    here.page.get_by_role("button", name="Save and come back").click()

    expect(here.page.get_by_role("status").first).to_contain_text("The draft is kept.")
    here.page.get_by_role("link", name="Use pattern").click()
    here.page.get_by_text("Further substances: add one").click()
    field(here, "answers.substance_use.further_substances.0.substance").select_option("opioid")
    here.page.get_by_role("button", name="Save and add a row").click()
    expect(here.page.get_by_role("group", name="Further substances, 1")).to_be_visible()
    here.page.get_by_role("button", name="Caller hung up").click()
    here.page.get_by_label("Why it stopped").fill("The line broke")
    here.page.get_by_role("button", name="Keep the draft and ring again").click()
    expect(here.page.get_by_role("status").first).to_contain_text("asks you to ring again")
    [task] = web.rows("SELECT kind FROM tasks WHERE source = 'intake'")
    assert task.kind == "call_back"


@pytest.mark.parametrize("size", [PHONE, NARROWEST], ids=["phone", "narrowest"])
def test_the_steps_fit(browse: Browse, site: TestSite, size: ViewportSize) -> None:
    jo = site.person("intake_coordinator")
    made = jo.post("/intakes", orders.intake_order(answers=orders.NO_RISK)).get_json()
    here = browse(size)
    here.enter(jo)

    for page in ("", "/steps/use", "/steps/consent", "/check", "/contact", "/interrupt"):
        here.go(f"/intakes/{made['id']}{page}")
        here.accept()
    here.go("/intakes")
    expect(here.page.locator("#rows")).to_contain_text("Linton")
    here.accept()
