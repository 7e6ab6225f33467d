"""Does what an attacker tries first do anything? Attacks that no other file makes.

`docs/security.md` and `docs/asvs.csv` name them; most attacks stand beside what they attack.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from typing import Any

import pytest
from werkzeug.test import TestResponse

from intake.services import sessions
from tests.hostile.routes import everything, furnished, writes
from tests.makers import orders
from tests.support.web import TestSite, Web, expect_problem

#: Each means something to one of the interpreters behind us, and nothing to us.
CODE = (
    "' OR '1'='1' --",
    "Robert'); DROP TABLE clients; --",
    "x' UNION SELECT password_hash FROM staff --",
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "%s %(x)s {0.__class__}",
    "$(id) `id` ; id",
    "=HYPERLINK('http://example.invalid')",
)
#: What an address may ask by: identifiers, states, places in a list. Nothing about a person.
ASKED_BY = {
    *("case_id", "appointment_id", "staff_id", "owner_id", "key_worker_id"),
    *("state", "status", "instrument", "substance", "since", "reason", "unresolved"),
    *("kind", "scope", "types", "setting", "alert", "overdue", "dna_risk", "worker_id"),
    *("due_before", "cursor", "limit"),
}
#: By what somebody shows who they are.
PROOFS = {"email", "password", "current_password", "code", "recovery_code", "token"}
#: A page that isn't ours.
ELSEWHERE = "https://attacker.example"


@pytest.mark.parametrize("code", CODE)
def test_code_in_a_name_is_a_name(web: Web, site: TestSite, code: str) -> None:
    person = site.person("intake_coordinator")
    order = orders.client_order(given_name=code, pronouns=code[:40])
    made = person.post("/clients", order)
    assert made.status_code == 201, made.json

    answer = person.get(f"/clients/{made.get_json()['id']}")

    assert answer.get_json()["given_name"] == code
    assert (answer.content_type, answer.headers["X-Content-Type-Options"]) == (
        "application/json",
        "nosniff",
    )
    found = person.post("/clients/match", {k: v for k, v in order.items() if k != "pronouns"})
    assert len(found.get_json()["candidates"]) == 1
    assert web.rows("SELECT 1 FROM clients WHERE site_id = :s", s=site.id)


@pytest.mark.parametrize("code", CODE)
def test_code_in_an_address_asks_for_nothing_more(site: TestSite, code: str) -> None:
    person = site.person("clinical_lead")
    for path in ("/cases", "/alerts", "/tasks", "/appointments", "/reminders", "/intakes"):
        for name in ("state", "case_id", "cursor", "limit", "sort"):
            answer = person.client.get(f"/api/v1{path}", query_string={name: code})

            body = expect_problem(answer, 400, "bad-request")
            assert code not in json.dumps(body)


def test_reading_changes_nothing(web: Web, site: TestSite) -> None:
    """Whatever a link or a picture of another page could make a browser fetch."""
    ids, lead = furnished(web, site), site.person("clinical_lead")
    reads = [route for route in everything(web.app) if route.method == "GET"]
    before = _contents(web)

    for route in reads:
        lead.client.get(route.at(ids))
        lead.client.head(route.at(ids))

    assert len(reads) > 25
    assert _contents(web) == before


def test_no_other_page_may_read_an_answer(web: Web, site: TestSite) -> None:
    person = site.person("intake_coordinator")
    headers = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST"}

    answers = [
        person.client.get("/api/v1/clients", headers=headers),
        person.client.options("/api/v1/clients", headers=headers),
        web.app.test_client().get("/openapi.json", headers=headers),
    ]

    for answer in answers:
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    "headers", [{"Origin": ELSEWHERE}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_no_other_page_may_write(web: Web, site: TestSite, headers: dict[str, str]) -> None:
    person = site.person("clinical_lead")
    writes = [route for route in everything(web.app) if route.method != "GET"]

    for route in writes:
        answer = person.client.open(route.at({}), method=route.method, json={}, headers=headers)
        expect_problem(answer, 403, "csrf")
    for content_type in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded"):
        answer = person.client.post("/api/v1/clients", data=b"{}", content_type=content_type)
        expect_problem(answer, 415, "unsupported-media-type")


def test_no_address_asks_for_what_tells_of_a_person(web: Web) -> None:
    contract: dict[str, Any] = web.app.test_client().get("/openapi.json").get_json()
    asked = {
        one["name"]
        for item in contract["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
        for one in operation.get("parameters", [])
        if one.get("in") == "query"
    }

    assert asked
    assert asked <= ASKED_BY


def test_a_token_counts_in_the_cookie_alone(web: Web, site: TestSite) -> None:
    cookie = site.person("clinical_lead").client.get_cookie("intake")
    assert cookie is not None
    stranger = web.app.test_client()

    for answer in (
        stranger.get("/api/v1/cases", query_string={"intake": cookie.value}),
        stranger.get("/api/v1/cases", headers={"Authorization": f"Bearer {cookie.value}"}),
        stranger.get("/api/v1/cases", headers={"X-Session": cookie.value}),
    ):
        expect_problem(answer, 401, "authentication-required")


def test_every_answer_says_how_a_browser_has_to_take_it(web: Web, site: TestSite) -> None:
    person = site.person("intake_coordinator")
    answers: list[TestResponse] = [
        person.get("/clients"),
        person.get(f"/clients/{uuid.uuid4()}"),
        person.client.get("/nowhere"),
        web.app.test_client().get("/healthz"),
    ]

    for answer in answers:
        assert re.match(r"application/(problem\+)?json$", answer.content_type)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        policy = answer.headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "sandbox"):
            assert part in policy
        assert "Server" not in answer.headers
        assert "Strict-Transport-Security" not in answer.headers


def test_in_production_the_browser_keeps_to_tls_and_to_this_host(
    web: Web, site: TestSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(web.app.config, "PRODUCTION", "yes")
    browser = web.app.test_client()

    answer = browser.get("/healthz")
    browser.set_cookie("__Host-intake", _token(site))
    out = browser.delete("/api/v1/session")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert out.status_code == 204
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert out.headers["Set-Cookie"].startswith("__Host-intake=;")
    for attribute in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert attribute in out.headers["Set-Cookie"]


def test_a_token_is_random_and_long() -> None:
    made = [sessions.new_token() for _ in range(1000)]

    assert {len(base64.urlsafe_b64decode(f"{token}=")) for token, _ in made} == {32}
    assert len({token for token, _ in made}) == len({stored for _, stored in made}) == 1000


def test_nobody_is_asked_for_a_hint(web: Web) -> None:
    asked = {
        str(route): set(route.schema.load_fields)
        for route in writes(web.app)
        if route.schema is not None and route.endpoint.partition(".")[0] in ("session", "account")
    }

    assert len(asked) >= 4
    assert set().union(*asked.values()) <= PROOFS


def _token(site: TestSite) -> str:
    cookie = site.person("counsellor").client.get_cookie("intake")
    assert cookie is not None
    return cookie.value


def _contents(web: Web) -> dict[str, tuple[Any, ...]]:
    """Each table's rows, as one hash; but for the trail, and when a session was last seen."""
    tables = web.rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'"
        "::regnamespace AND relname NOT IN ('audit_events', 'staff_sessions') ORDER BY relname"
    )
    return {
        name: tuple(
            web.rows(
                f"SELECT count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"  # noqa: S608 - names of our own tables
                f' FROM "{name}" t'
            )[0]
        )
        for (name,) in tables
    }
