"""What every request passes: JSON, headers, unknown routes, problem documents, permissions."""

from __future__ import annotations

import json
import uuid

import pytest

from intake.access import Permission
from intake.http.front_door import strict_json
from tests.makers import orders
from tests.support.web import TestSite, Web, expect_problem, pointers

PUBLIC = {"session.open_session", "account.accept_invite", "console.session.check"}
WITHOUT_SESSION = {
    "health.healthz",
    "health.readyz",
    "health.problem_page",
    "health.openapi_json",
    "docs.docs_page",
    "docs.docs_file",
    "console.session.sign_in",
    "assets.serve_asset",
}


def test_every_route_names_its_permission(web: Web) -> None:
    views = web.app.view_functions
    undeclared = {
        endpoint
        for endpoint, view in views.items()
        if not isinstance(getattr(view, "permission", None), Permission)
    }

    assert undeclared == PUBLIC | WITHOUT_SESSION


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (b"{", "malformed-json", 400),
        (b'{"a": 1, "a": 2}', "malformed-json", 400),
        (b"[" * 100_000, "malformed-json", 400),
        (b'{"a":' * 5_000, "malformed-json", 400),
        (json.dumps({"a": "x" * 10}).encode("utf-16"), "malformed-json", 400),
        (b"\xef\xbb\xbf{}", "malformed-json", 400),
        (b'{"a": NaN}', "malformed-json", 400),
        (b"[]", "bad-request", 400),
        (b"x" * 300_000, "body-too-large", 413),
    ],
)
def test_a_body_that_is_no_plain_json_is_refused(
    site: TestSite, body: bytes, code: str, status: int
) -> None:
    person = site.person("intake_coordinator")

    answer = person.client.post(
        "/api/v1/intakes",
        data=body,
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )

    expect_problem(answer, status, code)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_another_content_type_is_refused(site: TestSite, content_type: str) -> None:
    person = site.person("intake_coordinator")

    answer = person.client.post("/api/v1/intakes", data=b"{}", content_type=content_type)

    expect_problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize("field", ["given_name", "family_name"])
@pytest.mark.parametrize(
    "text", ["   ", "\u202eevil", "a\x00b", "\u200b\u200b", "\ud800", "", "x" * 101]
)
def test_a_name_of_nothing_or_with_hidden_letters_is_refused(
    site: TestSite, field: str, text: str
) -> None:
    person = site.person("intake_coordinator")
    order = orders.client_order(**{field: text})

    body = expect_problem(person.post("/clients", order), 422, "validation-failed")

    assert pointers(body) == {f"/{field}"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"date_of_birth": "20240105"}, "/date_of_birth"),
        ({"date_of_birth": "2024-W01-5"}, "/date_of_birth"),
        ({"date_of_birth": "2200-01-01"}, "/date_of_birth"),
        ({"date_of_birth": "1899-01-01"}, "/date_of_birth"),
        ({"date_of_birth": None}, "/date_of_birth"),
        ({"version": 7}, "/version"),
        ({"site_id": str(uuid.uuid4())}, "/site_id"),
        ({"contacts": [orders.contact_order(value="12345")]}, "/contacts/0/value"),
        ({"contacts": [orders.contact_order(is_safe="on")]}, "/contacts/0/is_safe"),
        ({"contacts": [orders.contact_order(time_zone="../../etc")]}, "/contacts/0/time_zone"),
        ({"contacts": [orders.contact_order(quiet_from="9pm")]}, "/contacts/0/quiet_from"),
        ({"consents": [orders.consent_order(status="maybe")]}, "/consents/0/status"),
    ],
)
def test_a_wrong_field_is_named(site: TestSite, change: dict[str, object], pointer: str) -> None:
    person = site.person("intake_coordinator")

    body = expect_problem(
        person.post("/clients", orders.client_order(**change)), 422, "validation-failed"
    )

    assert pointers(body) == {pointer}


def test_a_misspelt_field_is_answered_with_the_near_one(site: TestSite) -> None:
    person = site.person("intake_coordinator")
    order = orders.client_order(prefered_name="Mo")

    body = expect_problem(person.post("/clients", order), 422, "validation-failed")

    assert "preferred_name" in body["errors"][0]["message"]


def test_of_many_wrong_fields_a_hundred_are_named(site: TestSite) -> None:
    person, many = site.person("intake_coordinator"), {f"k{n}": 0 for n in range(9_000)}

    named = person.post("/clients", many)
    nested = person.post("/intakes", orders.intake_order(answers=many))

    for answer in (named, nested):
        assert len(expect_problem(answer, 422, "validation-failed")["errors"]) == 100
        assert len(answer.data) < 32_000


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "lmit=3", "cursor=%00"])
def test_a_wrong_parameter_is_named(site: TestSite, query: str) -> None:
    person = site.person("intake_coordinator")

    body = expect_problem(person.get(f"/clients?{query}"), 400, "bad-request")

    assert ("cursor" if "cursor" in query else "limit") in body["detail"]


