"""Which fields has the form of a move, and what can no form say?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from marshmallow import fields, validate

from intake.clinical import lifecycle, missed_visits, move_needs
from intake.clinical.case_facts import Attempt
from intake.schemas.transitions import TransitionIn
from intake.services.proposals import BY_APPROVAL
from intake.services.transition_views import Outlook, PossibleMove
from intake.web import words

LABELS = {
    "triage_date": "Day of the telephone triage",
    "decline_reason": "Why it is declined",
    "admitted_on": "Day of the admission",
    "reason": "Reason",
    "stay_ended_on": "Day on which the stay ended",
    "intensity_lowered_on": "Day from which there are fewer contacts",
    "step_down_plan": "Plan of the step-down",
    "receiving_service": "Receiving service",
    "accepted_by": "Who accepted there",
    "transfer_date": "Day of the transfer",
    "records_shared": "Were records shared?",
    "death_date": "Day of death",
    "death_source": "Who told us",
    "new_contact_date": "Day on which the person came back",
    "cause_of_death": "Cause of death, if it is known",
}
#: Several rows each; said by API so far.
TOO_MUCH = frozenset({"attempts", "referral"})
WAYS = {
    "phone": "by phone",
    "sms": "by text",
    "in_person": "in person",
    "email": "by e-mail",
    "post": "by post",
}
LINES = frozenset({"receiving_service", "accepted_by", "death_source"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a move: "date", "choice" with its options, "text" or "line"."""

    name: str
    label: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Seeking:
    """How long somebody is away, how many attempts of those needed count, and which."""

    away: str
    count: str
    attempts: tuple[Attempt, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Each attempt in words."""
        return tuple(
            f"{words.day(one.on)}, {WAYS.get(one.channel, one.channel)}" for one in self.attempts
        )


def of(move: PossibleMove) -> tuple[Field, ...]:
    """What is said with a move, in the order of what it lacks; any move takes a reason."""
    named = [name for lack in move.missing for name in lack.fields]
    named += [*move_needs.ALSO_SAID.get(move.to, ()), "reason"]
    known = TransitionIn().load_fields
    return tuple(_field(name, known[name]) for name in dict.fromkeys(named) if name in LABELS)


def stored(move: PossibleMove, *, approved: bool = False) -> tuple[str, ...]:
    """What is missing in the record: nothing said with the move makes up for it.

    `approved` leaves out the agreement that a proposal asks for.
    """
    return tuple(
        lack.meaning
        for lack in move.missing
        if not lack.fields and not (approved and lack.need in BY_APPROVAL)
    )


def sought(outlook: Outlook) -> Mapping[str, Seeking]:
    """How the person was sought so far, by the move that asks for it."""
    found, most = outlook.sought, missed_visits.ATTEMPTS_BEFORE_LOST
    away = "The last visit was not missed"
    if found.first_missed_on is not None:
        until = found.first_missed_on + dt.timedelta(days=lifecycle.SOUGHT_FOR_DAYS)
        missed = f"{words.many(found.missed_in_a_row, 'missed visit')} in a row"
        away = f"{missed} since {words.day(found.first_missed_on)}, sought until {words.day(until)}"
    return {
        "lost_to_follow_up": Seeking(away, f"{len(found.attempts)} of {most}", found.attempts),
        "declined": Seeking("", f"{len(found.since_referral)} of {most}", found.since_referral),
    }


def can_be_said(move: PossibleMove) -> bool:
    """Whether a form has every field that the move needs."""
    named = {name for lack in move.missing for name in lack.fields}
    return named <= LABELS.keys() | TOO_MUCH and not (
        named & TOO_MUCH and move.to not in ("declined", "intake")
    )


def _field(name: str, field: fields.Field[object]) -> Field:
    choice = next((one for one in field.validators if isinstance(one, validate.OneOf)), None)
    if choice is not None:
        options = tuple(
            (str(one), str(one).replace("_", " ").capitalize()) for one in choice.choices
        )
        return Field(name, LABELS[name], "choice", options)
    if isinstance(field, fields.Date):
        return Field(name, LABELS[name], "date")
    return Field(name, LABELS[name], "line" if name in LINES else "text")
