"""Signing in, each step of it, and out; choosing a site keeps nothing but a cookie."""

from __future__ import annotations

import pyotp

from tests.support.people import PASSWORD, Account, account
from tests.support.web import TestSite, Web
from tests.web.browser import Pages
from tests.web.pairs.pair import Answers, Pair


def new(web: Web, site: TestSite) -> Account:
    """Somebody who hasn't set up a second factor."""
    return account(web, site, second_factor=False)


def halfway(web: Web, site: TestSite) -> Account:
    """The password was given."""
    one = account(web, site)
    one.give_password()
    return one


def new_and_halfway(web: Web, site: TestSite) -> Account:
    """The same of somebody new."""
    one = new(web, site)
    one.give_password()
    return one


def with_recovery_codes(web: Web, site: TestSite) -> tuple[Account, str]:
    """Somebody who kept them, and lost the telephone."""
    one = new_and_halfway(web, site)
    one.secret = one.client.post("/api/v1/session/mfa/setup").get_json()["secret"]
    shown = one.show(code=pyotp.TOTP(one.secret).now()).get_json()
    one = one.another()
    one.give_password()
    return one, shown["recovery_codes"][0]


def signed_in(web: Web, site: TestSite) -> Account:
    """Both steps were done."""
    return account(web, site).sign_in()


def site_of(one: Account) -> str:
    """Where they work."""
    [row] = one.web.rows("SELECT site_id FROM memberships WHERE staff_id = :s", s=one.staff_id)
    return str(row.site_id)


def send(one: Account, path: str, sent_to: str = "", **fields: str) -> Answers:
    """A form of a page."""
    pages = Pages(one.client)
    pages.get(path)
    return [pages.send(sent_to or path, **fields)]


S, F = "console.session", "console.second_factor"
PAIRS = (
    Pair(
        f"{S}.check",
        "password",
        account,
        lambda one: send(one, "/sign-in", email=one.email, password=PASSWORD),
        lambda one: [one.give_password()],
    ),
    Pair(
        f"{F}.check",
        "code",
        halfway,
        lambda one: send(one, "/sign-in/code", code=one.code()),
        lambda one: [one.show(code=one.code())],
    ),
    Pair(
        f"{F}.check_recovery",
        "recovery code",
        with_recovery_codes,
        lambda known: send(known[0], "/sign-in/recovery", recovery_code=known[1]),
        lambda known: [known[0].show(recovery_code=known[1])],
    ),
    Pair(
        f"{F}.make_secret",
        "set up",
        new_and_halfway,
        lambda one: send(one, "/sign-in/set-up"),
        lambda one: [one.client.post("/api/v1/session/mfa/setup")],
    ),
    Pair(
        f"{S}.sign_out",
        "out",
        signed_in,
        lambda one: send(one, "/", "/sign-out"),
        lambda one: [one.client.delete("/api/v1/session")],
    ),
    Pair(
        "console.sites.choose",
        "keeps nothing",
        signed_in,
        lambda one: send(one, "/sites", site_id=site_of(one)),
        lambda _: [],
    ),
)
