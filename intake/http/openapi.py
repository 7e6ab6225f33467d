"""The contract as OpenAPI 3.1: what the schemas say, completed by what every route shares."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import marshmallow as ma
from flask import Flask

from intake.access import KEY_SCOPES, Permission
from intake.http.auth import LOCAL_COOKIE
from intake.http.errors import registry
from intake.http.extensions import rest

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/validation-failed"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "examples": ["validation-failed"]},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string", "examples": ["/referral/source"]},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
REFERENCE = {"$ref": "#/components/schemas/Problem"}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A fresh random key; repeat it when you retry.",
    "schema": {"type": "string", "pattern": "^[!-~]{16,128}$"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag you read.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$', "examples": ['"3"']},
}
SITE = {
    "name": "X-Site-Id",
    "in": "header",
    "required": False,
    "description": "At which of your sites you are working; needed when you have several.",
    "schema": {"type": "string", "format": "uuid"},
}
SCHEMES = {
    "session": {"type": "apiKey", "in": "cookie", "name": LOCAL_COOKIE},
    "bearerAuth": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "itk_live_… or itk_test_…",
        "description": "An API key with the scope that the operation names. Operations without "
        "this scheme are for people. Answers to a test key carry `Test-Key: nothing-kept`: "
        "whatever was written is undone.",
    },
}
# What needs the person's consent beside the role's permission.
LEAVING = (Permission.DISCLOSURE_RELEASE, Permission.DISCLOSURE_HAND_OVER)
EVERYWHERE = (
    "bad-request",
    "authentication-required",
    "not-acceptable",
    "rate-limited",
    "unavailable",
)
CONVERTER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
METHODS = ("get", "put", "post", "patch", "delete")


def document(app: Flask) -> dict[str, Any]:
    """The whole document: OpenAPI 3.1, with every problem each operation can answer."""
    described: dict[str, Any] = copy.deepcopy(rest.spec.to_dict())
    components = described.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components.pop("responses", None)
    components["securitySchemes"] = SCHEMES
    views = _views(app)
    for path, item in described["paths"].items():
        for method in METHODS:
            if method in item:
                _complete(item[method], method, path, views[path, method])
    return described


def permissions(app: Flask) -> dict[tuple[str, str], str]:
    """The permission of each address and method, in words."""
    return {
        place: f"`{view.permission.value}`" if getattr(view, "permission", None) else "none"
        for place, view in _views(app).items()
    }


def _views(app: Flask) -> dict[tuple[str, str], Any]:
    """The view behind each documented address and method."""
    found = {}
    for rule in app.url_map.iter_rules():
        path = CONVERTER.sub(r"{\1}", rule.rule)
        for method in rule.methods or ():
            found[path, method.lower()] = app.view_functions[rule.endpoint]
    return found


def _complete(operation: dict[str, Any], method: str, path: str, view: Any) -> None:
    """Identifier, headers, security and problems of one operation."""
    operation["operationId"] = view.__name__
    parameters = operation.setdefault("parameters", [])
    slugs = [*EVERYWHERE]
    if view.permission not in (None, Permission.SESSION_OWN):
        parameters.append(SITE)
        slugs.append("forbidden")
    operation["security"] = _security(view)
    if view.permission:
        slugs.append("mfa-required")
    slugs += ["consent-required"] * (view.permission in LEAVING)
    if "{" in path or any(_names_others(schema) for schema in _bodies(view)):
        slugs.append("not-found")
    if getattr(view, "creates", False):
        parameters.append(IDEMPOTENCY_KEY)
        slugs += ["idempotency-key-required", "conflict", "idempotency-key-reused"]
    elif method in ("put", "patch") or _is_action(path, method):
        parameters.append(IF_MATCH)
        slugs += ["precondition-required", "precondition-failed", "conflict"]
    if method != "get":
        slugs += ["csrf", "unsupported-media-type", "body-too-large", "validation-failed"]
    # The extension's own error shape is not ours.
    responses = {
        code: answer for code, answer in operation["responses"].items() if "$ref" not in answer
    }
    if method == "get" and path.endswith("}"):
        responses.setdefault("304", {"description": "You have this version already"})
    operation["responses"] = responses
    for slug in slugs:
        problem = registry()[slug]
        answer = responses.setdefault(
            str(problem["status"]),
            {
                "description": problem["title"],
                "content": {"application/problem+json": {"schema": REFERENCE}},
            },
        )
        if problem["title"] not in answer["description"]:
            answer["description"] += f"; {problem['title']}"


def _bodies(view: Any) -> Iterator[ma.Schema]:
    """The schemas a view's body is loaded with; the extension keeps them beside the view."""
    for given in getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", []):
        if given["in"] == "json":
            yield given["schema"]


def _names_others(schema: ma.Schema) -> bool:
    """Whether a body holds identifiers of records, which may be unknown."""
    return any(_holds_identifier(field) for field in schema.load_fields.values())


def _holds_identifier(field: ma.fields.Field[Any]) -> bool:
    if isinstance(field, ma.fields.List):
        return _holds_identifier(field.inner)
    if isinstance(field, ma.fields.Nested):
        return _names_others(field.schema)
    return isinstance(field, ma.fields.UUID)


def _security(view: Any) -> list[dict[str, list[str]]]:
    """A session, or a key with a scope; nothing for who hasn't signed in yet."""
    if view.permission is None:
        return []
    scopes = [view.permission.value] if view.permission in KEY_SCOPES else []
    takes_keys = bool(scopes) or getattr(view, "takes_keys", False)
    return [{"session": []}, *([{"bearerAuth": scopes}] if takes_keys else [])]


def _is_action(path: str, method: str) -> bool:
    """Whether it changes something that exists, by its version."""
    return method == "post" and ("/actions/" in path or path.endswith(("/submit", "/review")))
