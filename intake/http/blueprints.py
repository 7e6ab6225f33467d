"""A blueprint whose arguments are read strictly and whose errors are pointers with a fix."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn, TypeVar, cast

import marshmallow as ma
from flask import Request
from flask_smorest import Blueprint as SmorestBlueprint
from webargs.flaskparser import FlaskParser

from intake.clinical import unknown_names
from intake.errors import MOST_FIELDS, BadRequest, FieldError, ValidationFailed
from intake.http.errors import Problem
from intake.http.front_door import IntakeRequest, strict_json

UNKNOWN = "Unknown field."
MISSING = "Missing data for required field."
F = TypeVar("F", bound=Callable[..., Any])


class StrictParser(FlaskParser):
    """Reads JSON strictly; refuses unknown query parameters by name."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - webargs declares it so
        "json": ma.RAISE,
        "query": ma.RAISE,
    }

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """The body as an object. Raises Problem or BadRequest."""
        if getattr(schema, "is_optional", False) and not req.content_length:
            return {}
        if req.mimetype != "application/json":
            raise Problem("unsupported-media-type", "Send Content-Type: application/json.")
        sent = req.whole_body() if isinstance(req, IntakeRequest) else req.get_data(cache=True)
        body = strict_json(sent)
        if not isinstance(body, dict):
            raise BadRequest("The body must be a JSON object: { … }.")
        return body

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,
        schema: ma.Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Say which field or parameter is wrong, and how to put it right."""
        del req, error_status_code, error_headers
        messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow's own
        if "query" in messages:
            raise BadRequest(" ".join(_parameters(messages["query"], schema)))
        found = pointers(messages.get("json", messages), schema)
        raise ValidationFailed(*itertools.islice(found, MOST_FIELDS))


class Blueprint(SmorestBlueprint):  # type: ignore[misc] # flask-smorest publishes no types
    """flask-smorest's blueprint with the strict parser."""

    ARGUMENTS_PARSER = StrictParser()

    def route(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Put a view at an address."""
        return cast("Callable[[F], F]", super().route(rule, **options))

    def arguments(self, schema: ma.Schema, **options: Any) -> Callable[[F], F]:
        """Load body or query with a schema and give the result as first argument."""
        return cast("Callable[[F], F]", super().arguments(schema, **options))

    def response(
        self, status_code: int, schema: ma.Schema | None = None, **options: Any
    ) -> Callable[[F], F]:
        """Dump what the view returns with a schema."""
        return cast("Callable[[F], F]", super().response(status_code, schema, **options))

    def alt_response(
        self, status_code: int, schema: ma.Schema | None = None, **options: Any
    ) -> Callable[[F], F]:
        """Document another answer that the view may give."""
        return cast("Callable[[F], F]", super().alt_response(status_code, schema=schema, **options))


def pointers(messages: Any, schema: ma.Schema | None, path: str = "") -> Iterator[FieldError]:
    """One FieldError for each of marshmallow's nested messages, in order."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            if key == ma.exceptions.SCHEMA:
                yield from pointers(inner, None, path)
                continue
            if inner == [UNKNOWN] and schema is not None:
                known = list(schema.load_fields)
                yield unknown_names.refused(
                    str(key),
                    path,
                    known=known,
                    words=words(),
                    otherwise=unknown_names.listed(known),
                )
                continue
            if inner == [MISSING] and (asked := _asked(schema, key)):
                yield FieldError(f"{path}/{key}", "required", asked)
                continue
            yield from pointers(inner, _nested(schema, key), f"{path}/{key}")
        return
    for message in messages if isinstance(messages, list) else [messages]:
        text = str(message)
        code = "required" if "required" in text.lower() else "invalid"
        yield FieldError(path or "/", code, text)


@functools.cache
def words() -> frozenset[str]:
    """The names of all fields that come in or go out, and what every record has."""
    waiting, found = [ma.Schema], {"site_id", "created_by"}
    while waiting:
        shape = waiting.pop()
        waiting.extend(shape.__subclasses__())
        found.update(getattr(shape, "_declared_fields", ()))
    return frozenset(found)


def _asked(schema: ma.Schema | None, key: Any) -> str:
    """What a field says of itself when it is missing: `ask` in its metadata."""
    field = schema.fields.get(key) if schema is not None and isinstance(key, str) else None
    return str(field.metadata.get("ask", "")) if field is not None else ""


def _nested(schema: ma.Schema | None, key: Any) -> ma.Schema | None:
    """The schema of a nested field; items of a list keep their list's schema."""
    if schema is None or not isinstance(key, str):
        return schema
    field = schema.fields.get(key)
    if isinstance(field, ma.fields.List):
        field = field.inner
    return field.schema if isinstance(field, ma.fields.Nested) else None


def _parameters(messages: dict[str, list[str]], schema: ma.Schema) -> Iterator[str]:
    """One sentence per wrong query parameter."""
    for name, inner in messages.items():
        if inner == [UNKNOWN]:
            said = f"The parameter {name}" if name in words() else "A parameter"
            yield f"{said} is unknown. {unknown_names.near(name, schema.load_fields)}"
        else:
            yield f"The parameter {name}: {' '.join(inner)}"
