"""Whatever is sent to a route that writes: no answer of 500 or more, and none in HTML."""

from __future__ import annotations

import io
import uuid
from collections import Counter
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.hostile import corpus
from tests.hostile.corpus import Case
from tests.hostile.routes import People, Route, as_json, furnished, plausible, writes
from tests.support.web import Caller, Web

SAMPLE = 20


def test_the_corpus_is_large_enough_and_its_names_are_different() -> None:
    names = [case.name for case in corpus.everything()]

    assert len(names) == len(set(names)) >= 200


@pytest.mark.timeout(600)  # it grows with every route that writes
def test_a_sample_of_the_corpus_breaks_no_route(web: Web) -> None:
    assert broken(web, lambda route: corpus.sample(str(route), SAMPLE)) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_whole_corpus_breaks_no_route(web: Web) -> None:
    assert broken(web, lambda _: corpus.everything()) == []


def broken(web: Web, cases_of: Any) -> list[str]:
    """What was answered wrongly: route, case and status."""
    site = web.site()
    ids, people, wrong = furnished(web, site), People(site), []
    statuses: Counter[int] = Counter()
    for route in writes(web.app):
        for case in cases_of(route):
            for body in bodies(route, case, ids):
                status, media = sent(people, route, case, body, ids)
                statuses[status] += 1
                if not is_ours(status, media):
                    wrong.append(f"{route} · {case.name}: {status} {media}")
    print(f"{sum(statuses.values())} requests: {dict(sorted(statuses.items()))}")  # noqa: T201 - a figure for the report
    return wrong


def bodies(route: Route, case: Case, ids: dict[str, str]) -> list[bytes]:
    """What a case means here: a value goes into every field at once, and into one alone."""
    good = plausible(route.schema, ids)
    if case.body is not None:
        return [case.body]
    if not case.is_value:
        return [as_json(good)]
    if not good:
        return [as_json({"field": case.value})]
    alone = sorted(good)[hash_of(route, case) % len(good)]
    return [as_json(dict.fromkeys(good, case.value)), as_json(good | {alone: case.value})]


def hash_of(route: Route, case: Case) -> int:
    return sum(f"{route}{case.name}".encode())


def sent(
    people: People, route: Route, case: Case, body: bytes, ids: dict[str, str]
) -> tuple[int, str]:
    """Send it as a server would, with everything else as it should be; status and media type."""
    caller = people.may(route)
    if route.endpoint == "session.close_session":  # would sign out everybody who comes after
        caller = people.site.person(route.role)
    headers: dict[str, str | None] = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "If-Match": '"1"',
        "Idempotency-Key": str(uuid.uuid4()),
        "Cookie": cookie_of(caller),
    }
    environ = EnvironBuilder(path=route.at(ids), method=route.method).get_environ()
    environ["wsgi.input"] = io.BytesIO(body)
    for name, value in (headers | case.headers).items():
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        environ.pop(key, None)
        if value is not None:
            environ[key] = value
    _, status, answered = run_wsgi_app(people.site.web.app, environ, buffered=True)
    return int(status.split()[0]), answered.get("Content-Type", "")


def cookie_of(caller: Caller) -> str:
    """The session as the browser of this person sends it."""
    cookie = caller.client.get_cookie("intake")
    return f"intake={cookie.value}" if cookie else ""


def is_ours(status: int, media: str) -> bool:
    """No server error, no HTML; a refusal is a problem document."""
    if status >= 400:
        return status < 500 and media == "application/problem+json"
    return status in (204, 304) or media == "application/json"
