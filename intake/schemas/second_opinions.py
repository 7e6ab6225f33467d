"""Shapes of second opinions."""

from __future__ import annotations

from marshmallow import fields

from intake.models.tasks import OPINIONS, TASK_STATES
from intake.schemas.fields import Text, one_of
from intake.schemas.recommendations import RecommendationOut
from intake.schemas.shapes import CreatedOut, In, Out
from intake.services.second_opinions import NewQuestion, Opinion


class NewQuestionIn(In):
    """Whom to ask about the newest recommendation of the case, and what."""

    makes = NewQuestion

    asked_of = fields.UUID(
        required=True,
        metadata={
            "description": "a colleague who decides on plans",
            "ask": "Choose a colleague.",
        },
    )
    question = Text(
        longest=2000,
        many_lines=True,
        required=True,
        metadata={"ask": "Write what you want to know."},
    )


class OpinionIn(In):
    """What one thinks, as a code and in words."""

    makes = Opinion

    opinion = one_of(
        *OPINIONS, required=True, metadata={"ask": "Say whether you agree, or see it otherwise."}
    )
    answer = Text(
        longest=2000, many_lines=True, required=True, metadata={"ask": "Say why, in words."}
    )


class OpinionAskedOut(CreatedOut):
    """The question, which is a task of the colleague's."""

    asked_of = fields.UUID(required=True)
    due_at = fields.AwareDateTime(required=True)


class SecondOpinionOut(Out):
    """A question and its answer; it decides nothing."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(
        *TASK_STATES, required=True, metadata={"description": "done once it is answered"}
    )
    case_id = fields.UUID(required=True)
    recommendation_id = fields.UUID(required=True)
    asked_by = fields.UUID(required=True)
    asked_of = fields.UUID(required=True)
    question = fields.String(required=True)
    opinion = one_of(*OPINIONS, required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True)
    created_at = fields.AwareDateTime(required=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)


class SecondOpinionsOut(Out):
    """Second opinions of a case, the newest first."""

    data = fields.List(fields.Nested(SecondOpinionOut), required=True)


class QuestionOut(Out):
    """A question, and the recommendation it is about."""

    question = fields.Nested(SecondOpinionOut, required=True)
    recommendation = fields.Nested(RecommendationOut, required=True)
