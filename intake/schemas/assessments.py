"""Shapes of assessments."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from intake.models.assessments import ASSESSMENT_STATES, MODES
from intake.schemas.fields import Day, Flag, Pattern, Text, one_of
from intake.schemas.instruments import ANSWERS, code_field, version_field
from intake.schemas.shapes import In, Out, PageQuery
from intake.services.assessment_amendments import Amendment
from intake.services.assessments import NewAssessment

#: Of a code in an address; whether there is such an instrument, the answer tells.
INSTRUMENT = Pattern(r"^[a-z0-9_]{1,40}$", error="Enter an instrument's code such as phq9.")
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$"


class AnswersIn(In):
    """Answers, or that the person declined to answer."""

    answers = fields.Raw(metadata=ANSWERS)
    declined = Flag(load_default=False, metadata={"description": "true instead of answers"})

    @ma.validates_schema
    def answers_or_declined(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A refusal carries no answers; anything else does."""
        del kwargs
        if data["declined"] and "answers" in data:
            raise ma.ValidationError("Leave the answers out when they were declined.", "answers")
        if not data["declined"] and data.get("answers") is None:
            raise ma.ValidationError("Missing data for required field.", "answers")


class NewAssessmentIn(AnswersIn):
    """Answers to an instrument, or that the person declined to answer."""

    makes = NewAssessment

    instrument = code_field(required=True)
    version = version_field()
    mode = one_of(*MODES, required=True)
    language = fields.String(
        load_default="en",
        validate=Pattern(LANGUAGE, error="Enter a language code such as en or en-GB."),
    )
    assessed_on = Day(metadata={"description": "today unless given"})

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> NewAssessment:
        """The order of the service; answers keep their own shape."""
        del kwargs
        return NewAssessment(**data)


class AmendmentIn(AnswersIn):
    """What was meant, and why it has to be put right."""

    makes = Amendment

    reason = Text(longest=2000, shortest=5, many_lines=True, required=True)
    assessed_on = Day(metadata={"description": "as it was unless given"})

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Amendment:
        """The order of the service; answers keep their own shape."""
        del kwargs
        return Amendment(**data)


class AssessmentLineOut(Out):
    """An assessment in a list: its score, not its answers."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*ASSESSMENT_STATES, required=True)
    case_id = fields.UUID(required=True)
    instrument = fields.String(required=True)
    instrument_version = fields.String(required=True)
    declined = fields.Boolean(required=True)
    total = fields.Integer(required=True, allow_none=True)
    band = fields.String(required=True, allow_none=True)
    assessed_on = fields.Date(required=True)
    assessed_by = fields.UUID(required=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)
    amends = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class AssessmentOut(AssessmentLineOut):
    """An assessment with its answers and everything its score gave."""

    answers = fields.Raw(required=True, allow_none=True, metadata=ANSWERS)
    result = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    mode = one_of(*MODES, required=True)
    language = fields.String(required=True)
    amend_reason = fields.String(required=True, allow_none=True)


class AssessmentQuery(PageQuery):
    """Which assessments of a case."""

    instrument = fields.String(
        validate=INSTRUMENT,
        metadata={"example": "phq9"},
    )
    state = one_of(*ASSESSMENT_STATES)
