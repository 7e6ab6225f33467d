"""Shapes of the moves of a case: what is said with one, how it is read, what is still missing."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from intake.clinical import discharge
from intake.clinical.case_facts import Attempt
from intake.clinical.lifecycle import STATES
from intake.models.contact_attempts import ATTEMPT_CHANNELS
from intake.models.proposals import CLEARANCE_OUTCOMES
from intake.schemas.fields import Day, Instant, Text, one_of
from intake.schemas.intakes import ReferralIn
from intake.schemas.shapes import In, Out
from intake.services.clearances import NewClearance
from intake.services.transition_orders import WORDS, NewTransition

LONGEST = 2000
MOST_ATTEMPTS = 50
RECORDS_SHARED = ("disclosed", "not_agreed")
BESIDE = ("to", "attempts", "referral", "custody_ended_treatment")


class AttemptIn(In):
    """One attempt at reaching the person."""

    makes = Attempt

    on = Day(required=True)
    channel = one_of(*ATTEMPT_CHANNELS, required=True)


class MoveIn(In):
    """What every move may say, and the order it becomes."""

    reason = Text(longest=LONGEST, many_lines=True)

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> NewTransition:
        """The order of the service; words go where they will be sealed."""
        del kwargs
        return NewTransition(
            to=data.get("to", ""),
            words={name: data[name] for name in WORDS if name in data},
            facts={
                name: value
                for name, value in data.items()
                if name not in WORDS and name not in BESIDE
            },
            attempts=tuple(data.get("attempts", ())),
            referral=data.get("referral"),
            custody_ended_treatment=data.get("custody_ended_treatment"),
        )


class TransitionIn(MoveIn):
    """Where the case goes; each move takes the fields of its needs and `reason`, no others."""

    to = one_of(*STATES, required=True)
    triage_date = Day(metadata={"description": "of a telephone triage"})
    decline_reason = one_of(*discharge.DECLINE_REASONS)
    attempts = fields.List(fields.Nested(AttemptIn), validate=ma.validate.Length(max=MOST_ATTEMPTS))
    admitted_on = Day(metadata={"description": "of an inpatient plan"})
    stay_ended_on = Day()
    intensity_lowered_on = Day()
    step_down_plan = Text(longest=LONGEST, many_lines=True)
    receiving_service = Text(longest=200)
    accepted_by = Text(longest=200, metadata={"description": "the person there"})
    transfer_date = Day()
    records_shared = one_of(
        *RECORDS_SHARED,
        metadata={"description": "disclosed: there is a disclosure of this case by consent"},
    )
    death_date = Day()
    death_source = Text(longest=200)
    cause_of_death = Text(longest=LONGEST, many_lines=True)
    new_contact_date = Day(metadata={"description": "the person came back"})
    referral = fields.Nested(
        ReferralIn, metadata={"description": "needed when more than 90 days have passed"}
    )


class TransitionOut(Out):
    """One move of a case."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    from_state = fields.String(required=True, allow_none=True)
    to_state = one_of(*STATES, required=True)
    event = fields.String(
        required=True, allow_none=True, metadata={"description": "reopened or corrected"}
    )
    reason = fields.String(required=True, metadata={"description": "a code"})
    actor_id = fields.UUID(required=True)
    role = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    snapshot_hash = fields.String(
        required=True, allow_none=True, metadata={"description": "SHA-256 of what it was judged by"}
    )
    facts = fields.Dict(required=True, metadata={"description": "codes, dates and numbers"})
    words = fields.Dict(required=True, metadata={"description": "what was said of it"})


class LackOut(Out):
    """A need that is not fulfilled."""

    need = fields.String(required=True)
    meaning = fields.String(required=True)
    fields_ = fields.List(
        fields.String(),
        required=True,
        data_key="fields",
        attribute="fields",
        metadata={"description": "of the move's body; none: it must be in the record"},
    )


class PossibleMoveOut(Out):
    """A move from here."""

    to = one_of(*STATES, required=True)
    event = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True)
    approver = fields.String(required=True, allow_none=True)
    may = fields.Boolean(required=True, metadata={"description": "your role makes it"})
    missing = fields.List(fields.Nested(LackOut), required=True)


class SoughtAttemptOut(Out):
    """One attempt at reaching the person that counts."""

    on = fields.Date(required=True)
    channel = one_of(*ATTEMPT_CHANNELS, required=True)


class SoughtOut(Out):
    """How long somebody has been away and how they were sought, as far as it is on record."""

    missed_in_a_row = fields.Integer(required=True)
    first_missed_on = fields.Date(required=True, allow_none=True)
    attempts = fields.List(
        fields.Nested(SoughtAttemptOut),
        required=True,
        metadata={"description": "since the first of the missed visits: for lost_to_follow_up"},
    )
    since_referral = fields.List(
        fields.Nested(SoughtAttemptOut),
        required=True,
        metadata={"description": "for declined, where nobody was reached"},
    )


class OutlookOut(Out):
    """Where a case stands and where it can go."""

    case_id = fields.UUID(required=True)
    state = one_of(*STATES, required=True)
    version = fields.Integer(required=True)
    moves = fields.List(fields.Nested(PossibleMoveOut), required=True)
    sought = fields.Nested(SoughtOut, required=True)


class NewClearanceIn(In):
    """What a physician said about beginning treatment."""

    makes = NewClearance

    by = Text(longest=200, required=True, metadata={"description": "who said so"})
    outcome = one_of(*CLEARANCE_OUTCOMES, required=True)
    cleared_at = Instant(metadata={"description": "now unless given"})
    conditions = Text(longest=LONGEST, many_lines=True)


class ClearanceOut(Out):
    """A medical clearance."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    by = fields.String(required=True)
    outcome = one_of(*CLEARANCE_OUTCOMES, required=True)
    cleared_at = fields.AwareDateTime(required=True)
    conditions = fields.String(required=True, allow_none=True)
    recorded_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
