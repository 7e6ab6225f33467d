"""Shapes of emergency access to a case."""

from __future__ import annotations

from marshmallow import fields

from intake.models.relations import REASON_CODES, REVIEW_OUTCOMES
from intake.schemas.fields import Text, one_of
from intake.schemas.shapes import In, Out
from intake.services.break_glass import NewGrant

SHORTEST, LONGEST = 20, 500
STATES = ("live", "expired", "reviewed")


class NewGrantIn(In):
    """Why a colleague's case must be read now."""

    makes = NewGrant

    reason_code = one_of(*REASON_CODES, required=True, metadata={"ask": "Choose a reason."})
    justification = Text(
        shortest=SHORTEST,
        longest=LONGEST,
        required=True,
        metadata={
            "ask": "Say what happened.",
            "example": "The person called from a hospital; the ward asks what was taken.",
        },
    )


class GrantCreatedOut(Out):
    """The answer of opening: until when (machine time)."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*STATES, required=True)
    expires_at = fields.AwareDateTime(required=True)


class GrantOut(GrantCreatedOut):
    """A use, as the auditor reads it; times are machine time."""

    case_id = fields.UUID(required=True)
    staff_id = fields.UUID(required=True)
    reason_code = one_of(*REASON_CODES, required=True)
    justification = fields.String(required=True)
    granted_at = fields.AwareDateTime(required=True)
    reviewed_at = fields.AwareDateTime(required=True, allow_none=True)
    reviewed_by = fields.UUID(required=True, allow_none=True)
    review_outcome = one_of(*REVIEW_OUTCOMES, required=True, allow_none=True)


class ReviewIn(In):
    """Whether the use was justified."""

    outcome = one_of(*REVIEW_OUTCOMES, required=True)
