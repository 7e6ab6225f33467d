"""Shapes of alerts."""

from __future__ import annotations

from marshmallow import fields

from intake.models.tasks import ALERT_STATES, PRIORITIES
from intake.schemas.fields import Text, one_of
from intake.schemas.shapes import In, Out, PageQuery

LONGEST_NOTE = 2000


class AlertLineOut(Out):
    """An alert in a list."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"example": "A09"})
    name = fields.String(required=True, metadata={"example": "ACTIVE_PSYCHOSIS"})
    sentence = fields.String(required=True)
    priority = one_of(*PRIORITIES, required=True)
    state = one_of(*ALERT_STATES, required=True)
    case_id = fields.UUID(required=True)
    case_reference = fields.String(required=True)
    raised_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    occurrences = fields.Integer(required=True)
    acknowledged_at = fields.AwareDateTime(required=True, allow_none=True)
    acknowledged_by = fields.UUID(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_by = fields.UUID(required=True, allow_none=True)


class AlertOut(AlertLineOut):
    """An alert with what was done about it."""

    note = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "null for those who may not read assessments"},
    )


class AlertCloseIn(In):
    """What was done about an alert."""

    note = Text(
        longest=LONGEST_NOTE,
        many_lines=True,
        required=True,
        metadata={"ask": "Say in a few words what was done."},
    )


class AlertQuery(PageQuery):
    """Which alerts."""

    case_id = fields.UUID()
    state = one_of(*ALERT_STATES)
