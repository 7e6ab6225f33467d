"""Shapes of handovers."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from intake.models.handovers import HANDOVER_OUTCOMES, HANDOVER_STATES
from intake.schemas.fields import Day, Flag, Text, one_of
from intake.schemas.shapes import In, Out, PageQuery
from intake.services.handovers import MOST_CASES, NewHandover

LONGEST = 2000


class NewHandoverIn(In):
    """Which cases go from whom to whom."""

    makes = NewHandover

    from_staff_id = fields.UUID(required=True)
    to_staff_id = fields.UUID(required=True)
    case_ids = fields.List(
        fields.UUID(),
        required=True,
        validate=ma.validate.Length(min=1, max=MOST_CASES),
        metadata={"description": f"1 to {MOST_CASES} open cases of that worker"},
    )
    from_on = Day(metadata={"description": "the first day it can be accepted; today unless given"})
    takes_all_tasks = Flag(
        metadata={"description": "every open task of the worker, not only those of these cases"}
    )
    note = Text(longest=LONGEST, many_lines=True)


class RefusalIn(In):
    """Why it is refused."""

    reason = Text(longest=LONGEST, shortest=5, many_lines=True, required=True)


class HandoverQuery(PageQuery):
    """Which handovers."""

    state = one_of(*HANDOVER_STATES)


class CaseOutcomeOut(Out):
    """One case of a handover."""

    case_id = fields.UUID(required=True)
    outcome = one_of(
        *HANDOVER_OUTCOMES,
        required=True,
        metadata={"description": "left_out: it had changed hands or ended meanwhile"},
    )


class HandoverLineOut(Out):
    """A handover in a list."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*HANDOVER_STATES, required=True)
    from_staff_id = fields.UUID(required=True)
    to_staff_id = fields.UUID(required=True)
    from_on = fields.Date(required=True)
    takes_all_tasks = fields.Boolean(required=True)
    note = fields.String(required=True, allow_none=True)
    refusal = fields.String(required=True, allow_none=True)
    asked_by = fields.UUID(required=True)
    answered_by = fields.UUID(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class HandoverOut(HandoverLineOut):
    """A handover with its cases."""

    cases = fields.List(fields.Nested(CaseOutcomeOut), required=True)
