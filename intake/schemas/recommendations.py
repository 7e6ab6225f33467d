"""Shapes of recommendations."""

from __future__ import annotations

from marshmallow import fields

from intake.clinical.confidence import CONFIDENCES
from intake.models.plans import RECOMMENDATION_STATUSES
from intake.schemas.fields import one_of
from intake.schemas.shapes import Out


class ConfidenceOut(Out):
    """How sure a suggestion is, and what speaks against being surer."""

    word = one_of(*CONFIDENCES, required=True)
    doubts = fields.List(fields.String(), required=True)


class RecommendationOut(Out):
    """What the rule set suggests, with every reason; the clinician decides."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*RECOMMENDATION_STATUSES, required=True)
    case_id = fields.UUID(required=True)
    rule_set = fields.String(required=True, metadata={"example": "KDS-1.0"})
    notice = fields.String(required=True)
    missing = fields.List(
        fields.String(), required=True, metadata={"description": "what a suggestion needs first"}
    )
    unsigned = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "instruments whose draft counts only once it is signed"},
    )
    confidence = fields.Nested(
        ConfidenceOut,
        required=True,
        allow_none=True,
        metadata={"description": "null while no setting is suggested"},
    )
    result = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={
            "description": "derived, scores, suggested_icd10cm, recommendation, alerts and, for "
            "each rule that fired, its inputs, reason and source under explain"
        },
    )
    inputs_hash = fields.String(required=True, metadata={"description": "SHA-256 of the inputs"})
    computed_at = fields.AwareDateTime(required=True)
    computed_by = fields.UUID(required=True)