def test_unknown_addresses_and_methods_are_problems_too(site: TestSite) -> None:
    person = site.person("intake_coordinator")

    expect_problem(person.client.get("/api/v1/nothing"), 404, "not-found")
    refused = person.client.delete("/api/v1/clients")
    expect_problem(refused, 405, "method-not-allowed")
    assert "GET" in refused.headers["Allow"]


def test_a_key_is_needed_to_create(site: TestSite) -> None:
    person = site.person("intake_coordinator")

    for key in (None, "short", "with space in the middle", "é" * 20):
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = person.client.post("/api/v1/clients", json=orders.client_order(), headers=headers)
        expect_problem(answer, 400, "idempotency-key-required")


def test_answers_are_never_kept_by_a_browser(site: TestSite) -> None:
    answer = site.person("intake_coordinator").get("/clients")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_somebody_who_has_not_signed_in_has_little_to_say(site: TestSite) -> None:
    stranger = site.web.app.test_client()
    body = json.dumps({"email": "sam@example.com", "password": "x" * 40_000})

    answer = stranger.post("/api/v1/session", data=body, content_type="application/json")

    assert "32 KB" in expect_problem(answer, 413, "body-too-large")["detail"]


@pytest.mark.parametrize(
    "accept", ["application/json", "application/*", "*/*", "text/html, */*;q=0.1", "", None]
)
def test_json_is_served_to_whoever_takes_it(site: TestSite, accept: str | None) -> None:
    person = site.person("intake_coordinator")
    headers = {} if accept is None else {"Accept": accept}

    answer = person.client.get("/api/v1/cases", headers=headers)

    assert (answer.status_code, answer.content_type) == (200, "application/json")


@pytest.mark.parametrize("accept", ["text/html", "image/*", "*/*;q=0", "application/json;q=0"])
def test_somebody_who_takes_no_json_is_told_so(site: TestSite, accept: str) -> None:
    person = site.person("intake_coordinator")

    answer = person.client.get("/api/v1/cases", headers={"Accept": accept})

    expect_problem(answer, 406, "not-acceptable")


@pytest.mark.parametrize("query", ["cursor=%00", "state=%1b[0m", "%00=1"])
def test_a_parameter_with_hidden_characters_is_refused(site: TestSite, query: str) -> None:
    person = site.person("intake_coordinator")

    body = expect_problem(person.client.get(f"/api/v1/cases?{query}"), 400, "bad-request")

    assert "control characters" in body["detail"]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"given_name": "a\x00b"}, "/given_name"),
        ({"contacts": [{"value": "\ud800"}]}, "/contacts/0/value"),
        ({"nothing": {"known": ["fine", "\x00"]}}, "/nothing/known/1"),
        ({"nothing": {"known": {"\ud800": 1}}}, "/nothing/known"),
        ({"\x00": 1}, "/"),
    ],
)
def test_what_can_not_be_stored_is_named_wherever_it_stands(
    site: TestSite, given: dict[str, object], pointer: str
) -> None:
    person = site.person("intake_coordinator")

    body = expect_problem(person.post("/clients", given), 422, "validation-failed")

    assert [(one["pointer"], one["code"]) for one in body["errors"]] == [(pointer, "bad_character")]


@pytest.mark.parametrize("number", [b"9" * 19, b"-" + b"9" * 5000, b"1e999", b"-1e999"])
def test_a_number_that_can_not_be_kept_is_named_wherever_it_stands(
    site: TestSite, number: bytes
) -> None:
    person = site.person("intake_coordinator")

    answer = person.client.post(
        "/api/v1/clients",
        data=b'{"nothing": [0, %s]}' % number,
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )

    body = expect_problem(answer, 422, "validation-failed")
    assert [(one["pointer"], one["code"]) for one in body["errors"]] == [
        ("/nothing/1", "number_too_large")
    ]


def test_numbers_of_eighteen_digits_are_read_as_they_stand() -> None:
    assert strict_json(b'{"a": [-999999999999999999, 1e308]}') == {"a": [-(10**18) + 1, 1e308]}


def test_a_version_that_is_known_already_is_not_sent_again(site: TestSite) -> None:
    person = site.person("intake_coordinator")
    path = person.post("/clients", orders.client_order()).headers["Location"]
    first = person.client.get(path)

    again = person.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    other = person.client.get(path, headers={"If-None-Match": '"9"'})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (other.status_code, other.json) == (200, first.json)
    reads = site.web.rows(
        "SELECT 1 FROM audit_events WHERE request_id = :r", r=again.headers["X-Request-Id"]
    )
    assert len(reads) == 1


def test_what_changes_without_its_version_is_always_sent(site: TestSite) -> None:
    person = site.person("intake_coordinator")
    made = person.post("/intakes", orders.intake_order())

    answer = person.client.get(made.headers["Location"], headers={"If-None-Match": '"1"'})

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
