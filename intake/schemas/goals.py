"""Shapes of goals."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from intake.models.goals import GOAL_DOMAINS, GOAL_STATUSES
from intake.schemas.fields import Day, Text, Whole, one_of
from intake.schemas.shapes import In, Out
from intake.services.goals import GoalChange
from intake.services.plan_orders import NewGoal

LONGEST = 500


class NewGoalIn(In):
    """What a person wants to reach, in their own words."""

    makes = NewGoal

    statement = Text(longest=LONGEST, many_lines=True, required=True)
    problem = Text(
        longest=LONGEST,
        many_lines=True,
        required=True,
        metadata={"description": "what stands in the way"},
    )
    domain = one_of(*GOAL_DOMAINS, required=True)
    measure = Text(
        longest=LONGEST, required=True, metadata={"description": "how one sees that it is reached"}
    )
    due_on = Day(required=True, metadata={"description": "when it is looked at again"})
    baseline = Text(longest=LONGEST, metadata={"description": "where it starts"})
    target = Text(longest=LONGEST)
    confidence = Whole(0, 10, metadata={"description": "how sure the person is, 0 to 10"})


class GoalChangeIn(In):
    """What changes of a goal; null clears baseline, target or confidence."""

    statement = Text(longest=LONGEST, many_lines=True)
    problem = Text(longest=LONGEST, many_lines=True)
    domain = one_of(*GOAL_DOMAINS)
    measure = Text(longest=LONGEST)
    due_on = Day()
    baseline = Text(longest=LONGEST, allow_none=True)
    target = Text(longest=LONGEST, allow_none=True)
    confidence = Whole(0, 10, allow_none=True)
    status = one_of(*GOAL_STATUSES)

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> GoalChange:
        """The order of the service."""
        del kwargs
        return GoalChange(data)


class GoalPartsOut(Out):
    """What a goal and its versions share."""

    version = fields.Integer(required=True)
    domain = one_of(*GOAL_DOMAINS, required=True)
    status = one_of(*GOAL_STATUSES, required=True)
    due_on = fields.Date(required=True)
    confidence = fields.Integer(required=True, allow_none=True)
    statement = fields.String(required=True)
    problem = fields.String(required=True)
    measure = fields.String(required=True)
    baseline = fields.String(required=True, allow_none=True)
    target = fields.String(required=True, allow_none=True)


class GoalOut(GoalPartsOut):
    """A goal as it is now."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    plan_id = fields.UUID(required=True)
    set_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)


class GoalVersionOut(GoalPartsOut):
    """A goal as it was from one change to the next."""

    changed_by = fields.UUID(required=True)
    changed_at = fields.AwareDateTime(required=True)


class GoalHistoryOut(GoalOut):
    """A goal with its versions, the oldest first."""

    history = fields.List(fields.Nested(GoalVersionOut), required=True)
