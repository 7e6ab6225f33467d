"""Shapes of the use log."""

from __future__ import annotations

from marshmallow import fields

from intake.clinical.record_sections import SUBSTANCES
from intake.clinical.use_log import PATTERNS
from intake.models.use_entries import ENTRY_STATES
from intake.schemas.fields import Amount, Day, Flag, Text, one_of
from intake.schemas.shapes import In, Out, PageQuery
from intake.services.use_entries import NewUseEntry

LONGEST = 2000
MOST_GRAMS = 50


class NewUseEntryIn(In):
    """A day of use, as the person tells it."""

    makes = NewUseEntry

    used_on = Day(required=True)
    substance = one_of(*SUBSTANCES, required=True)
    grams = Amount(0, MOST_GRAMS, allow_none=True, metadata={"example": 1.5})
    is_binge = Flag()
    context = Text(longest=LONGEST, many_lines=True, allow_none=True)


class ErrorIn(In):
    """Why it was entered in error."""

    reason = Text(longest=LONGEST, shortest=5, many_lines=True, required=True)


class UseEntryOut(Out):
    """A day of use."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*ENTRY_STATES, required=True)
    case_id = fields.UUID(required=True)
    used_on = fields.Date(required=True)
    substance = one_of(*SUBSTANCES, required=True)
    grams = Amount(0, MOST_GRAMS, required=True, allow_none=True)
    is_binge = fields.Boolean(required=True)
    context = fields.String(required=True, allow_none=True)
    error_reason = fields.String(required=True, allow_none=True)
    pattern = one_of(
        *PATTERNS,
        required=True,
        allow_none=True,
        metadata={"description": "relapse: 3 days of use in 7 after 14 or more days without"},
    )
    recorded_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)


class StretchOut(Out):
    """Days without use between two entries, both included."""

    began_on = fields.Date(required=True)
    ended_on = fields.Date(required=True)
    days = fields.Integer(required=True)


class UseSummaryOut(Out):
    """What the log says of a substance today."""

    last_used_on = fields.Date(required=True)
    days_without_use = fields.Integer(required=True)
    longest_without_use = fields.Integer(required=True)
    days_used_28 = fields.Integer(required=True)
    pattern = one_of(*PATTERNS, required=True)
    earlier = fields.List(fields.Nested(StretchOut), required=True)


class SubstanceUseOut(Out):
    """A substance, and what the log says of it."""

    substance = one_of(*SUBSTANCES, required=True)
    summary = fields.Nested(UseSummaryOut, required=True)


class UseOverviewOut(Out):
    """The log today; a substance that was never written down isn't in it."""

    as_of = fields.Date(required=True)
    substances = fields.List(fields.Nested(SubstanceUseOut), required=True)


class UseQuery(PageQuery):
    """Which entries of a case."""

    substance = one_of(*SUBSTANCES)
