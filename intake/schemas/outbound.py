"""Shapes of referrals to other services, reviews of medicines and the safety plan."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from intake.clinical.outbound import KINDS, SERVICE, URGENCIES, WITHOUT_CONSENT
from intake.models.outbound import (
    CONSENT_BASES,
    OUTBOUND_STATES,
    REVIEW_MEDICINES,
    REVIEW_OUTCOMES,
    REVIEW_STATES,
)
from intake.schemas.fields import Day, Text, one_of
from intake.schemas.shapes import In, Out
from intake.services.medication_reviews import NewReview, ReviewResult
from intake.services.outbound import NewOutbound, OutboundChange, Result, Sending
from intake.services.outbound_consent import Leave
from intake.services.plan_orders import SHORTEST_REASON
from intake.services.safety_plans import PARTS, SafetyWords

LONGEST = 4000
LONGEST_NAME = 200


class NewOutboundIn(In):
    """What another service is asked for."""

    makes = NewOutbound

    kind = one_of(*KINDS, required=True)
    due_by = Day(required=True, metadata={"description": "the day to be seen by"})
    urgency = one_of(*URGENCIES, load_default="routine")
    adjunct = one_of(*SERVICE, metadata={"description": "the addition to the plan it answers"})
    recipient = Text(longest=LONGEST_NAME)
    request = Text(longest=LONGEST, many_lines=True)


class OutboundChangeIn(In):
    """What changes of an open referral."""

    due_by = Day()
    urgency = one_of(*URGENCIES)
    recipient = Text(longest=LONGEST_NAME)
    request = Text(longest=LONGEST, many_lines=True)
    appointment_on = Day(allow_none=True, metadata={"description": "the appointment there"})
    seen_on = Day(metadata={"description": "the day the person was seen there"})

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> OutboundChange:
        """The order of the service."""
        del kwargs
        return OutboundChange(data)


class OutboundSendIn(In):
    """How it leaves: on the consent of the record, on a signed one, or without, with a reason."""

    is_optional = True

    sent_on = Day(metadata={"description": "today unless given"})
    recipient = Text(longest=LONGEST_NAME)
    disclosure_consent_id = fields.UUID(metadata={"description": "a signed consent of this case"})
    without_consent = one_of(*WITHOUT_CONSENT)
    without_consent_reason = Text(
        longest=LONGEST,
        many_lines=True,
        metadata={"description": f"{SHORTEST_REASON} characters or more"},
    )

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Sending:
        """The order of the service."""
        del kwargs
        leave = {name: data.pop(name) for name in Leave.__dataclass_fields__ if name in data}
        return Sending(leave=Leave(**leave), **data)


class OutboundResultIn(In):
    """What came back."""

    makes = Result

    result = Text(longest=LONGEST, many_lines=True, required=True)
    seen_on = Day()


class CallOffIn(In):
    """Why it is called off."""

    reason = Text(longest=LONGEST, many_lines=True, required=True)


class OutboundOut(Out):
    """A referral to another service as staff read it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*OUTBOUND_STATES, required=True)
    case_id = fields.UUID(required=True)
    plan_decision_id = fields.UUID(required=True, allow_none=True)
    kind = one_of(*KINDS, required=True)
    adjunct = fields.String(required=True, allow_none=True)
    urgency = one_of(*URGENCIES, required=True)
    due_by = fields.Date(required=True)
    sent_on = fields.Date(required=True, allow_none=True)
    consent_basis = one_of(*CONSENT_BASES, required=True, allow_none=True)
    disclosure_consent_id = fields.UUID(required=True, allow_none=True)
    appointment_on = fields.Date(required=True, allow_none=True)
    seen_on = fields.Date(required=True, allow_none=True)
    overdue_at = fields.AwareDateTime(required=True, allow_none=True)
    recipient = fields.String(required=True, allow_none=True)
    request = fields.String(required=True, allow_none=True)
    without_consent_reason = fields.String(required=True, allow_none=True)
    result = fields.String(required=True, allow_none=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    created_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)


class NewMedicationReviewIn(In):
    """What a prescriber is asked."""

    makes = NewReview

    medicine = one_of(*REVIEW_MEDICINES, required=True)
    asked_of = Text(longest=LONGEST_NAME, required=True)
    question = Text(longest=LONGEST, many_lines=True, required=True)
    due_by = Day(metadata={"description": "in four weeks unless given"})


class MedicationReviewResultIn(In):
    """What came of it."""

    makes = ReviewResult

    outcome = one_of(*REVIEW_OUTCOMES, required=True)
    reviewed_by = Text(longest=LONGEST_NAME, required=True)
    reviewed_on = Day(required=True)
    result = Text(longest=LONGEST, many_lines=True)


class MedicationReviewOut(Out):
    """A review as staff read it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*REVIEW_STATES, required=True)
    case_id = fields.UUID(required=True)
    medicine = one_of(*REVIEW_MEDICINES, required=True)
    asked_on = fields.Date(required=True)
    due_by = fields.Date(required=True)
    reviewed_on = fields.Date(required=True, allow_none=True)
    outcome = one_of(*REVIEW_OUTCOMES, required=True, allow_none=True)
    asked_of = fields.String(required=True)
    question = fields.String(required=True)
    reviewed_by = fields.String(required=True, allow_none=True)
    result = fields.String(required=True, allow_none=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    asked_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)


class SafetyPlanIn(In):
    """A whole safety plan, in the person's words; each part that is there."""

    warning_signs = Text(
        longest=LONGEST,
        many_lines=True,
        required=True,
        metadata={"ask": "Write down at least one warning sign."},
    )
    coping = Text(
        longest=LONGEST,
        many_lines=True,
        required=True,
        metadata={"ask": "Write down what the person can do themselves."},
    )
    people = Text(longest=LONGEST, many_lines=True)
    professionals = Text(
        longest=LONGEST,
        many_lines=True,
        required=True,
        metadata={"ask": "Write down whom the person can call."},
    )
    making_safe = Text(longest=LONGEST, many_lines=True)
    written_on = Day(metadata={"description": "today unless given"})

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> SafetyWords:
        """The order of the service."""
        del kwargs
        return SafetyWords(
            parts={name: data[name] for name in PARTS if name in data},
            written_on=data.get("written_on"),
        )


class SafetyPlanOut(Out):
    """One version of a safety plan."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    case_id = fields.UUID(required=True)
    written_on = fields.Date(required=True)
    age_days = fields.Integer(required=True)
    warning_signs = fields.String(required=True, allow_none=True)
    coping = fields.String(required=True, allow_none=True)
    people = fields.String(required=True, allow_none=True)
    professionals = fields.String(required=True, allow_none=True)
    making_safe = fields.String(required=True, allow_none=True)
    written_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
