"""Which fields has the form of a move, and what can no form say?"""

from __future__ import annotations

from dataclasses import dataclass

from marshmallow import fields, validate

from intake.clinical import move_needs
from intake.schemas.transitions import TransitionIn
from intake.services.transition_views import PossibleMove

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
LINES = frozenset({"receiving_service", "accepted_by", "death_source"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a move: "date", "choice" with its options, "text" or "line"."""

    name: str
    label: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()


def of(move: PossibleMove) -> tuple[Field, ...]:
    """What is said with a move, in the order of what it lacks; any move takes a reason."""
    named = [name for lack in move.missing for name in lack.fields]
    named += [*move_needs.ALSO_SAID.get(move.to, ()), "reason"]
    known = TransitionIn().load_fields
    return tuple(_field(name, known[name]) for name in dict.fromkeys(named) if name in LABELS)


def stored(move: PossibleMove) -> tuple[str, ...]:
    """What is missing in the record: nothing said with the move makes up for it."""
    return tuple(lack.meaning for lack in move.missing if not lack.fields)


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
