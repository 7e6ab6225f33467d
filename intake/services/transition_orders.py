"""What somebody says with the move of a case, and what is wrong with it before anything is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from intake.clinical import move_needs
from intake.clinical.case_facts import Attempt, Said
from intake.clinical.lifecycle import Move
from intake.errors import FieldErrors
from intake.services.cases import Referral
from intake.services.sealed_text import Words

# What is told with a move and stored as it is: codes, dates and numbers.
FACTS = tuple(one.name for one in fields(Said) if one.name not in ("words", "approved"))
# Stored sealed: words about a person, or the name of one.
WORDS = (
    "reason",
    "step_down_plan",
    "relapse_plan",
    "alerts_handed_over_to",
    "door_open_note",
    "receiving_service",
    "accepted_by",
    "death_source",
    "cause_of_death",
)
# What is stored of a move as its reason; discharge and refusal have codes of their own.
REASON_CODES: Mapping[tuple[str, str], str] = {
    ("referred", "intake"): "triaged",
    ("intake", "assessed"): "assessment_complete",
    ("assessed", "plan_chosen"): "plan_agreed",
    ("plan_chosen", "active"): "treatment_begun",
    ("plan_chosen", "assessed"): "plan_withdrawn",
    ("active", "step_down"): "stepped_down",
    ("step_down", "active"): "stepped_up",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransition:
    """Where a case goes and what is said with it; `words` are stored sealed."""

    to: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    referral: Referral | None = None
    custody_ended_treatment: bool | None = None

    def said(self, *, approved: bool = False) -> Said:
        """The same for the rules, which ask of words only whether they are there."""
        return Said(
            words=frozenset(self.words),
            attempts=self.attempts,
            has_referral=self.referral is not None,
            approved=approved,
            **self.facts,
        )

    def stored(self) -> dict[str, Any] | None:
        """Codes, dates and numbers as they are kept with the move."""
        plain: dict[str, Any] = {name: _plain(value) for name, value in self.facts.items()}
        if self.attempts:
            plain["attempts"] = [
                {name: _plain(value) for name, value in asdict(one).items()}
                for one in self.attempts
            ]
        if self.custody_ended_treatment is not None:
            plain["custody_ended_treatment"] = self.custody_ended_treatment
        return plain or None

    def given(self) -> set[str]:
        """The names of all that was said."""
        found = {*self.facts, *self.words}
        found |= {"attempts"} if self.attempts else set()
        found |= {"referral"} if self.referral is not None else set()
        return found | ({"custody_ended_treatment"} if self.custody_ended_treatment else set())


def check(order: NewTransition, move: Move, *, today: dt.date) -> None:
    """Refuse what doesn't belong to the move, and dates to come. Raises ValidationFailed."""
    errors = FieldErrors()
    allowed = {name for need in move.needs for name in move_needs.SAID.get(need, ())}
    allowed |= {"reason", *move_needs.ALSO_SAID.get(move.target, ())}
    for name in sorted(order.given() - allowed):
        errors.add(f"/{name}", "not_of_this_move", f"Leave this out of a move to {move.target}.")
    for name, value in order.facts.items():
        if isinstance(value, dt.date) and value > today:
            errors.add(f"/{name}", "in_future", "Enter today or an earlier day.")
    for place, attempt in enumerate(order.attempts):
        if attempt.on > today:
            errors.add(f"/attempts/{place}/on", "in_future", "Enter today or an earlier day.")
    errors.raise_if_any()


def reason_code(move: Move, order: NewTransition) -> str:
    """Why the case moves, as a code."""
    known = REASON_CODES.get((move.origin or "", move.target))
    own = order.facts.get("discharge_reason") or order.facts.get("decline_reason")
    return str(own or move.event or known or move.target)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def restored(facts: Mapping[str, Any], words: Words) -> NewTransition:
    """What was said, from what was stored of it: dates are dates again."""
    plain = {name: _as_said(name, value) for name, value in facts.items() if name in FACTS}
    plain.pop("attempts", None)
    return NewTransition(
        to="",
        facts=plain,
        words=words,
        attempts=tuple(
            Attempt(dt.date.fromisoformat(one["on"]), one["channel"])
            for one in facts.get("attempts", ())
        ),
        custody_ended_treatment=facts.get("custody_ended_treatment"),
    )


def _as_said(name: str, value: Any) -> Any:
    return dt.date.fromisoformat(value) if name.endswith(("_date", "_on")) else value
