"""Shapes of cases."""

from __future__ import annotations

from marshmallow import fields

from intake.models.cases import CASE_STATES, REFERRAL_SOURCES, URGENCIES
from intake.schemas.fields import one_of
from intake.schemas.shapes import In, Out, PageQuery


class CaseOut(Out):
    """A case as staff read it: nothing here says who the person is."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    reference = fields.String(required=True, metadata={"example": "C-2026-0417"})
    state = one_of(*CASE_STATES, required=True)
    client_id = fields.UUID(required=True)
    key_worker_id = fields.UUID(required=True, allow_none=True)
    opened_on = fields.Date(required=True)
    referral_source = one_of(*REFERRAL_SOURCES, required=True)
    referral_date = fields.Date(required=True)
    referral_urgency = one_of(*URGENCIES, required=True)
    reopened_from = fields.UUID(
        required=True, allow_none=True, metadata={"description": "the earlier episode"}
    )
    created_at = fields.AwareDateTime(required=True)


class CaseQuery(PageQuery):
    """Which cases."""

    state = one_of(*CASE_STATES)
    key_worker_id = fields.UUID()


class AssignIn(In):
    """Who becomes key worker."""

    key_worker_id = fields.UUID(required=True)
