"""Shapes of what was asked at a visit."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from intake.schemas.fields import Amount, OrStatus, Text, Whole
from intake.schemas.shapes import In, Out
from intake.services.session_records import ANSWERS, WORDS, SessionSaid

LONGEST = 2000
MOST_GRAMS = 50


class SessionRecordIn(In):
    """What was asked; a number that is left out wasn't asked."""

    craving = OrStatus(Whole(0, 10), metadata={"example": 4})
    mood = OrStatus(Whole(0, 10), metadata={"example": 6})
    days_used_28 = OrStatus(Whole(0, 28), metadata={"example": 3})
    grams_per_day = OrStatus(Amount(0, MOST_GRAMS), metadata={"example": 1.5})
    triggers = Text(longest=LONGEST, many_lines=True)
    coping = Text(longest=LONGEST, many_lines=True)
    side_effects = Text(longest=LONGEST, many_lines=True)
    next_appointment_id = fields.UUID(allow_none=True)

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> SessionSaid:
        """The order of the service: what was sent, and nothing else."""
        del kwargs
        return SessionSaid(
            answers={name: data[name] for name in ANSWERS if name in data},
            words={name: data[name] for name in WORDS if name in data},
            links={name: data[name] for name in ("next_appointment_id",) if name in data},
        )


class SessionRecordOut(Out):
    """What was asked at a visit, as staff read it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    case_id = fields.UUID(required=True)
    appointment_id = fields.UUID(required=True)
    held_on = fields.Date(required=True)
    craving = fields.Integer(required=True, allow_none=True)
    mood = fields.Integer(required=True, allow_none=True)
    days_used_28 = fields.Integer(required=True, allow_none=True)
    grams_per_day = Amount(0, MOST_GRAMS, required=True, allow_none=True)
    unanswered = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "why a number is missing: unknown, declined or not_asked"},
    )
    triggers = fields.String(required=True, allow_none=True)
    coping = fields.String(required=True, allow_none=True)
    side_effects = fields.String(required=True, allow_none=True)
    next_appointment_id = fields.UUID(required=True, allow_none=True)
    recorded_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
