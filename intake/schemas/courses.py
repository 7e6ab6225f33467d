"""Shapes of the course of a case."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from intake.clinical.unknown_names import near
from intake.schemas.fields import one_of
from intake.schemas.shapes import Out, PageQuery

TYPES = (
    "transition",
    "intake",
    "recommendation",
    "decision",
    "second_opinion",
    "arm_began",
    "arm_ended",
    "goal",
    "outbound_referral",
    "safety_plan",
    "clearance",
    "proposal",
    "contact_attempt",
    "score",
    "visit",
    "session",
    "screen",
    "alert",
    "note",
    "message",
)
#: A list of them in an address, for the contract; `known` refuses with the nearest name.
LIST = f"^({'|'.join(TYPES)})(,({'|'.join(TYPES)})){{0,{len(TYPES)}}}$"


def known(types: str) -> None:
    """Refuse a type that isn't one. Raises ValidationError, with the nearest known name."""
    for one in types.split(","):
        if one not in TYPES:
            raise ma.ValidationError(f"There is no such type of entry. {near(one, TYPES)}")


class CourseEntryOut(Out):
    """One thing that happened in a case, to be fetched by its id; no free text.

    A goal is fetched by `about_id`: it is here with each of its changes.
    """

    type = one_of(*TYPES, required=True)
    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    state = fields.String(required=True, allow_none=True)
    code = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "reason of a move, rule set, setting of a decision or arm, domain of a"
            " goal, service that was asked, kind of a proposal, visit or message, channel of an"
            " attempt, instrument, code of an alert, format of a note"
        },
    )
    detail = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "state before a move, reason of an override or of another setting, how"
            " an arm ended, urgency of a referral, band, mode, priority, confidentiality, why a"
            " message failed"
        },
    )
    number = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "total of a score, confidence in a goal, number of a"
            " safety plan, craving, occurrences, minutes"
        },
    )
    who_id = fields.UUID(required=True, allow_none=True)
    about_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={
            "description": "what it follows from: recommendation, plan, appointment,"
            " obligation; the goal that was set or changed"
        },
    )


class CourseQuery(PageQuery):
    """Which entries; those your role doesn't see in this case are left out."""

    types = fields.String(
        validate=known,
        metadata={"description": "one or several", "example": "note,score", "pattern": LIST},
    )
