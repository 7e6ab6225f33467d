"""Which needs of a move are fulfilled by what is stored of a case and what was said with the move?

One named function for each need, pure; what a need means stands in move_needs.py. A date counts
only when it can be true: never in the future, never before what it must follow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta

from intake.clinical import lifecycle, missed_visits
from intake.clinical.case_facts import Attempt, Known, Said, Sought
from intake.clinical.missed_visits import Absence

TREATMENT_CONTACTS = ("session", "admission", "contact")
CLEARED = ("cleared", "cleared_with_conditions")
BOOKED = ("booked", "done")
AFTER_STAY = ("X1", "X2")


def fulfilled(known: Known, said: Said) -> frozenset[str]:
    """The needs that are fulfilled."""
    absence = _absence(known, said)
    found = {need for need, check in CHECKS.items() if check(known, said)}
    found |= {need for need, given in WORDS.items() if given in said.words}
    return frozenset(found | missed_visits.needs_fulfilled(absence, known.today))


def triaged_on(known: Known, said: Said) -> date | None:
    """The day of the triage: as said, as answered, as attended, or as the intake was handed in."""
    attended = [
        day for status, kind, day in known.visits if (status, kind) == ("fulfilled", "intake")
    ]
    on = said.triage_date or known.triage_date or (min(attended) if attended else None)
    return on or known.handed_in_on


def sought(known: Known) -> Sought:
    """How the person was sought so far: what counts for a loss, and for a referral declined."""
    return _sought(known, Said())


def _sought(known: Known, said: Said) -> Sought:
    missed = missed_visits.streak(status for status, _, _ in known.visits)
    days = [day for status, _, day in known.visits if status == "noshow"][:missed]
    first = min(days) if days else None
    tried = sorted(_tried(known, said), key=lambda one: (one.on, one.channel))
    return Sought(
        missed_in_a_row=missed,
        first_missed_on=first,
        attempts=tuple(one for one in tried if _is_since(one.on, first, known)),
        since_referral=tuple(one for one in tried if _is_since(one.on, known.referral_date, known)),
    )


def _absence(known: Known, said: Said) -> Absence:
    """How long the person has been away, from the visits and the attempts listed."""
    found = _sought(known, said)
    return Absence(
        missed_in_a_row=found.missed_in_a_row,
        attempts=len(found.attempts),
        first_missed_on=found.first_missed_on,
        open_priorities=known.open_priorities,
    )


def _tried(known: Known, said: Said) -> set[Attempt]:
    """Attempts on record and told with the move; the same way on one day counts once."""
    return {*known.attempts, *said.attempts}


def _is_since(day: date | None, earliest: date | None, known: Known) -> bool:
    """Whether a day was said that isn't in the future nor before the earliest."""
    return day is not None and day <= known.today and (earliest is None or day >= earliest)


def _are_fresh(known: Known, codes: Collection[str], days: int, on: date) -> bool:
    """Whether each was signed within so many days before a day."""
    oldest = on - timedelta(days=days)
    return all(code in known.signed and known.signed[code] >= oldest for code in codes)


def _triage(known: Known, said: Said) -> bool:
    return _is_since(triaged_on(known, said), None, known)


def _triage_after_referral(known: Known, said: Said) -> bool:
    return _is_since(triaged_on(known, said), known.referral_date, known)


def _decline_attempts(known: Known, said: Said) -> bool:
    if said.decline_reason != "no_contact":
        return said.decline_reason is not None
    return len(_sought(known, said).since_referral) >= missed_visits.ATTEMPTS_BEFORE_LOST


def _first_contact(known: Known, said: Said) -> bool:
    begun = known.decided_on
    if said.admitted_on is not None:
        return known.plan_setting == "inpatient" and _is_since(said.admitted_on, begun, known)
    return begun is not None and any(
        status == "fulfilled" and kind in TREATMENT_CONTACTS and day >= begun
        for status, kind, day in known.visits
    )


def _step_down_booked(known: Known, _: Said) -> bool:
    """X1 and X2 where the schedule has them; after an outpatient plan the next two visits."""
    after = [known.schedule[code] for code in AFTER_STAY if code in known.schedule]
    if after:
        return all(state in BOOKED for state in after)
    ahead = [day for status, _, day in known.visits if status == "booked" and day >= known.today]
    return len(ahead) >= len(AFTER_STAY)


