"""Shapes of legal holds."""

from __future__ import annotations

from marshmallow import fields

from intake.models.holds import HOLD_STATES
from intake.schemas.fields import Text, one_of
from intake.schemas.shapes import In, Out


class HoldIn(In):
    """Why nothing of this person may be erased."""

    reason = Text(longest=500, required=True, metadata={"example": "Coroner's inquest, 2027"})


class HoldOut(Out):
    """A hold as the two who decide read it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    client_id = fields.UUID(required=True)
    state = one_of(*HOLD_STATES, required=True)
    reason = fields.String(required=True, allow_none=True)
    requested_by = fields.UUID(required=True)
    requested_at = fields.AwareDateTime(required=True)
    placed_by = fields.UUID(required=True, allow_none=True)
    placed_at = fields.AwareDateTime(required=True, allow_none=True)
    lift_requested_by = fields.UUID(required=True, allow_none=True)
    lift_requested_at = fields.AwareDateTime(required=True, allow_none=True)
    lifted_by = fields.UUID(required=True, allow_none=True)
    lifted_at = fields.AwareDateTime(required=True, allow_none=True)
