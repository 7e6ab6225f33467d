"""Shapes of the access log: who did what with a record, and when."""

from __future__ import annotations

from marshmallow import fields

from intake.models.audit import ACTIONS
from intake.schemas.fields import one_of
from intake.schemas.shapes import Out
from intake.services.access_words import OUTCOMES


class AccessLineOut(Out):
    """One act."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    staff_id = fields.UUID(required=True, allow_none=True)
    staff_name = fields.String(
        required=True, allow_none=True, metadata={"description": "null for a service"}
    )
    role = fields.String(required=True, metadata={"example": "counsellor"})
    what = fields.String(required=True, metadata={"example": "read the intake"})
    action = one_of(*ACTIONS, required=True)
    outcome = one_of(*OUTCOMES.values(), required=True)
    outcome_code = fields.String(required=True, allow_none=True)
