"""Who looks at the pages for the pictures, and what does the browser keep?"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.pictures.png import smaller


@dataclass(frozen=True, slots=True)
class Picture:
    """One file: who looks, at which page, and what is done there before."""

    name: str
    who: str
    size: ViewportSize
    path: Callable[[BrowserContext], str]
    prepare: Callable[[Page], None] | None = None


@dataclass
class Visitor:
    """Demo people at one browser; each signs in once, since a code works once."""

    browser: Browser
    address: str
    #: The file of `intake demo seed`
    staff: Path
    cookies: dict[str, Any] = field(default_factory=dict)

    def take(self, picture: Picture, folder: Path) -> int:
        """One picture; how many bytes it has."""
        context = self.browser.new_context(
            base_url=self.address, viewport=picture.size, locale="en-GB"
        )
        self._sign_in(context, f"{picture.who}@example.com")
        page = context.new_page()
        page.goto(picture.path(context))
        page.evaluate("document.fonts.ready")
        if picture.prepare is not None:
            picture.prepare(page)
        file = folder / f"{picture.name}.png"
        taken = page.screenshot(animations="disabled", caret="hide")
        context.close()
        return file.write_bytes(smaller(taken))

    def _sign_in(self, context: BrowserContext, email: str) -> None:
        known = self.cookies.get(email)
        if known is None:
            person = json.loads(self.staff.read_text(encoding="utf-8"))[email]
            asked(context, "/session", {"email": email, "password": person["password"]})
            code = pyotp.TOTP(person["totp_secret"]).now()
            asked(context, "/session/mfa", {"code": code})
            self.cookies[email] = context.storage_state()["cookies"]
        else:
            context.add_cookies(known)


def asked(context: BrowserContext, path: str, body: object = None) -> Any:
    """What the API answers. Raises RuntimeError for a refusal."""
    method = "GET" if body is None else "POST"
    answer = context.request.fetch(f"/api/v1{path}", method=method, data=body)
    if not answer.ok:
        raise RuntimeError(f"{path}: {answer.status} {answer.text()}")
    return answer.json()
