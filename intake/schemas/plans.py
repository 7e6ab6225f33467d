"""Shapes of plan decisions and of the follow-up that comes from them."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from intake.clinical.rule_sets import CURRENT
from intake.models.follow_ups import FOLLOW_UP_STATES
from intake.models.plans import (
    AGREED_HOW,
    CHANGE_CODES,
    END_CODES,
    OVERRIDE_CODES,
    PLAN_STATES,
    SETTINGS,
)
from intake.schemas.fields import Day, Flag, Text, one_of
from intake.schemas.goals import NewGoalIn
from intake.schemas.shapes import CreatedOut, In, Out
from intake.services.plan_orders import SHORTEST_REASON, NewPlan, PlanChange

MOST_GOALS = 20
ADJUNCTS = tuple(one.id for one in CURRENT.adjuncts)


class NewPlanIn(In):
    """What the clinician chose, beside the newest recommendation of the case."""

    makes = NewPlan

    recommendation_id = fields.UUID(required=True)
    chosen_setting = one_of(*SETTINGS, required=True)
    shared_decision = Flag(required=True, metadata={"description": "decided with the person"})
    override_code = one_of(
        *OVERRIDE_CODES, metadata={"description": "why not what was recommended"}
    )
    override_reason = Text(
        longest=2000,
        many_lines=True,
        metadata={"description": f"the same in words, {SHORTEST_REASON} characters or more"},
    )
    client_view = Text(longest=2000, many_lines=True)
    agreed_on = Day(metadata={"description": "the day it was agreed with the person"})
    agreed_how = one_of(*AGREED_HOW, metadata={"description": "needed with agreed_on"})
    adjuncts = fields.List(
        one_of(*ADJUNCTS),
        validate=ma.validate.Length(max=len(ADJUNCTS)),
        metadata={
            "description": "additions chosen one by one; referrals out are prepared for these "
            "alone. Left out: for all that are suggested"
        },
    )
    decided_on = Day(metadata={"description": "today unless given"})
    admission_on = Day(metadata={"description": "inpatient only"})
    discharge_on = Day(metadata={"description": "inpatient only"})
    review_on = Day(metadata={"description": "set by the setting unless given"})
    change_code = one_of(*CHANGE_CODES, metadata={"description": "why the setting before ends"})
    change_reason = Text(
        longest=2000,
        many_lines=True,
        metadata={"description": f"the same in words, {SHORTEST_REASON} characters or more"},
    )
    key_worker_id = fields.UUID(metadata={"description": "naming one is for clinical leads"})
    goals = fields.List(
        fields.Nested(NewGoalIn),
        validate=ma.validate.Length(max=MOST_GOALS),
        metadata={"description": "set with the decision; a case needs one to move on"},
    )


class PlanChangeIn(In):
    """What may change of a decision that counts; null clears the person's own view."""

    review_on = Day()
    client_view = Text(longest=2000, many_lines=True, allow_none=True)

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> PlanChange:
        """The order of the service."""
        del kwargs
        return PlanChange(data)


class PlanReturnIn(In):
    """Why it is returned."""

    comment = Text(longest=2000, many_lines=True, required=True)


class CautionOut(Out):
    """One warning about a choice."""

    code = fields.String(required=True)
    sentence = fields.String(required=True)
    needs_reason = fields.Boolean(required=True)


class PlanMadeOut(CreatedOut):
    """The answer of a decision: identifiers, state, and what speaks against the choice."""

    cautions = fields.List(fields.Nested(CautionOut), required=True)


class PlanLineOut(Out):
    """A decision in a list."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*PLAN_STATES, required=True)
    case_id = fields.UUID(required=True)
    recommendation_id = fields.UUID(required=True)
    recommended_setting = one_of(*SETTINGS, required=True)
    feasible_setting = one_of(*SETTINGS, required=True)
    chosen_setting = one_of(*SETTINGS, required=True)
    matches_recommendation = fields.Boolean(required=True)
    override_code = fields.String(required=True, allow_none=True)
    shared_decision = fields.Boolean(required=True)
    agreed_on = fields.Date(required=True, allow_none=True)
    agreed_how = one_of(*AGREED_HOW, required=True, allow_none=True)
    adjuncts = fields.List(
        fields.String(),
        required=True,
        allow_none=True,
        metadata={"description": "chosen one by one; null: all that were suggested"},
    )
    decided_on = fields.Date(required=True)
    admission_on = fields.Date(required=True, allow_none=True)
    discharge_on = fields.Date(required=True, allow_none=True)
    review_on = fields.Date(required=True)
    change_code = one_of(*CHANGE_CODES, required=True, allow_none=True)
    in_force_from = fields.Date(required=True, allow_none=True)
    in_force_until = fields.Date(required=True, allow_none=True)
    end_code = one_of(*END_CODES, required=True, allow_none=True)
    decided_by = fields.UUID(required=True)
    signed_off_by = fields.UUID(required=True, allow_none=True)
    returned_by = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class PlanOut(PlanLineOut):
    """A decision with its cautions, the reasons and the person's own view."""

    cautions = fields.List(fields.Nested(CautionOut), required=True)
    override_reason = fields.String(required=True, allow_none=True)
    client_view = fields.String(required=True, allow_none=True)
    change_reason = fields.String(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    return_comment = fields.String(required=True, allow_none=True)


class FollowUpOut(Out):
    """One dated obligation of a plan."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*FOLLOW_UP_STATES, required=True)
    case_id = fields.UUID(required=True)
    plan_decision_id = fields.UUID(required=True)
    code = fields.String(required=True, metadata={"example": "O1"})
    label = fields.String(required=True)
    due_by = fields.Date(required=True)
    proposed_on = fields.Date(required=True)
    is_hard = fields.Boolean(required=True, metadata={"description": "never shifted"})


class FollowUpsOut(Out):
    """All obligations of a case, by due date."""

    data = fields.List(fields.Nested(FollowUpOut), required=True)


class FollowUpQuery(In):
    """Which obligations."""

    state = one_of(*FOLLOW_UP_STATES)
