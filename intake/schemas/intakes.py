"""Shapes of referrals and intake assessments."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from intake.clinical.completeness import COMPLETE, STARTED, UNTOUCHED
from intake.models.appointments import APPOINTMENT_KINDS, APPOINTMENT_MODES
from intake.models.cases import REFERRAL_SOURCES, URGENCIES
from intake.models.intakes import INTAKE_STATES
from intake.schemas.clients import NewClientIn
from intake.schemas.fields import Day, Instant, LocalDateTime, Text, Whole, one_of
from intake.schemas.shapes import CreatedOut, In, Out, PageQuery
from intake.services.appointment_times import LONGEST, SHORTEST
from intake.services.cases import Referral
from intake.services.intake_ends import GIVEN_UP, Interruption
from intake.services.intake_submission import FirstAppointment
from intake.services.intakes import NewIntake

FREE_TEXT = ("reason", "referrer_name", "referrer_organisation", "referrer_contact")
ANSWERS = {
    "description": "Sections of the intake record (docs/data-dictionary). A value may be "
    'replaced by {"status": "unknown" | "declined" | "not_asked"}; absent means not asked.',
    "example": {"substance_use": {"days_used_30": 12, "grams_per_use_day": 1.5}},
}


class ReferralIn(In):
    """How a person came to us."""

    source = one_of(*REFERRAL_SOURCES, required=True)
    referral_date = Day(required=True)
    urgency = one_of(*URGENCIES, load_default="routine")
    reason = Text(longest=2000, many_lines=True)
    referrer_name = Text(longest=100)
    referrer_organisation = Text(longest=200)
    referrer_contact = Text(longest=200)

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Referral:
        """The order of the service; free text goes where it will be sealed."""
        del kwargs
        details = {name: data.pop(name) for name in FREE_TEXT if name in data}
        return Referral(**data, details=details or None)


class NewIntakeIn(In):
    """A referral: for a new person (`client`) or one on record (`client_id`)."""

    makes = NewIntake

    referral = fields.Nested(ReferralIn, required=True)
    client = fields.Nested(NewClientIn)
    client_id = fields.UUID()
    answers = fields.Dict(keys=fields.String(), load_default=dict, metadata=ANSWERS)


class IntakeChangeIn(In):
    """Part of a draft: given fields replace, absent ones stay."""

    answers = fields.Dict(keys=fields.String(), required=True, metadata=ANSWERS)


class IntakeCreatedOut(CreatedOut):
    """The draft intake and the case it opened."""

    case_id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    reference = fields.String(required=True, attribute="case_reference")
    similar = fields.Integer(
        required=True, metadata={"description": "people on record who look alike; see /similar"}
    )


class IntakeFactsOut(Out):
    """Where an intake stands."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*INTAKE_STATES, required=True)
    case_id = fields.UUID(required=True)
    case_reference = fields.String(required=True)
    author_id = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    submitted_at = fields.AwareDateTime(required=True, allow_none=True)


class IntakeLineOut(IntakeFactsOut):
    """An intake in a list."""

    name = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "null where you may not read the person's identity"},
    )


class SectionOut(Out):
    """How far one section is, and what it lacks."""

    name = fields.String(required=True)
    state = one_of(UNTOUCHED, STARTED, COMPLETE, required=True)
    missing = fields.List(
        fields.String(metadata={"example": "/answers/physical/fever"}), required=True
    )


class IntakeOut(IntakeFactsOut):
    """An intake with its answers."""

    case_state = fields.String(required=True)
    client_id = fields.UUID(required=True)
    answers = fields.Dict(keys=fields.String(), required=True, metadata=ANSWERS)
    draft_revision = fields.Integer(required=True)
    sections = fields.List(fields.Nested(SectionOut), required=True)
    sections_complete = fields.Integer(required=True)
    submitted_by = fields.UUID(required=True, allow_none=True)


class FirstAppointmentIn(In):
    """The first time to keep, with whom."""

    makes = FirstAppointment

    staff_id = fields.UUID(required=True)
    kind = one_of(*APPOINTMENT_KINDS, load_default="intake")
    mode = one_of(*APPOINTMENT_MODES, required=True)
    local_start = LocalDateTime(required=True, metadata={"example": "2026-12-01T10:00"})
    minutes = Whole(SHORTEST, LONGEST, required=True)


class SubmissionIn(In):
    """What is done together with handing in; nothing, without a body."""

    is_optional = True

    first_appointment = fields.Nested(FirstAppointmentIn)


class InterruptionIn(In):
    """Why the intake stopped, and when to ring again."""

    makes = Interruption

    reason = Text(longest=500, many_lines=True, required=True)
    call_back_at = Instant(required=True)


class CallBackOut(Out):
    """The task to ring again."""

    task_id = fields.UUID(required=True, attribute="id")
    due_at = fields.AwareDateTime(required=True)
    owner_id = fields.UUID(required=True, allow_none=True)


class GiveUpQuery(In):
    """Why a draft is given up, as a code."""

    reason = one_of(*GIVEN_UP, required=True)


class IntakeQuery(PageQuery):
    """Which intakes."""

    state = one_of(*INTAKE_STATES)
