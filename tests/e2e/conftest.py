"""How does a test use the console? A real browser, and the application on a database of its own.

`browse` is a browser page that fails the test for anything written to its console, any violation of
the Content-Security-Policy, any failed request of ours and any accessibility violation asked for.
Without Chromium these tests are skipped with the reason; CI installs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize

from intake.http.extensions import limiter
from tests.support.browsing import (
    CHROMIUM,
    DESK,
    NARROWEST,
    NO_CHROMIUM,
    PHONE,
    QUIET,
    listening,
)
from tests.support.people import Account, account
from tests.support.web import Caller, TestSite, Web

HERE = Path(__file__).parent
__all__ = ["DESK", "NARROWEST", "PHONE", "Browse", "Browsing"]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = (HERE / "vendor" / "axe.min.js").read_text(encoding="utf-8")
# Of what passes nothing is told: that takes longer than to check it.
RUN_AXE = (
    "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
)
VIOLATIONS = (
    "addEventListener('securitypolicyviolation',"
    " event => console.error('CSP', event.violatedDirective, event.blockedURI))"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here; skip it, with the reason, where there is no browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, which may not talk to anybody else."""
    return {"executable_path": CHROMIUM, "args": list(QUIET)}


@pytest.fixture(scope="module")
def address(web: Web) -> Iterator[str]:
    """Where the application answers."""
    with listening(web.app) as where:
        yield where


@dataclass
class Browsing:
    """One person's browser, at one window size."""

    page: Page
    address: str
    #: What went wrong without anybody having asked
    noise: list[str] = field(default_factory=list)
    #: Answers that the test provokes on purpose: statuses
    expected: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Listen."""
        self.page.set_default_timeout(10_000)
        self.page.add_init_script(VIOLATIONS)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.address + path)

    def press(self, *keys: str) -> None:
        """Use the keyboard."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type where the focus is."""
        self.page.keyboard.type(text)

    def tab_to(self, name: str | Locator, *, most: int = 60) -> None:
        """Move the focus by Tab to what has this accessible name."""
        wanted = self._named(name) if isinstance(name, str) else name
        # Looked up once: working out the name of everything takes longer than all the keys.
        found = wanted.first.element_handle()
        for _ in range(most):
            if found.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {name}")

    def sign_in(self, person: Account, password: str) -> None:
        """Both steps, by keyboard."""
        self.go("/sign-in")
        self.tab_to("E-mail address")
        self.write(person.email)
        self.tab_to("Password")
        self.write(password)
        self.press("Enter")
        self.page.wait_for_url("**/sign-in/code")
        self.tab_to("Six-digit code")
        self.write(person.code())
        self.press("Enter")
        self.page.wait_for_url(f"{self.address}/")

    def enter(self, person: Caller | Account) -> None:
        """Come with the session of somebody who signed in already."""
        cookie = person.client.get_cookie("intake")
        assert cookie is not None
        self.page.context.add_cookies(
            [{"name": "intake", "value": cookie.value, "url": self.address}]
        )

    def accept(self) -> None:
        """Fail for noise, for accessibility violations and for sideways scroll."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        result = self.page.evaluate(RUN_AXE, WCAG)
        found = [
            (one["id"], one["help"], [node["html"][:120] for node in one["nodes"]])
            for one in result["violations"]
        ]
        assert found == []
        assert self.overflow() == 0
        assert self.noise == []

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def _named(self, name: str) -> Locator:
        page = self.page
        return (
            page.get_by_label(name, exact=True)
            .or_(page.get_by_role("button", name=name, exact=True))
            .or_(page.get_by_role("link", name=name, exact=True))
        )

    def _heard(self, message: Any) -> None:
        if message.type not in ("error", "warning"):
            return
        if any(f"status of {status} " in message.text for status in self.expected):
            return
        self.noise.append(message.text)


Browse = Callable[..., Browsing]


@pytest.fixture
def browse(browser: Browser, web: Web, address: str) -> Iterator[Browse]:
    """A browser of one's own: `browse()`, or `browse(PHONE)`."""
    with web.app.app_context():
        limiter.reset()
    opened: list[Browsing] = []
    contexts = []

    def make(viewport: ViewportSize = DESK, **options: Any) -> Browsing:
        context = browser.new_context(viewport=viewport, locale="en-GB", **options)
        contexts.append(context)
        opened.append(Browsing(context.new_page(), address))
        return opened[-1]

    yield make
    for context in contexts:
        context.close()
    assert [one.noise for one in opened if one.noise] == []


@pytest.fixture
def sam(web: Web, site: TestSite) -> Account:
    """A counsellor with a password and a second factor."""
    return account(web, site)
