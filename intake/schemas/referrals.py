"""Shapes of referrals and attempts at contact."""

from __future__ import annotations

from marshmallow import fields

from intake.models.cases import CASE_STATES, REFERRAL_SOURCES, TRIAGE_ROUTES, URGENCIES
from intake.models.contact_attempts import ATTEMPT_CHANNELS, ATTEMPT_OUTCOMES
from intake.schemas.fields import Day, Instant, Text, one_of
from intake.schemas.shapes import In, Out
from intake.services.contact_attempts import NewAttempt
from intake.services.referrals import Triage


class ReferralOut(Out):
    """A referral with its clock; `version` is the case's."""

    case_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*CASE_STATES, required=True)
    source = one_of(*REFERRAL_SOURCES, required=True)
    referral_date = fields.Date(required=True)
    urgency = one_of(*URGENCIES, required=True)
    days_waiting = fields.Integer(
        required=True, metadata={"description": "to the triage, or to today while there is none"}
    )
    due_on = fields.Date(required=True, metadata={"description": "last day of the target"})
    is_overdue = fields.Boolean(required=True)
    taken_by = fields.UUID(required=True, allow_none=True)
    taken_at = fields.AwareDateTime(required=True, allow_none=True)
    triaged_on = fields.Date(required=True, allow_none=True)
    triage_route = one_of(*TRIAGE_ROUTES, required=True, allow_none=True)
    attempts = fields.Integer(required=True)
    unanswered_attempts = fields.Integer(required=True)
    reason = fields.String(required=True, allow_none=True)
    referrer_name = fields.String(required=True, allow_none=True)
    referrer_organisation = fields.String(required=True, allow_none=True)
    referrer_contact = fields.String(required=True, allow_none=True)


class ReassignIn(In):
    """Who takes the referral on."""

    taken_by = fields.UUID(required=True)


class TriageIn(In):
    """The first look: on which day, and how."""

    makes = Triage

    triaged_on = Day(required=True)
    route = one_of(*TRIAGE_ROUTES, required=True)


class NewContactAttemptIn(In):
    """One try to reach the person."""

    makes = NewAttempt

    at = Instant(required=True)
    channel = one_of(*ATTEMPT_CHANNELS, required=True)
    outcome = one_of(*ATTEMPT_OUTCOMES, required=True, metadata={"ask": "Say what came of it."})
    note = Text(longest=500, many_lines=True)


class ContactAttemptOut(Out):
    """An attempt as staff read it."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    channel = one_of(*ATTEMPT_CHANNELS, required=True)
    outcome = one_of(*ATTEMPT_OUTCOMES, required=True)
    made_by = fields.UUID(required=True)
    note = fields.String(required=True, allow_none=True)
