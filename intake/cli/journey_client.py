"""How does the journey talk to the API? With the standard library over HTTP, as one person."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlsplit

import click

from intake import clock

Body = dict[str, Any]

PREFIX = "/api/v1"
SECONDS = 30.0
JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers with names in lower case, and the parsed body."""

    status: int
    headers: Mapping[str, str]
    body: Any


def call(
    url: str, method: str, path: str, *, body: object = None, headers: Mapping[str, str]
) -> Answer:
    """One request on a connection of its own. Raises NoAnswer."""
    parts = urlsplit(url)
    sent = {"Accept": JSON_TYPE, **headers}
    text = None
    if body is not None:
        text, sent["Content-Type"] = json.dumps(body), JSON_TYPE
    connection = http.client.HTTPConnection(
        parts.hostname or "127.0.0.1", parts.port, timeout=SECONDS
    )
    try:
        connection.request(method, path, body=text, headers=sent)
        response = connection.getresponse()
        raw = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(method, path, error) from error
    finally:
        connection.close()
    given = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, given, json.loads(raw) if raw else None)


def sign_in(url: str, email: str, password: str, code: str) -> Caller:
    """A caller with a session of that person, second factor shown. Raises UnexpectedAnswer."""
    first = _step(url, "/session", {"email": email, "password": password}, cookie="")
    return Caller(url, _step(url, "/session/mfa", {"code": code}, cookie=first))


def _step(url: str, path: str, body: Body, *, cookie: str) -> str:
    """The cookie after one step of signing in. Raises UnexpectedAnswer."""
    answer = call(url, "POST", PREFIX + path, body=body, headers={"Cookie": cookie})
    if answer.status != http.client.CREATED:
        raise UnexpectedAnswer("POST", path, answer)
    given = SimpleCookie(answer.headers.get("set-cookie", ""))
    return "; ".join(f"{name}={morsel.value}" for name, morsel in given.items())


def accepted_by_gateway(settings: Mapping[str, str]) -> list[Body]:
    """Every message the local gateway holds, in the order of arrival. Raises UnexpectedAnswer."""
    token = {"Authorization": f"Bearer {settings['SMS_GATEWAY_TOKEN']}"}
    answer = call(settings["SMS_GATEWAY_URL"], "GET", "/messages", headers=token)
    if answer.status != http.client.OK:
        raise UnexpectedAnswer("GET", "/messages of the gateway", answer)
    return list(answer.body)


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person. Every method raises UnexpectedAnswer for anything but success."""

    url: str
    cookie: str

    def get(self, path: str) -> Body:
        """Read one thing."""
        return self._call("GET", path)

    def every(self, path: str, **query: str) -> list[Body]:
        """Read a whole list, page by page."""
        found: list[Body] = []
        while True:
            asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
            page = self.get(f"{path}?{asked}" if asked else path)
            found.extend(page["data"])
            cursor = page.get("page", {}).get("next_cursor")
            if cursor is None:
                return found
            query["cursor"] = cursor

    def create(self, path: str, body: object = None) -> Body:
        """Create something, once for this call."""
        return self._call("POST", path, body, {"Idempotency-Key": str(clock.uuid7())})

    def change(self, path: str, body: object, *, version: int) -> Body:
        """Change part of what was read at `version`."""
        return self._call("PATCH", path, body, {"If-Match": f'"{version}"'})

    def act(self, path: str, body: object = None, *, version: int) -> Body:
        """Do something with what was read at `version`."""
        return self._call("POST", path, body, {"If-Match": f'"{version}"'})

    def _call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Body:
        sent = {"Cookie": self.cookie, **(headers or {})}
        answer = call(self.url, method, PREFIX + path, body=body, headers=sent)
        if answer.status not in (http.client.OK, http.client.CREATED):
            raise UnexpectedAnswer(method, path, answer)
        found: Body = answer.body
        return found


class UnexpectedAnswer(click.ClickException):
    """A step of the journey was refused or failed; the text is what the problem document says."""

    def __init__(self, method: str, path: str, answer: Answer) -> None:
        problem = answer.body if isinstance(answer.body, dict) else {}
        lines = [
            f"{method} {path} answered {answer.status} {problem.get('code', '')}".rstrip() + ".",
            *([str(problem["detail"])] if "detail" in problem else []),
            *(f"{one['pointer']}: {one['message']}" for one in problem.get("errors", [])),
        ]
        super().__init__("\n".join(lines))


class NoAnswer(click.ClickException):
    """The API or the gateway could not be reached, or broke off."""

    def __init__(self, method: str, path: str, error: Exception) -> None:
        super().__init__(
            f"{method} {path} got no answer ({type(error).__name__}).\n"
            "The logs are below .local/demo/log, or the folder given with --root."
        )
