"""Where can a case go from here, who may move it, and what does the move need?

The table of moves as data. Whoever moves a case says which needs are fulfilled (`check`); any
move that is not in the table is refused, and so is one that lacks something, with the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from intake.clinical.move_needs import NEEDS
from intake.errors import Forbidden, InvalidTransition

STATES = (
    "referred",
    "intake",
    "assessed",
    "plan_chosen",
    "active",
    "step_down",
    "discharged",
    "transferred",
    "lost_to_follow_up",
    "deceased",
    "declined",
)
# Treatment has ended; all but `deceased` may be reopened as a new episode.
TERMINAL_STATES = frozenset(
    {"discharged", "transferred", "lost_to_follow_up", "deceased", "declined"}
)
REOPENABLE_STATES = TERMINAL_STATES - {"deceased"}
BEFORE_THE_END = ("referred", "intake", "assessed", "plan_chosen", "active", "step_down")

# Scored or declined, and signed, before a case counts as assessed (the need `instruments_done`).
INSTRUMENTS = ("dsm5", "sds", "phq9", "gad7", "cssrs", "kwc8", "kbc6", "audit_c")
# Risk and diagnosis can't be left out on a counsellor's word alone.
DECLINED_BY_LEAD_ONLY = ("dsm5", "cssrs")

# Measured at the end of treatment (the need `exit_scores`): use days as told, the others scored.
EXIT_SET = ("days_used_28", "sds", "phq9", "gad7", "kbc6", "craving")
EXIT_INSTRUMENTS = ("sds", "phq9", "gad7", "kbc6")
# Product decisions: how old the scores of a step-down and of an exit may be (the exit's question is
# about the last 28 days), and how long a person is sought before a case counts as lost.
REVIEW_SCORES_VALID_DAYS = 14
EXIT_SCORES_VALID_DAYS = 28
SOUGHT_FOR_DAYS = 14
# Somebody takes these on before a case counts as assessed: danger to life.
ACKNOWLEDGED_FIRST = frozenset({"A01", "A04", "A09"})

COORDINATOR, COUNSELLOR, LEAD = "intake_coordinator", "counsellor", "clinical_lead"


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move. `origin` is None for the registration of a referral.

    `needs` name what must be there first and `effects` what must happen in the same act, both in
    move_needs.py; `approver` must agree where it is not None.
    """

    origin: str | None
    target: str
    roles: tuple[str, ...]
    needs: tuple[str, ...]
    approver: str | None = None
    event: str | None = None
    effects: tuple[str, ...] = ()


def _death(origin: str) -> Move:
    needs = ("death_date", "death_source")
    return Move(origin, "deceased", (LEAD,), needs, effects=("stop_reminders", "incident_review"))


def _reopening(origin: str) -> Move:
    return Move(
        origin,
        "intake",
        (COORDINATOR, LEAD),
        ("new_contact_date", "reopening_reason", "new_referral"),
        event="reopened",
        effects=("new_episode",),
    )


def _transfer(origin: str) -> Move:
    needs = ("receiving_service", "accepted_by", "transfer_date", "records_shared")
    return Move(origin, "transferred", (COUNSELLOR, LEAD), needs, effects=("stop_reminders",))


def _loss(origin: str) -> Move:
    needs = ("three_missed", "attempts", "sought_long_enough", "no_open_alerts")
    return Move(origin, "lost_to_follow_up", (LEAD,), needs, effects=("stop_reminders",))


def _decline(origin: str) -> Move:
    return Move(origin, "declined", (COORDINATOR, LEAD), ("decline_reason", "decline_attempts"))


def _discharge(origin: str) -> Move:
    needs = (
        "discharge_reason",
        "discharge_date",
        "exit_scores",
        "relapse_plan",
        "alerts_closed_or_handed_over",
        "gp_letter",
        "approval",
    )
    return Move(origin, "discharged", (COUNSELLOR, LEAD), needs, approver=LEAD)