def _exit_scores(known: Known, said: Said) -> bool:
    """Told and measured at the end: what was signed before the decision is where it began."""
    on, codes = said.discharge_date or known.today, lifecycle.EXIT_INSTRUMENTS
    begun = known.decided_on or known.today
    told = said.days_used_28 is not None and said.craving is not None
    measured = all(known.signed.get(one, date.min) >= begun for one in codes)
    return told and measured and _are_fresh(known, codes, lifecycle.EXIT_SCORES_VALID_DAYS, on)


def _gp_letter(known: Known, said: Said) -> bool:
    """A letter needs consent; leaving it out needs that there is none."""
    agreed = known.consents.get("share_gp") == "given"
    return said.gp_letter == ("sent" if agreed else "not_agreed")


def _alerts_settled(known: Known, said: Said) -> bool:
    serious = set(known.open_priorities) & set(missed_visits.SERIOUS)
    return not serious or "alerts_handed_over_to" in said.words


def _records_shared(known: Known, said: Said) -> bool:
    return said.records_shared == "not_agreed" or (
        said.records_shared == "disclosed" and known.has_disclosure
    )


def _new_referral(known: Known, said: Said) -> bool:
    back = said.new_contact_date or known.today
    return said.has_referral or not missed_visits.needs_new_referral(known.state_since, back)


# Free text that fulfils a need by being there.
WORDS: Mapping[str, str] = {
    "withdrawal_reason": "reason",
    "step_down_plan": "step_down_plan",
    "step_up_reason": "reason",
    "relapse_plan": "relapse_plan",
    "receiving_service": "receiving_service",
    "accepted_by": "accepted_by",
    "death_source": "death_source",
    "reopening_reason": "reason",
    "correction_reason": "reason",
}
CHECKS: Mapping[str, Callable[[Known, Said], bool]] = {
    "triage": _triage,
    "triage_not_before_referral": _triage_after_referral,
    "treatment_consent": lambda known, _: known.consents.get("treatment") == "given",
    "decline_reason": lambda _, said: said.decline_reason is not None,
    "decline_attempts": _decline_attempts,
    "intake_complete": lambda known, _: known.intake_complete,
    "instruments_done": lambda known, _: set(lifecycle.INSTRUMENTS) <= set(known.signed),
    "critical_alerts_acknowledged": lambda known, _: lifecycle.ACKNOWLEDGED_FIRST.isdisjoint(
        known.unanswered_alerts
    ),
    "assessor": lambda known, _: bool(known.signed),
    "complete_recommendation": lambda known, _: known.recommendation_complete,
    "plan_decision": lambda known, _: known.plan_state is not None,
    "goal": lambda known, _: known.goals > 0,
    "key_worker": lambda known, _: known.has_key_worker,
    "follow_up": lambda known, _: bool(known.schedule),
    "sign_off": lambda known, _: known.plan_state == "agreed",
    "first_contact_or_admission": _first_contact,
    "medical_clearance": lambda known, _: (
        not known.clearance_required or known.clearance in CLEARED
    ),
    "stay_or_intensity_ended": lambda known, said: (
        _is_since(said.stay_ended_on, known.state_since, known)
        or _is_since(said.intensity_lowered_on, known.state_since, known)
    ),
    "step_down_booked": _step_down_booked,
    "recent_review_scores": lambda known, _: _are_fresh(
        known, lifecycle.EXIT_INSTRUMENTS, lifecycle.REVIEW_SCORES_VALID_DAYS, known.today
    ),
    "new_recommendation": lambda known, _: known.recommended_since_state,
    "discharge_reason": lambda _, said: said.discharge_reason is not None,
    "discharge_date": lambda known, said: _is_since(said.discharge_date, None, known),
    "exit_scores": _exit_scores,
    "alerts_closed_or_handed_over": _alerts_settled,
    "gp_letter": _gp_letter,
    "approval": lambda _, said: said.approved,
    "transfer_date": lambda known, said: _is_since(said.transfer_date, known.referral_date, known),
    "records_shared": _records_shared,
    "death_date": lambda known, said: _is_since(said.death_date, None, known),
    "new_contact_date": lambda known, said: _is_since(
        said.new_contact_date, known.state_since, known
    ),
    "new_referral": _new_referral,
    "second_person": lambda _, said: said.approved,
}
