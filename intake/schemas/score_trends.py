"""Shapes of how it went."""

from __future__ import annotations

from marshmallow import fields

from intake.clinical.change import DETERIORATED, IMPROVED, UNCHANGED
from intake.schemas.assessments import INSTRUMENT
from intake.schemas.fields import Amount, one_of
from intake.schemas.shapes import In, Out

DIRECTIONS = (IMPROVED, UNCHANGED, DETERIORATED)
DIRECTION = {"description": "by the instrument's reliable change; null: nothing to compare"}


class TrendQuery(In):
    """Of which instrument; all of them unless one is named."""

    instrument = fields.String(validate=INSTRUMENT)


class RangeOut(Out):
    """Totals of a band, both ends included."""

    low = fields.Integer(required=True)
    high = fields.Integer(required=True)
    name = fields.String(required=True)


class PointOut(Out):
    """A score against the first of its segment and the one before."""

    assessment_id = fields.UUID(required=True, attribute="scored.assessment_id")
    assessed_on = fields.Date(required=True, attribute="scored.on")
    total = fields.Integer(required=True, allow_none=True, attribute="scored.total")
    band = fields.String(required=True, allow_none=True, attribute="scored.band")
    since_first = fields.Integer(required=True, allow_none=True, attribute="change.since_first")
    since_previous = fields.Integer(
        required=True, allow_none=True, attribute="change.since_previous"
    )
    first_direction = one_of(
        *DIRECTIONS,
        required=True,
        allow_none=True,
        attribute="change.first_direction",
        metadata=DIRECTION,
    )
    previous_direction = one_of(
        *DIRECTIONS,
        required=True,
        allow_none=True,
        attribute="change.previous_direction",
        metadata=DIRECTION,
    )


class SegmentOut(Out):
    """Scores in a row by one version; totals of different versions aren't compared."""

    version = fields.String(required=True)
    points = fields.List(fields.Nested(PointOut), required=True)


class SeriesOut(Out):
    """The scores of one instrument, the oldest first."""

    instrument = fields.String(required=True)
    title = fields.String(required=True)
    higher_is = fields.String(required=True, metadata={"description": "worse or better"})
    reliable_change = fields.Integer(required=True, allow_none=True)
    bands = fields.List(fields.Nested(RangeOut), required=True)
    segments = fields.List(fields.Nested(SegmentOut), required=True)
    declined = fields.List(fields.Date(), required=True)


class VisitOut(Out):
    """What was told at a visit, against the first and the previous ones told."""

    held_on = fields.Date(required=True)
    appointment_id = fields.UUID(required=True)
    craving = fields.Integer(required=True, allow_none=True)
    craving_since_first = one_of(*DIRECTIONS, required=True, allow_none=True)
    craving_since_previous = one_of(*DIRECTIONS, required=True, allow_none=True)
    days_used_28 = fields.Integer(required=True, allow_none=True)
    use_since_first = one_of(
        *DIRECTIONS,
        required=True,
        allow_none=True,
        metadata={"description": "improved: halved, or none"},
    )
    use_since_previous = one_of(*DIRECTIONS, required=True, allow_none=True)
    grams_per_day = Amount(0, 50, required=True, allow_none=True)
    mood = fields.Integer(required=True, allow_none=True)


class TrendsOut(Out):
    """Everything that was measured in a case."""

    series = fields.List(fields.Nested(SeriesOut), required=True)
    visits = fields.List(fields.Nested(VisitOut), required=True)
