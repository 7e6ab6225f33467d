"""Where can a case go from here, who may move it, and what does the move need?

The table of moves as data. Whoever moves a case checks `needs` against what is stored; any move
that is not in the table is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from intake.errors import InvalidTransition

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

COORDINATOR, COUNSELLOR, LEAD = "intake_coordinator", "counsellor", "clinical_lead"


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move. `origin` is None for the registration of a referral.

    `needs` are names of what must be there first; `approver` must agree where it is not None.
    """

    origin: str | None
    target: str
    roles: tuple[str, ...]
    needs: tuple[str, ...]
    approver: str | None = None
    event: str | None = None


# What each need means, in the sentence that a refusal shows.
NEEDS: Mapping[str, str] = {
    "referral_fields": "the fields a referral is registered with",
    "duplicate_check": "a check for somebody with the same name and date of birth",
    "triage": "an attended intake appointment or a telephone triage, with its date",
    "triage_not_before_referral": "a triage date that is not before the referral date",
    "treatment_consent": "consent to treatment",
    "decline_reason": "a reason for declining",
    "intake_complete": "every field an intake must have",
    "instruments_done": "dsm5, sds, phq9, gad7, cssrs, kwc8, kbc6 and audit_c scored or declined",
    "critical_alerts_acknowledged": "alerts A01, A04 and A09 acknowledged",
    "assessor": "the name of the assessor",
    "complete_recommendation": "a complete recommendation",
    "plan_decision": "a decision on the plan",
    "goal": "at least one goal",
    "key_worker": "a named key worker",
    "follow_up": "the follow-up schedule",
    "sign_off": "the sign-off of a clinical lead where it is required",
    "first_contact_or_admission": "a first treatment contact attended, or the admission",
    "medical_clearance": "medical clearance where it is required",
    "withdrawal_reason": "the reason for withdrawing the plan",
    "stay_or_intensity_ended": "the end of the inpatient stay, or a lower intensity",
    "step_down_plan": "a step-down plan",
    "step_down_booked": "X1 and X2 booked",
    "recent_review_scores": "review scores not older than 14 days",
    "step_up_reason": "the reason for stepping up",
    "new_recommendation": "a new recommendation",
    "discharge_reason": "a discharge reason and date",
    "exit_scores": "the exit set: days_used_28, sds, phq9, gad7, kbc6 and craving",
    "relapse_plan": "a relapse plan",
    "alerts_closed_or_handed_over": "critical and high alerts closed or handed over",
    "gp_letter": "a letter to the general practitioner, with consent",
    "receiving_service": "the receiving service, who accepted, and the date",
    "records_shared": "records shared, with consent",
    "attempts": "at least 3 attempts at contact and 14 days since the first missed appointment",
    "no_open_alerts": "no open critical or high alert",
    "death": "the date and the source of the information",
    "new_contact": "a new referral or contact date, and a reason",
}


def _death(origin: str) -> Move:
    return Move(origin, "deceased", (LEAD,), ("death",))


def _reopening(origin: str) -> Move:
    return Move(origin, "intake", (COORDINATOR, LEAD), ("new_contact",), event="reopened")


def _transfer(origin: str) -> Move:
    return Move(origin, "transferred", (COUNSELLOR, LEAD), ("receiving_service", "records_shared"))


def _loss(origin: str) -> Move:
    return Move(origin, "lost_to_follow_up", (LEAD,), ("attempts", "no_open_alerts"))


def _discharge(origin: str) -> Move:
    needs = (
        "discharge_reason",
        "exit_scores",
        "relapse_plan",
        "alerts_closed_or_handed_over",
        "gp_letter",
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
    Move("referred", "declined", (COORDINATOR, LEAD), ("decline_reason",)),
    Move(
        "intake",
        "assessed",
        (COUNSELLOR, LEAD),
        ("intake_complete", "instruments_done", "critical_alerts_acknowledged", "assessor"),
    ),
    Move("intake", "declined", (COORDINATOR, LEAD), ("decline_reason",)),
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


def find_move(origin: str | None, target: str) -> Move:
    """The move between two states. Raises InvalidTransition when there is none."""
    move = _BY_ENDS.get((origin, target))
    if move is None:
        here = origin or "a new case"
        possible = ", ".join(allowed_targets(origin)) or "nowhere"
        raise InvalidTransition(f"A case can't move from {here} to {target}; possible: {possible}.")
    return move


def require(move: Move, fulfilled: frozenset[str]) -> None:
    """Refuse a move whose needs are not all fulfilled. Raises InvalidTransition with `missing`."""
    missing = tuple(need for need in move.needs if need not in fulfilled)
    if missing:
        what = "; ".join(NEEDS[need] for need in missing)
        raise InvalidTransition(f"To move to {move.target} this is missing: {what}.", missing)
