"""What the server decides can't be sent: every such field is refused by its name."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import marshmallow as ma
import pytest

from intake.errors import MOST_FIELDS
from intake.schemas import fields as ours
from intake.schemas.shapes import In, Out
from tests.hostile.routes import People, Route, plausible, schemas, writes
from tests.support.web import Web, expect_problem, pointers

#: What a body of one kind may say and another shows: not decided by the server there.
VALUES = {"version": 7, "site_id": str(uuid.uuid4()), "created_by": str(uuid.uuid4())}
#: Which of ours stands for a kind of marshmallow's.
STRICT: dict[type[ma.fields.Field[Any]], tuple[type[ma.fields.Field[Any]], ...]] = {
    ma.fields.Boolean: (ours.Flag,),
    ma.fields.DateTime: (ours.LocalDateTime, ours.Instant),
    ma.fields.Date: (ours.Day,),
    ma.fields.Time: (ours.WallTime,),
    ma.fields.Number: (ours.Amount,),
}


def read_only(route: Route) -> set[str]:
    """Every name that any answer shows and this body doesn't take."""
    assert route.schema is not None
    shown = {name for shape in schemas(Out) for name in shape().dump_fields} | VALUES.keys()
    return shown - route.schema.load_fields.keys()


def answerable(names: set[str]) -> list[list[str]]:
    """The names in heaps that one answer can tell of, with room for what else is wrong."""
    known, most = sorted(names), MOST_FIELDS // 2
    return [known[at : at + most] for at in range(0, len(known), most)]


def test_every_field_of_every_answer_is_refused_in_every_body(web: Web) -> None:
    site = web.site()
    people = People(site)
    routes = [route for route in writes(web.app) if route.schema is not None]

    assert len(routes) >= 14
    for route in routes:
        caller, path = people.may(route), route.at({}).removeprefix("/api/v1")
        for names in answerable(read_only(route)):
            body = plausible(route.schema, {}) | {n: VALUES.get(n, "x") for n in names}
            headers = {"If-Match": '"1"', "Idempotency-Key": str(uuid.uuid4())}
            answer = caller.client.open(
                f"/api/v1{path}", method=route.method, json=body, headers=headers
            )
            refused = expect_problem(answer, 422, "validation-failed")
            assert pointers(refused) >= {f"/{name}" for name in names}, str(route)


def test_a_nested_body_takes_no_more_than_it_says(web: Web) -> None:
    nested = {
        (str(route), name)
        for route in writes(web.app)
        if route.schema is not None
        for name, field in route.schema.load_fields.items()
        for inner in [field.inner if isinstance(field, ma.fields.List) else field]
        if isinstance(inner, ma.fields.Nested) and inner.schema.unknown != ma.RAISE
    }

    assert nested == set()


@pytest.mark.parametrize("shape", list(schemas(In)), ids=lambda one: one.__name__)
def test_no_field_that_comes_in_is_wider_than_its_column(shape: type[ma.Schema]) -> None:
    loose = {name for name, field in shape().load_fields.items() if is_loose(field)}

    assert loose == set()


def is_loose(field: ma.fields.Field[Any]) -> bool:
    """A number without bounds, a text without length, a moment of any year, a lax truth."""
    if isinstance(field, ma.fields.List):
        return is_loose(field.inner) or not has(field, ma.validate.Length)
    if isinstance(field, ma.fields.Integer):
        return not has(field, ma.validate.Range)
    if type(field) is ma.fields.String:
        return not field.validators
    strict = next((ours for kind, ours in STRICT.items() if isinstance(field, kind)), None)
    return strict is not None and not isinstance(field, strict)


def has(field: ma.fields.Field[Any], kind: type[object]) -> bool:
    return any(isinstance(rule, kind) for rule in field.validators)


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1899-12-31T23:00:00Z",
        "2026-01-01T00:00:00",
        "20260101T000000Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:00:00+99:00",
        1767225600,
        None,
    ],
)
def test_a_moment_outside_the_calendar_is_refused(moment: object) -> None:
    with pytest.raises(ma.ValidationError):
        ours.Instant().deserialize(moment)


def test_a_moment_is_kept_in_utc() -> None:
    moment = ours.Instant().deserialize("2026-06-01T10:00:00+02:00")

    assert moment == dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
