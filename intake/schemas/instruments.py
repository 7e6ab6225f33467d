"""Shapes of instruments: what they ask, what their totals mean, and a score that isn't kept."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from intake.clinical.instruments import Instrument, Item
from intake.schemas.fields import one_of
from intake.schemas.shapes import In, Out
from intake.services.instruments import Trial

SEXES = ("male", "female", "intersex", "unknown")
ANSWERS = {
    "description": "A list in the order of the items; by item id where `answered` says so. "
    "true is not 1, and a missing answer is never 0.",
    "example": [2, 2, 2, 2, 1, 2, 2, 1, 0],
}

INTEGER_OR_NULL = {"type": ["integer", "null"]}


def code_field(**kwargs: Any) -> fields.String:
    """The code of an instrument, such as phq9."""
    return fields.String(validate=validate.Length(1, 40), metadata={"example": "phq9"}, **kwargs)


def version_field(**kwargs: Any) -> fields.String:
    """The version of an instrument; the newest unless one is named."""
    return fields.String(validate=validate.Length(1, 20), metadata={"example": "1"}, **kwargs)


def _bound(item: Item, place: int) -> int | None:
    return item.bounds[place] if item.bounds else None


def _answered(instrument: Instrument) -> str:
    return "by_item_id" if instrument.answers_by_id else "in_order"


class ScoreIn(In):
    """Answers to score; nothing is kept."""

    makes = Trial

    answers = fields.Raw(required=True, metadata=ANSWERS)
    version = version_field()
    sex_at_birth = one_of(*SEXES, metadata={"description": "the AUDIT-C cut-off goes by it"})


class ScoreOut(Out):
    """A score with what is shown beside it, and the alerts the answers raise by themselves."""

    instrument = fields.String(required=True)
    version = fields.String(required=True)
    total = fields.Integer(required=True, allow_none=True)
    band = fields.String(required=True, allow_none=True)
    result = fields.Function(
        lambda score: score.as_dict(),
        required=True,
        metadata={"type": "object", "description": "total, band and what is shown beside them"},
    )
    alerts = fields.List(fields.String(), required=True)


class OptionOut(Out):
    """One answer that may be chosen."""

    value = fields.Raw(required=True, metadata={"description": "true, false or a whole number"})
    label = fields.String(required=True)


class ItemOut(Out):
    """One question: options to choose from, or a whole number between bounds."""

    id = fields.String(required=True)
    text = fields.String(required=True)
    options = fields.List(fields.Nested(OptionOut), required=True)
    low = fields.Function(lambda item: _bound(item, 0), metadata=INTEGER_OR_NULL)
    high = fields.Function(lambda item: _bound(item, 1), metadata=INTEGER_OR_NULL)
    optional = fields.Boolean(required=True)
    asked_when = fields.String(required=True, allow_none=True)
    implies = fields.String(required=True, allow_none=True)
    loinc = fields.String(required=True, allow_none=True)


class BandOut(Out):
    """What totals from `low` to `high` mean; `group` limits it to some people."""

    low = fields.Integer(required=True)
    high = fields.Integer(required=True)
    name = fields.String(required=True)
    group = fields.String(required=True, allow_none=True)


class InstrumentLineOut(Out):
    """An instrument in the catalogue."""

    code = fields.String(required=True)
    version = fields.String(required=True)
    title = fields.String(required=True)
    language = fields.String(required=True)
    rated_by = fields.String(required=True, metadata={"description": "client or clinician"})
    item_count = fields.Function(lambda one: len(one.items), metadata={"type": "integer"})
    repeat = fields.String(required=True)
    repeat_days = fields.Integer(required=True, allow_none=True)
    score_entry_only = fields.Boolean(required=True)


class InstrumentOut(InstrumentLineOut):
    """One released version of an instrument; it never changes."""

    licence = fields.String(required=True)
    source = fields.String(required=True)
    look_back_days = fields.Integer(required=True, allow_none=True)
    reliable_change = fields.Integer(required=True, allow_none=True)
    higher_is = fields.String(required=True, metadata={"description": "worse or better"})
    answered = fields.Function(
        _answered,
        metadata={"type": "string", "description": "in_order or by_item_id"},
    )
    items = fields.List(fields.Nested(ItemOut), required=True)
    bands = fields.List(fields.Nested(BandOut), required=True)
    loinc = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class InstrumentsOut(Out):
    """Every released version of every instrument, by code."""

    data = fields.List(fields.Nested(InstrumentLineOut), required=True)
