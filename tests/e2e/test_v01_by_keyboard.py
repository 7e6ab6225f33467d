"""Can a whole intake be entered with the keyboard alone, from the referral to the first visit?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from intake.cli import vignettes
from intake.web import intake_outline, record_forms
from tests.e2e.conftest import Browse, Browsing
from tests.support.people import PASSWORD, Account, account
from tests.support.web import TestSite, Web

MONDAY = dt.datetime(2027, 1, 11, 10, tzinfo=dt.UTC)
AT_TEN = dt.datetime(2027, 1, 18, 10)  # noqa: DTZ001 - wall time at the site
FAR = 260
#: Stops of Tab from the focus up to one before an element; a group of radio buttons is one stop.
STOPS_BETWEEN = """one => {
  const all = [...document.querySelectorAll('a[href],button,input,select,textarea,summary')]
    .filter(each => each.checkVisibility() && !each.disabled && each.type !== 'hidden');
  const first = each => all.find(other => other.type === 'radio' && other.name === each.name);
  const stops = all.filter(each => each.type !== 'radio' || each === (
    document.querySelector(`input[name="${each.name}"]:checked`) || first(each)));
  return Math.max(0, stops.indexOf(one) - stops.indexOf(document.activeElement) - 1);
}"""
#: Lists come in rows; one row of the goals is typed here.
TYPED = ("demographics", "substance_use", "polysubstance", "physical", "mental_health", "social")


@pytest.fixture
def jo(web: Web, site: TestSite) -> Account:
    """An intake coordinator with a password and a second factor."""
    web.set_clinic_time(MONDAY)
    return account(web, site, role="intake_coordinator")


@pytest.fixture
def sam(web: Web, site: TestSite, jo: Account) -> Account:
    """The counsellor whom the first visit is with."""
    del jo
    return account(web, site)


def named(here: Browsing, name: str) -> Locator:
    return here.page.locator(f"[name='{name}']").first


def reach(here: Browsing, one: Locator) -> None:
    """Tab to it. How often is worked out first, since asking after each key takes long."""
    here.press(*["Tab"] * one.evaluate(STOPS_BETWEEN))
    here.tab_to(one, most=FAR)


def put(here: Browsing, name: str, value: str) -> None:
    """Answer one field: a button, one of a list, or something typed."""
    one = named(here, name)
    kind = one.evaluate("one => one.type")
    reach(here, one)
    if kind == "radio":
        values = here.page.locator(f"[name='{name}']").evaluate_all("all => all.map(a => a.value)")
        here.press("Space", *["ArrowDown"] * values.index(value))
    elif kind == "select-one":
        here.write(one.locator(f"option[value='{value}']").inner_text())
    elif kind == "checkbox":
        here.press("Space")
    else:
        here.press("Control+a")
        here.write(value)


def put_day(here: Browsing, name: str, day: str) -> None:
    for part, value in zip(("day", "month", "year"), reversed(day.split("-")), strict=True):
        put(here, f"{name}-{part}", value)


def step(here: Browsing, slug: str, answers: dict[str, Any]) -> None:
    """Everything that the worked example says in one step; then on with Ctrl+Enter."""
    for place in intake_outline.places(slug):
        if place.section not in TYPED and place.section not in ("referral", "pregnancy"):
            continue
        for name, text in record_forms.shown([place], answers).items():
            if place.field.kind == "day" and not name.endswith(".status"):
                put_day(here, name, text)
            else:
                put(here, name, text)
    here.press("Control+Enter")


def heading(here: Browsing, text: str) -> None:
    expect(here.page.get_by_role("heading", level=1)).to_have_text(text)


def begin(here: Browsing, vignette: Mapping[str, Any]) -> None:
    """The referral and the person."""
    client = vignettes.client_body(vignette, "+447700900123")
    heading(here, "Today")
    here.press("g", "i")
    heading(here, "Intakes")
    here.tab_to("New intake")
    here.press("Enter")
    heading(here, "New intake")
    put(here, "client.given_name", client["given_name"])
    put(here, "client.family_name", client["family_name"])
    put_day(here, "client.date_of_birth", client["date_of_birth"])
    put(here, "client.contacts.0.value", client["contacts"][0]["value"])
    put(here, "client.contacts.0.channel", "sms")
    put(here, "client.contacts.0.is_safe", "true")
    put(here, "referral.source", "gp")
    put_day(here, "referral.referral_date", "2027-01-05")
    here.press("Control+Enter")
    heading(here, "Caller and safety")


def book(here: Browsing, sam: Account) -> None:
    """The first appointment, on the page that hands in."""
    put(here, "first_appointment.staff_id", str(sam.staff_id))
    when = named(here, "first_appointment.local_start")
    reach(here, when)
    # Chromium asks for the parts in the order of its own language: month first without a package.
    for day, clock in (("01182027", "1000AM"), ("18012027", "1000")):
        here.write(day)
        here.press("Tab")
        here.write(clock)
        if when.input_value() == "2027-01-18T10:00":
            break
        here.press(*["Shift+Tab"] * 3)
    expect(when).to_have_value("2027-01-18T10:00")
    put(here, "first_appointment.mode", "in_person")
    here.press("Control+Enter")


def test_v01_by_keyboard(
    browse: Browse, web: Web, site: TestSite, jo: Account, sam: Account
) -> None:
    lead = site.person("clinical_lead")
    vignette = vignettes.examples()["V01"]
    answers = vignettes.answers_body(vignette)
    here = browse()
    here.sign_in(jo, PASSWORD)
    begin(here, vignette)
    for slug, title in (
        ("safety", "Person"),
        ("person", "Contact and safe contact"),
        ("contact", "Referral"),
        ("referral", "Use pattern"),
        ("use", "Withdrawal and physical"),
        ("physical", "Mental health"),
        ("mental", "Social and support"),
        ("social", "Consent"),
    ):
        step(here, slug, answers)
        heading(here, title)
    put(here, "consents.treatment", "given")
    put(here, "consents.reminders", "given")
    here.press("Control+Enter")
    heading(here, "Check answers")
    book(here, sam)

    said = "The intake is handed in, and the first appointment is booked."
    expect(here.page.get_by_role("status").first).to_have_text(said)
    here.accept()
    [row] = web.rows("SELECT id FROM intakes WHERE state = 'submitted'")
    told = lead.get(f"/intakes/{row.id}").get_json()["answers"]
    for section in TYPED:
        asked = {name: one for name, one in answers[section].items() if name != "age_at_intake"}
        assert told[section] == asked, section
    [visit] = web.rows("SELECT staff_id, local_start FROM appointments")
    assert (visit.staff_id, visit.local_start) == (sam.staff_id, AT_TEN)
