"""The contract that integrators read."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from tests.support.web import Web

METHODS = ("get", "put", "post", "patch", "delete")


@pytest.fixture
def document(web: Web) -> dict[str, Any]:
    """The document as served."""
    served = web.app.test_client().get("/openapi.json").get_json()
    assert isinstance(served, dict)
    return served


def _operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def test_it_is_openapi_3_1_and_its_schemas_are_sound(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    for schema in document["components"]["schemas"].values():
        assert jsonschema_rs.meta.is_valid(schema)


def test_every_operation_has_a_unique_id_a_summary_and_its_problems(
    document: dict[str, Any],
) -> None:
    operations = _operations(document)
    ids = [operation["operationId"] for _, operation in operations]

    assert len(ids) == len(set(ids))
    for name, operation in operations:
        assert operation.get("summary"), name
        assert {"400", "401", "503"} <= operation["responses"].keys(), name


def test_every_route_of_the_api_is_in_it(web: Web, document: dict[str, Any]) -> None:
    routes = {
        rule.rule.replace("<uuid:", "{").replace("<", "{").replace(">", "}")
        for rule in web.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
    }

    assert routes == document["paths"].keys()


def test_creates_ask_for_a_key_and_changes_for_a_version(document: dict[str, Any]) -> None:
    for name, operation in _operations(document):
        headers = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
        if name.startswith("patch") or "/actions/" in name or name.endswith("/submit"):
            assert "If-Match" in headers, name
        if name.startswith("post") and "201" in operation["responses"] and "session" not in name:
            assert "Idempotency-Key" in headers, name


def test_a_body_that_names_records_may_name_unknown_ones(document: dict[str, Any]) -> None:
    answers = {
        name: operation["responses"].keys()
        for name, operation in _operations(document)
        if name.startswith("post") and "{" not in name
    }

    may = {name for name, statuses in answers.items() if "404" in statuses}

    assert {"post /api/v1/intakes", "post /api/v1/appointments"} <= may
    assert not may & {"post /api/v1/clients/match", "post /api/v1/session"}


def test_dates_say_which_years_they_take(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/v1/appointments"]["get"]["parameters"]
    since = next(one["schema"] for one in parameters if one["name"] == "since")

    assert jsonschema_rs.is_valid(since, "2026-11-20")
    assert jsonschema_rs.is_valid(since, "1900-01-01")
    assert not jsonschema_rs.is_valid(since, "0358-01-01")
    assert not jsonschema_rs.is_valid(since, "2101-01-01")


def test_an_instrument_is_asked_for_by_its_code(document: dict[str, Any]) -> None:
    path = "/api/v1/cases/{case_id}/assessments"
    parameters = document["paths"][path]["get"]["parameters"]
    instrument = next(one["schema"] for one in parameters if one["name"] == "instrument")

    assert jsonschema_rs.is_valid(instrument, "audit_c")
    assert not jsonschema_rs.is_valid(instrument, "\x11\u00bd")


def test_an_operation_names_the_scope_that_opens_it_to_a_key(document: dict[str, Any]) -> None:
    session: dict[str, list[str]] = {"session": []}
    paths = document["paths"]

    assert document["components"]["securitySchemes"]["bearerAuth"]["scheme"] == "bearer"
    assert paths["/api/v1/cases"]["get"]["security"] == [session, {"bearerAuth": ["case:read"]}]
    assert paths["/api/v1/me"]["get"]["security"] == [session, {"bearerAuth": []}]
    assert paths["/api/v1/api-keys"]["post"]["security"] == [session]
    assert paths["/api/v1/session"]["post"]["security"] == []