TREATED = ("plan_chosen", "active", "step_down")
MOVES: tuple[Move, ...] = (
    Move(None, "referred", (COORDINATOR, LEAD), ("referral_fields", "duplicate_check")),
    Move(
        "referred",
        "intake",
        (COORDINATOR, COUNSELLOR, LEAD),
        ("triage", "triage_not_before_referral", "treatment_consent"),
    ),
    _decline("referred"),
    Move(
        "intake",
        "assessed",
        (COUNSELLOR, LEAD),
        ("intake_complete", "instruments_done", "critical_alerts_acknowledged", "assessor"),
    ),
    _decline("intake"),
    Move(
        "assessed",
        "plan_chosen",
        (COUNSELLOR, LEAD),
        ("complete_recommendation", "plan_decision", "goal", "key_worker", "follow_up", "sign_off"),
    ),
    Move(
        "plan_chosen",
        "active",
        (COUNSELLOR, LEAD),
        ("first_contact_or_admission", "medical_clearance"),
    ),
    Move("plan_chosen", "assessed", (COUNSELLOR, LEAD), ("withdrawal_reason",)),
    Move(
        "active",
        "step_down",
        (COUNSELLOR, LEAD),
        ("stay_or_intensity_ended", "step_down_plan", "step_down_booked", "recent_review_scores"),
    ),
    Move("step_down", "active", (COUNSELLOR, LEAD), ("step_up_reason", "new_recommendation")),
    _discharge("active"),
    _discharge("step_down"),
    *(_transfer(state) for state in TREATED),
    *(_loss(state) for state in TREATED),
    *(_death(state) for state in BEFORE_THE_END),
    *(_death(state) for state in sorted(REOPENABLE_STATES)),
    *(_reopening(state) for state in sorted(REOPENABLE_STATES)),
)
_BY_ENDS: Mapping[tuple[str | None, str], Move] = {(one.origin, one.target): one for one in MOVES}


def allowed_targets(origin: str | None) -> tuple[str, ...]:
    """The states a case may move to from here, in the order of the table."""
    return tuple(move.target for move in MOVES if move.origin == origin)


def moves_from(origin: str) -> tuple[Move, ...]:
    """The moves from a state, in the order of the table."""
    return tuple(move for move in MOVES if move.origin == origin)


def find_move(origin: str | None, target: str) -> Move:
    """The move between two states. Raises InvalidTransition when there is none."""
    move = _BY_ENDS.get((origin, target))
    if move is None:
        here = origin or "a new case"
        possible = ", ".join(allowed_targets(origin)) or "nowhere"
        raise InvalidTransition(f"A case can't move from {here} to {target}; possible: {possible}.")
    return move


def check(origin: str | None, target: str, *, role: str, fulfilled: frozenset[str]) -> Move:
    """The move, if it exists, the role may make it and nothing it needs is missing.

    Raises InvalidTransition, with `missing` where something is; Forbidden for another role.
    """
    move = find_move(origin, target)
    permit(move, role)
    require(move, fulfilled)
    return move


def correction(origin: str, before: str) -> Move:
    """The way back from a death entered in error to the state before it; in no table of moves.

    Raises InvalidTransition for any other state.
    """
    if origin != "deceased" or before not in STATES or before == origin:
        raise InvalidTransition("Only a death that was entered in error can be taken back.")
    needs = ("correction_reason", "second_person")
    return Move(origin, before, (LEAD,), needs, event="corrected")


def permit(move: Move, role: str) -> None:
    """Refuse a move to a role that may not make it. Raises Forbidden, naming who may."""
    if role not in move.roles:
        who = " or ".join(one.replace("_", " ") for one in move.roles)
        raise Forbidden(f"To move a case to {move.target} is for the {who}.")


def require(move: Move, fulfilled: frozenset[str]) -> None:
    """Refuse a move whose needs are not all fulfilled. Raises InvalidTransition with `missing`."""
    missing = tuple(need for need in move.needs if need not in fulfilled)
    if missing:
        what = "; ".join(NEEDS[need] for need in missing)
        raise InvalidTransition(f"To move to {move.target} this is missing: {what}.", missing)
