"""What must be there before a case moves, and what happens with it, in the words of a refusal?"""

from __future__ import annotations

from collections.abc import Mapping

# What each need means, in the sentence that a refusal shows.
NEEDS: Mapping[str, str] = {
    "referral_fields": "the fields a referral is registered with",
    "duplicate_check": "a check for somebody with the same name and date of birth",
    "triage": "an attended intake appointment or a telephone triage, with its date",
    "triage_not_before_referral": "a triage date that is not before the referral date",
    "treatment_consent": "consent to treatment",
    "decline_reason": "a reason for declining",
    "decline_attempts": "3 attempts at contact where the reason is that nobody was reached",
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
    "discharge_reason": "a discharge reason",
    "discharge_date": "the date of the discharge",
    "exit_scores": "the exit set: days_used_28, sds, phq9, gad7, kbc6 and craving",
    "relapse_plan": "a relapse plan",
    "alerts_closed_or_handed_over": "critical and high alerts closed or handed over",
    "gp_letter": "a letter to the general practitioner, with consent",
    "approval": "a proposal that a clinical lead, not the proposer, has approved",
    "receiving_service": "the receiving service",
    "accepted_by": "the name of the person there who accepted",
    "transfer_date": "the date of the transfer",
    "records_shared": "records shared with consent, or the word that the person didn't agree",
    "three_missed": "3 missed appointments in a row",
    "attempts": "at least 3 documented attempts at contact, listed",
    "sought_long_enough": "14 days since the first of the missed appointments",
    "no_open_alerts": "no open critical or high alert",
    "death_date": "the date of death",
    "death_source": "the source of the information",
    "new_contact_date": "the date of the new referral or contact",
    "reopening_reason": "the reason for reopening",
    "new_referral": "a new referral, because more than 90 days have passed",
    "correction_reason": "the reason why the entry was wrong",
    "second_person": "a second person who agrees",
}
# What each effect means.
EFFECTS: Mapping[str, str] = {
    "stop_reminders": "every reminder not yet sent is stopped at once",
    "incident_review": "a task to review the incident is opened",
    "new_episode": "a new case with a number of its own begins; the old one stays as it is",
}
# What can be said with a move, by the need it fulfils; every other need is fulfilled by what is
# stored. `reason` goes with any move.
SAID: Mapping[str, tuple[str, ...]] = {
    "triage": ("triage_date",),
    "decline_reason": ("decline_reason",),
    "decline_attempts": ("attempts",),
    "first_contact_or_admission": ("admitted_on",),
    "withdrawal_reason": ("reason",),
    "stay_or_intensity_ended": ("stay_ended_on", "intensity_lowered_on"),
    "step_down_plan": ("step_down_plan",),
    "step_up_reason": ("reason",),
    "discharge_reason": ("discharge_reason",),
    "discharge_date": ("discharge_date",),
    "exit_scores": ("days_used_28", "craving"),
    "relapse_plan": ("relapse_plan",),
    "alerts_closed_or_handed_over": ("alerts_handed_over_to",),
    "gp_letter": ("gp_letter",),
    "receiving_service": ("receiving_service",),
    "accepted_by": ("accepted_by",),
    "transfer_date": ("transfer_date",),
    "records_shared": ("records_shared",),
    "attempts": ("attempts",),
    "death_date": ("death_date",),
    "death_source": ("death_source",),
    "new_contact_date": ("new_contact_date",),
    "reopening_reason": ("reason",),
    "new_referral": ("referral",),
    "correction_reason": ("reason",),
}
# Said with a move beside what it needs.
ALSO_SAID: Mapping[str, tuple[str, ...]] = {
    "deceased": ("cause_of_death",),
    "discharged": ("custody_ended_treatment", "door_open_note"),
}
