"""Which facts about the body count as reasons? Withdrawal, bladder, kidneys, liver, pregnancy."""

from __future__ import annotations

from intake.clinical.criteria.criterion import Criterion, all_of, any_of, at_least, below, criterion
from intake.clinical.criteria.substance import (
    severe_use_disorder,
    used_in_the_last_30_days,
    uses_on_25_days_or_more,
)
from intake.clinical.facts import Facts


@criterion("kwc8_total")
def withdrawal_is_moderate(facts: Facts) -> bool:
    """Withdrawal symptoms are at least moderate: K-WC8 8 or more."""
    return at_least(facts.kwc8_total, 8)


@criterion("kwc8_total")
def withdrawal_is_severe(facts: Facts) -> bool:
    """Withdrawal symptoms are severe: K-WC8 16 or more."""
    return at_least(facts.kwc8_total, 16)


@criterion("kwc8_total", "kwc8_tremor", "kwc8_palpitations")
def withdrawal_needs_medical_review(facts: Facts) -> bool:
    """Withdrawal needs a medical review: K-WC8 16 or more, or severe tremor or palpitations."""
    return (
        at_least(facts.kwc8_total, 16)
        or facts.kwc8_tremor == 3  # noqa: PLR2004  # severe
        or facts.kwc8_palpitations == 3  # noqa: PLR2004  # severe
    )


@criterion("kbc6_total")
def has_some_bladder_symptoms(facts: Facts) -> bool:
    """Some bladder symptoms: KBC-6 3 or more."""
    return at_least(facts.kbc6_total, 3)


@criterion("kbc6_total")
def bladder_symptoms_are_moderate(facts: Facts) -> bool:
    """Bladder symptoms are at least moderate: KBC-6 7 or more."""
    return at_least(facts.kbc6_total, 7)


@criterion("kbc6_total")
def bladder_symptoms_are_severe(facts: Facts) -> bool:
    """Bladder symptoms are severe: KBC-6 13 or more."""
    return at_least(facts.kbc6_total, 13)


@criterion("visible_haematuria")
def sees_blood_in_urine(facts: Facts) -> bool:
    """There is visible blood in the urine."""
    return facts.visible_haematuria is True


@criterion("urinary_retention")
def cannot_pass_urine(facts: Facts) -> bool:
    """Cannot pass urine."""
    return facts.urinary_retention is True


@criterion("flank_pain", "fever")
def has_flank_pain_and_fever(facts: Facts) -> bool:
    """Has pain in the flank together with fever."""
    return facts.flank_pain is True and facts.fever is True


@criterion("hydronephrosis_known")
def has_hydronephrosis(facts: Facts) -> bool:
    """Hydronephrosis is known."""
    return facts.hydronephrosis_known is True


@criterion("egfr")
def kidney_function_is_low(facts: Facts) -> bool:
    """Kidney function is low: eGFR below 60 ml/min/1.73 m²."""
    return below(facts.egfr, 60)


@criterion("alp_u_l")
def alkaline_phosphatase_is_raised(facts: Facts) -> bool:
    """Alkaline phosphatase is raised: 113 U/l or more."""
    return at_least(facts.alp_u_l, 113)


@criterion("ruq_pain_or_jaundice")
def has_liver_pain_or_jaundice(facts: Facts) -> bool:
    """Has pain under the right ribs, or jaundice."""
    return facts.ruq_pain_or_jaundice is True


@criterion("k_cramps")
def has_k_cramps(facts: Facts) -> bool:
    """Has abdominal cramps from ketamine."""
    return at_least(facts.k_cramps, 1)


@criterion("motor_impairment")
def movement_is_impaired(facts: Facts) -> bool:
    """Movement is impaired, moderately or severely."""
    return at_least(facts.motor_impairment, 2)


@criterion("speech_impairment")
def speech_is_impaired(facts: Facts) -> bool:
    """Speech is impaired, moderately or severely."""
    return at_least(facts.speech_impairment, 2)


@criterion("pregnancy_status")
def is_pregnant(facts: Facts) -> bool:
    """Is pregnant."""
    return facts.pregnancy_status == "pregnant"


urological_emergency: Criterion = any_of(
    "urological_emergency",
    "A urological emergency: cannot pass urine, or flank pain with fever",
    cannot_pass_urine,
    has_flank_pain_and_fever,
)
kidney_or_liver_affected: Criterion = any_of(
    "kidney_or_liver_affected",
    "Kidneys or liver are affected: hydronephrosis, eGFR below 60 ml/min/1.73 m², ALP 113 U/l or "
    "more, pain under the right ribs or jaundice",
    has_hydronephrosis,
    kidney_function_is_low,
    alkaline_phosphatase_is_raised,
    has_liver_pain_or_jaundice,
)
liver_or_bile_affected: Criterion = any_of(
    "liver_or_bile_affected",
    "Liver or bile ducts may be affected: ALP 113 U/l or more, pain under the right ribs or "
    "jaundice",
    alkaline_phosphatase_is_raised,
    has_liver_pain_or_jaundice,
)
urology_is_urgent: Criterion = any_of(
    "urology_is_urgent",
    "Urology within 14 days: blood in urine, hydronephrosis, eGFR below 60, or KBC-6 13 or more. "
    "At 45 years or older visible blood follows the suspected-cancer path",
    sees_blood_in_urine,
    has_hydronephrosis,
    kidney_function_is_low,
    bladder_symptoms_are_severe,
)
pregnant_and_using: Criterion = all_of(
    "pregnant_and_using",
    "Is pregnant and used in the last 30 days",
    is_pregnant,
    used_in_the_last_30_days,
)
pregnant_using_and_severe: Criterion = all_of(
    "pregnant_using_and_severe",
    "Is pregnant, used in the last 30 days, and the use disorder is severe",
    pregnant_and_using,
    severe_use_disorder,
)
bloods_and_ultrasound_are_due: Criterion = all_of(
    "bloods_and_ultrasound_are_due",
    "Used in the last 30 days, and: KBC-6 3 or more, abdominal cramps, pain under the right ribs "
    "or jaundice, blood in urine, or use on 25 days or more",
    used_in_the_last_30_days,
    any_of(
        "signs_of_organ_damage",
        "",
        has_some_bladder_symptoms,
        has_k_cramps,
        has_liver_pain_or_jaundice,
        sees_blood_in_urine,
        uses_on_25_days_or_more,
    ),
)
