"""Shapes of proposals: a move that a second person must agree to."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from intake.clinical.discharge import REASONS
from intake.models.proposals import PROPOSAL_KINDS, PROPOSAL_STATES
from intake.schemas.fields import Day, Flag, Text, Whole, one_of
from intake.schemas.shapes import In, Out
from intake.schemas.transitions import LONGEST, MoveIn

NOT_SAID = ("unknown", "declined", "not_asked")
GP_LETTERS = ("sent", "not_agreed")


class Told(fields.Field[Any]):
    """A number the person told, or the status that says why there is none."""

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.number = Whole(low, high)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict):
            if set(value) == {"status"} and value["status"] in NOT_SAID:
                return value["status"]
            raise ma.ValidationError(f"Send a number, or a status: {', '.join(NOT_SAID)}.")
        return self.number.deserialize(value, attr, data, **kwargs)


class NewProposalIn(MoveIn):
    """A discharge with its exit set, or the correction of a death entered in error."""

    kind = one_of(*PROPOSAL_KINDS, required=True)
    discharge_reason = one_of(*(one.code for one in REASONS if one.code != "died"))
    custody_ended_treatment = Flag(metadata={"description": "with transferred_custody"})
    discharge_date = Day()
    days_used_28 = Told(0, 28, metadata={"description": "as told, 0 to 28", "example": 4})
    craving = Told(0, 10, metadata={"description": "as told, 0 to 10", "example": 3})
    relapse_plan = Text(longest=LONGEST, many_lines=True)
    alerts_handed_over_to = Text(longest=200)
    gp_letter = one_of(
        *GP_LETTERS, metadata={"description": "sent needs consent; not_agreed that there is none"}
    )
    door_open_note = Text(
        longest=LONGEST, many_lines=True, metadata={"description": "how the person can return"}
    )

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Any:
        """Kind and order of the service."""
        kind = data.pop("kind")
        return {"kind": kind, "order": super().build(data, **kwargs)}


class ReturnIn(In):
    """Why a proposal is returned."""

    comment = Text(
        longest=LONGEST,
        shortest=5,
        many_lines=True,
        required=True,
        metadata={"ask": "Say what should be done first."},
    )


class ProposalOut(Out):
    """A proposal as staff read it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*PROPOSAL_STATES, required=True)
    case_id = fields.UUID(required=True)
    kind = one_of(*PROPOSAL_KINDS, required=True)
    facts = fields.Dict(required=True, metadata={"description": "codes, dates and numbers"})
    words = fields.Dict(required=True, metadata={"description": "what was said of it"})
    comment = fields.String(
        required=True, allow_none=True, metadata={"description": "why it was returned"}
    )
    proposed_by = fields.UUID(required=True)
    proposed_at = fields.AwareDateTime(required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
