"""Shapes of drug screens."""

from __future__ import annotations

from marshmallow import fields

from intake.clinical.drug_screens import ANALYTES, CONFIRMED, RESULTS
from intake.models.drug_screens import CONFIRMATIONS
from intake.models.use_entries import ENTRY_STATES
from intake.schemas.fields import Flag, Instant, Text, one_of
from intake.schemas.shapes import In, Out
from intake.services.drug_screens import Confirmation, NewScreen

LONGEST = 2000
LONGEST_NAME = 200
ResultsIn = In.from_dict({name: one_of(*RESULTS) for name in ANALYTES}, name="ScreenResultsIn")
ConfirmedIn = In.from_dict(
    {name: one_of(*CONFIRMED) for name in ANALYTES}, name="ConfirmedResultsIn"
)


class NewScreenIn(In):
    """A sample and what it showed; ketamine and norketamine have to be asked for by name."""

    makes = NewScreen

    collected_at = Instant(required=True)
    is_observed = Flag(required=True)
    results = fields.Nested(ResultsIn, required=True)
    laboratory = Text(longest=LONGEST_NAME, allow_none=True)
    remark = Text(longest=LONGEST, many_lines=True, allow_none=True)


class ConfirmationIn(In):
    """What a laboratory found."""

    makes = Confirmation

    results = fields.Nested(ConfirmedIn, required=True)
    laboratory = Text(longest=LONGEST_NAME, allow_none=True)


class ScreenOut(Out):
    """A screen as staff read it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*ENTRY_STATES, required=True)
    case_id = fields.UUID(required=True)
    collected_at = fields.AwareDateTime(required=True)
    is_observed = fields.Boolean(required=True)
    results = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    confirmation = one_of(*CONFIRMATIONS, required=True)
    confirmed_results = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, allow_none=True
    )
    laboratory = fields.String(required=True, allow_none=True)
    remark = fields.String(required=True, allow_none=True)
    error_reason = fields.String(required=True, allow_none=True)
    recorded_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
