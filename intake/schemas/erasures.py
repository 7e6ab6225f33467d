"""Shapes of erasures."""

from __future__ import annotations

from marshmallow import fields

from intake.models.holds import ERASURE_REASONS, ERASURE_STATES
from intake.schemas.fields import one_of
from intake.schemas.shapes import In, Out


class ErasureIn(In):
    """Why a person is to be erased."""

    reason = one_of(*ERASURE_REASONS, required=True)


class ErasureOut(Out):
    """An erasure: who asked, who agreed, when it was done."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    client_id = fields.UUID(required=True)
    state = one_of(*ERASURE_STATES, required=True)
    reason = one_of(*ERASURE_REASONS, required=True)
    requested_by = fields.UUID(required=True)
    requested_at = fields.AwareDateTime(required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    withdrawn_by = fields.UUID(required=True, allow_none=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)
