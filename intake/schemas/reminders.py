"""Shapes of reminders: where each stands and why; never a text, a number or a name."""

from __future__ import annotations

from marshmallow import fields

from intake.models.reminders import ATTEMPT_OUTCOMES, REMINDER_KINDS, REMINDER_STATES
from intake.schemas.fields import one_of
from intake.schemas.shapes import Out, PageQuery
from intake.services.reminder_reasons import SETTLED


class ReminderOut(Out):
    """A reminder in a list."""

    id = fields.UUID(required=True)
    appointment_id = fields.UUID(required=True)
    kind = one_of(*REMINDER_KINDS, required=True)
    channel = fields.String(required=True)
    schedule_no = fields.Integer(required=True)
    state = one_of(*REMINDER_STATES, required=True)
    state_reason = fields.String(required=True, allow_none=True)
    explanation = fields.String(
        required=True,
        metadata={"example": "It may not be sent. There is no live consent to reminders."},
    )
    send_after = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    next_attempt_at = fields.AwareDateTime(required=True)
    resend_of = fields.UUID(required=True, allow_none=True)
    settled = one_of(*SETTLED, required=True, allow_none=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    contact_attempt_id = fields.UUID(required=True, allow_none=True)


class AttemptOut(Out):
    """One physical attempt to send."""

    n = fields.Integer(required=True)
    started_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    outcome = one_of(*ATTEMPT_OUTCOMES, required=True, allow_none=True)
    explanation = fields.String(required=True)
    http_status = fields.Integer(required=True, allow_none=True)


class ExplainedReminderOut(ReminderOut):
    """One reminder, with every attempt."""

    case_id = fields.UUID(required=True)
    attempts = fields.List(fields.Nested(AttemptOut), required=True)


class ReminderQuery(PageQuery):
    """Which reminders."""

    appointment_id = fields.UUID()
    case_id = fields.UUID()
    state = one_of(*REMINDER_STATES)
