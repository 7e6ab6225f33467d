"""Does a form become what the API's schema takes, and do its mistakes read the same?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import marshmallow as ma
import pytest
from marshmallow import fields
from werkzeug.datastructures import MultiDict

from intake.schemas.fields import Day, Flag, Text, Whole, one_of
from intake.schemas.shapes import In
from intake.web.reading import NO_DATE, read, unread


class Row(In):
    """A substance."""

    name = Text(longest=50, required=True)
    days = Whole(0, 28)


class Sample(ma.Schema):
    """One of each kind."""

    name = Text(longest=100)
    born = Day(allow_none=True)
    safe = Flag()
    count = Whole(0, 100)
    source = one_of("self", "gp")
    routes = fields.List(one_of("nasal", "oral"))
    rows = fields.List(fields.Nested(Row))
    inner = fields.Nested(Row)
    answers = fields.Dict()
    secret = fields.String(load_only=True)


def reading(sent: dict[str, Any], *, clears: bool = False) -> dict[str, Any]:
    found, wrong = read(Sample(), MultiDict(sent), clears=clears)
    assert wrong == ()
    return found


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"name": " Maya "}, {"name": "Maya"}),
        ({"name": "one\r\ntwo"}, {"name": "one\ntwo"}),
        ({"name": "  "}, {}),
        ({"secret": " as typed "}, {"secret": " as typed "}),
        ({"born-day": "14", "born-month": "3", "born-year": "1997"}, {"born": "1997-03-14"}),
        ({"born-day": "", "born-month": "", "born-year": ""}, {}),
        ({"safe": "true"}, {"safe": True}),
        ({"safe": "perhaps"}, {"safe": "perhaps"}),
        ({"count": "12"}, {"count": 12}),
        ({"count": "1.9"}, {"count": "1.9"}),
        ({"count": "١٢"}, {"count": "١٢"}),
        ({"routes": ["nasal", "oral"]}, {"routes": ["nasal", "oral"]}),
        ({"inner.name": "ketamine", "inner.days": "4"}, {"inner": {"name": "ketamine", "days": 4}}),
        (
            {"rows.2.name": "alcohol", "rows.0.name": "ketamine", "rows.1.name": ""},
            {"rows": [{"name": "ketamine"}, {"name": "alcohol"}]},
        ),
        ({"answers.phq9_1": "3", "answers.note": "x"}, {"answers": {"phq9_1": 3, "note": "x"}}),
        ({"count": "5", "count.status": "declined"}, {"count": {"status": "declined"}}),
        ({"_token": "x", "_next": "/"}, {}),
    ],
)
def test_a_form_is_read_by_its_schema(sent: dict[str, Any], found: dict[str, Any]) -> None:
    assert reading(sent) == found


def test_an_emptied_field_clears_only_where_null_is_allowed() -> None:
    sent = {"born-day": "", "born-month": "", "born-year": "", "name": ""}

    assert reading(sent, clears=True) == {"born": None}


def test_a_day_that_does_not_exist_is_said_at_its_field() -> None:
    sent = MultiDict({"born-day": "31", "born-month": "2", "born-year": "1997"})

    found, wrong = read(Sample(), sent)

    assert found == {}
    assert [(one.pointer, one.message) for one in wrong] == [("/born", NO_DATE)]


def test_a_field_no_schema_knows_is_refused() -> None:
    _, wrong = read(Sample(), MultiDict({"name": "Maya", "role": "administrator"}))

    assert [one.code for one in wrong] == ["unknown_field"]


def test_what_is_stored_comes_back_as_it_was() -> None:
    stored = {
        "name": "Maya",
        "born": dt.date(1997, 3, 14),
        "safe": True,
        "rows": [{"name": "ketamine", "days": 4}],
        "nothing": None,
    }

    shown = unread(stored)

    assert shown == {
        "name": "Maya",
        "born": "1997-03-14",
        "safe": "true",
        "rows.0.name": "ketamine",
        "rows.0.days": "4",
    }
    assert isinstance(Sample(), ma.Schema)
