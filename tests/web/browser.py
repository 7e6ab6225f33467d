"""How does a test use a page without a browser? It reads the form it is shown and sends it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.http import forms
from tests.support.web import Caller

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Fields(HTMLParser):
    """The hidden fields of every form of a page, by name; the last one of a name wins."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a hidden field."""
        known = dict(attrs)
        if tag == "input" and known.get("type") == "hidden":
            self.hidden[str(known["name"])] = known.get("value") or ""


@dataclass
class Pages:
    """Somebody's pages: what was shown last, and forms sent from it."""

    client: FlaskClient
    hidden: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        return self._shown(self.client.get(path, headers=HTML | headers))

    def send(self, path: str, **fields: str) -> TestResponse:
        """Send a form as it was shown, with these fields filled in; `_token=""` leaves it out."""
        return self._shown(self.client.post(path, data=self._filled(fields), headers=HTML))

    def save(self, path: str, **fields: str) -> TestResponse:
        """Send a form as it sends itself; what the answer puts into the page is taken over."""
        headers = HTML | {"HX-Request": "true"}
        return self._shown(self.client.post(path, data=self._filled(fields), headers=headers))

    def _filled(self, fields: dict[str, str]) -> dict[str, str]:
        return self.hidden | {name.replace("__", "."): value for name, value in fields.items()}

    def _shown(self, response: TestResponse) -> TestResponse:
        if response.content_type.startswith("text/html"):
            self.hidden |= Fields(response.get_data(as_text=True)).hidden
        return response


def pages_of(caller: Caller) -> Pages:
    """The pages of somebody signed in."""
    return Pages(caller.client)


def without_token(pages: Pages) -> Pages:
    """The same pages, whose forms have lost their token."""
    return Pages(pages.client, {k: v for k, v in pages.hidden.items() if k != forms.TOKEN})
