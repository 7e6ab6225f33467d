"""Shapes of what is to be measured again."""

from __future__ import annotations

from marshmallow import fields

from intake.clinical.reassessment import REASONS
from intake.schemas.fields import Day, one_of
from intake.schemas.shapes import In, Out


class DueQuery(In):
    """Due by which day; today unless given."""

    due_before = Day(metadata={"description": "this day included; today unless given"})


class DueLineOut(Out):
    """A measure that is due."""

    case_id = fields.UUID(required=True)
    case_reference = fields.String(required=True)
    instrument = fields.String(required=True)
    last_on = fields.Date(required=True, allow_none=True)
    due_on = fields.Date(required=True)
    overdue_days = fields.Integer(required=True)
    reason = one_of(*REASONS, required=True)


class DueListOut(Out):
    """What is due, the soonest first."""

    as_of = fields.Date(required=True)
    is_capped = fields.Boolean(
        required=True, metadata={"description": "there are more cases than were looked at"}
    )
    data = fields.List(fields.Nested(DueLineOut), required=True)
