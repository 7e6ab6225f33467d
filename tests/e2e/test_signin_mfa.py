"""Can a person sign in with the keyboard alone, and does nothing stay behind after signing out?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESK, NARROWEST, PHONE, Browse, Browsing
from tests.support.people import PASSWORD, Account, account
from tests.support.web import TestSite, Web

CODE_STEP = re.compile("/sign-in/code")
WRONG = "E-mail address and password don't match an active account."


def give_password(here: Browsing, email: str, password: str) -> None:
    here.page.get_by_label("E-mail address").fill(email)
    here.page.get_by_label("Password", exact=True).fill(password)
    here.press("Enter")


def test_signin_mfa(browse: Browse, sam: Account) -> None:
    here = browse()
    here.go("/sign-in")
    here.accept()

    here.sign_in(sam, PASSWORD)

    expect(here.page.get_by_role("heading", level=1)).to_have_text("Today")
    here.accept()
    here.tab_to(here.page.locator(".who > summary"))
    here.press("Enter")
    here.tab_to("Sign out")
    here.press("Enter")
    expect(here.page.get_by_role("status")).to_have_text("You are signed out.")
    here.page.go_back()
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize("size", [DESK, PHONE, NARROWEST], ids=["desk", "phone", "narrowest"])
def test_a_wrong_code_keeps_the_person_at_the_field(
    browse: Browse, sam: Account, size: dict[str, int]
) -> None:
    here = browse(size)
    here.expected = {401, 422}
    here.go("/sign-in?next=/styleguide")
    give_password(here, sam.email, PASSWORD)
    here.page.wait_for_url(CODE_STEP)

    here.page.get_by_label("Six-digit code").fill("12 34")
    here.press("Enter")

    summary = here.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(here.page).to_have_title(re.compile("^Error: "))
    here.accept()
    summary.get_by_role("link").click()
    expect(here.page.get_by_label("Six-digit code")).to_be_focused()
    code = sam.code()
    here.write(f"{code[:3]} {code[3:]}")
    here.press("Enter")
    here.page.wait_for_url(re.compile("/styleguide"))


def test_unknown_and_wrong_read_alike(browse: Browse, sam: Account) -> None:
    here = browse()
    here.expected = {401}
    said = []

    for email in (sam.email, "nobody@example.com"):
        here.go("/sign-in")
        give_password(here, email, "not the password at all")
        said.append(here.page.get_by_role("alert").inner_text())
        expect(here.page.get_by_label("E-mail address")).to_have_value(email)

    assert WRONG in said[0]
    assert said[0] == said[1]


def test_too_many_wrong_codes_say_how_long_to_wait(browse: Browse, web: Web, sam: Account) -> None:
    here = browse()
    here.expected = {401, 429}
    here.go("/sign-in")
    give_password(here, sam.email, PASSWORD)
    here.page.wait_for_url(CODE_STEP)
    here.page.get_by_label("Six-digit code").fill("000000")
    here.press("Enter")
    expect(here.page.get_by_role("alert")).to_contain_text("doesn't match")
    web.run("UPDATE sign_in_failures SET recent = 15, in_a_row = 15, failed_at = now()")

    here.page.get_by_label("Six-digit code").fill(sam.code())
    here.press("Enter")

    expect(here.page.get_by_role("alert")).to_contain_text(re.compile(r"Try again in \d+ seconds"))
    here.accept()


def test_the_first_time_sets_up_an_authenticator(browse: Browse, web: Web, site: TestSite) -> None:
    new = account(web, site, second_factor=False)
    here = browse(PHONE)
    here.go("/sign-in")
    give_password(here, new.email, PASSWORD)
    here.page.get_by_role("button", name="Show the picture").click()
    here.accept()
    new.secret = here.page.locator("#secret").inner_text().replace(" ", "")

    here.page.get_by_label("Six-digit code").fill(new.code())
    here.press("Enter")

    codes = here.page.locator(".codes code")
    expect(codes).to_have_count(10)
    here.accept()
    kept = codes.first.inner_text()
    here.page.get_by_role("link", name="I have kept them").click()
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Today")
    other = browse()
    other.go("/sign-in")
    give_password(other, new.email, PASSWORD)
    other.page.get_by_role("link", name="Use a recovery code").click()
    other.accept()
    other.page.get_by_label("Recovery code").fill(kept.upper())
    other.press("Enter")
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Today")


def test_everything_works_without_a_script(browse: Browse, sam: Account) -> None:
    here = browse(java_script_enabled=False)
    here.go("/sign-in")
    give_password(here, sam.email, PASSWORD)
    here.page.get_by_label("Six-digit code").fill(sam.code())
    here.press("Enter")

    expect(here.page.get_by_role("heading", level=1)).to_have_text("Today")
    here.page.locator("details.who > summary").click()
    here.page.get_by_role("button", name="Sign out").click()
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_page_can_be_hidden_and_shown(browse: Browse, sam: Account) -> None:
    here = browse()
    here.sign_in(sam, PASSWORD)

    here.press("h")

    expect(here.page.get_by_text("The page is hidden")).to_be_visible()
    expect(here.page.get_by_role("heading", level=1)).to_be_hidden()
    here.press("h")
    expect(here.page.get_by_role("heading", level=1)).to_be_visible()
    here.press("?")
    expect(here.page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
    here.accept()
    here.page.get_by_label("Use these shortcuts in this browser").uncheck()
    here.press("Escape", "h")
    expect(here.page.get_by_role("heading", level=1)).to_be_visible()


def test_the_end_of_the_session_is_announced_and_put_off(browse: Browse, sam: Account) -> None:
    here = browse()
    here.page.clock.install()
    here.sign_in(sam, PASSWORD)

    here.page.clock.run_for(13 * 60 * 1000 + 5000)

    banner = here.page.get_by_role("alert")
    expect(banner).to_contain_text("You will be signed out in")
    here.accept()
    banner.get_by_role("button", name="Stay signed in").click()
    expect(banner).to_be_hidden()
    here.page.clock.run_for(16 * 60 * 1000)
    here.page.wait_for_url("**/sign-in?done=signed_out")
