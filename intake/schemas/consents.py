"""Shapes of consents as a case shows them."""

from __future__ import annotations

from marshmallow import fields

from intake.models.clients import CONSENT_PURPOSES, CONSENT_STATUSES
from intake.schemas.fields import one_of
from intake.schemas.shapes import Out


class ConsentOut(Out):
    """One answer to one purpose; the newest of a purpose counts."""

    id = fields.UUID(required=True)
    purpose = one_of(*CONSENT_PURPOSES, required=True)
    status = one_of(*CONSENT_STATUSES, required=True)
    wording_version = fields.String(required=True)
    decided_at = fields.AwareDateTime(required=True)
    recorded_by = fields.UUID(required=True)
    expires_on = fields.Date(required=True, allow_none=True)
