"""What else belongs into the plan in KDS-1.0? Fifteen additions, J01 with its level."""

from __future__ import annotations

from intake.clinical.criteria import mental, physical, social, substance
from intake.clinical.criteria.criterion import Criterion
from intake.clinical.rule_set import Adjunct

UROLOGY = "Joint clinics run a 2-week path (BJPsych Open 2025); pathway draft (remedy.bnssg.icb)"


def _one(rule: str, title: str, when: Criterion, source: str = "Product decision") -> Adjunct:
    return Adjunct(rule, title, ((None, when),), source)


ADJUNCTS: tuple[Adjunct, ...] = (
    Adjunct(
        "J01",
        "Urology referral",
        (
            ("emergency", physical.urological_emergency),
            ("urgent", physical.urology_is_urgent),
            ("routine", physical.bladder_symptoms_are_moderate),
        ),
        UROLOGY,
    ),
    _one(
        "J02",
        "Renal and liver bloods, urine dip and ultrasound",
        physical.bloods_and_ultrasound_are_due,
        "Tests before urology in a pathway draft (remedy.bnssg.icb)",
    ),
    _one(
        "J03",
        "Hepatobiliary review",
        physical.liver_or_bile_affected,
        "ALP 113 U/l or more: predictive value 85.4 % (PubMed 29551711)",
    ),
    _one(
        "J04",
        "Antidepressant review",
        mental.depression_is_moderately_severe,
        "PHQ-9 bands (loinc.org, LL382-3)",
    ),
    _one("J05", "Physiotherapy", physical.movement_is_impaired),
    _one("J06", "Speech therapy", physical.speech_is_impaired),
    _one(
        "J07",
        "Cognitive screen",
        mental.memory_is_impaired_and_not_screened,
        "MoCA 26 or more is normal (physiospot.com, MoCA mandatory training)",
    ),
    _one("J08", "Naloxone and overdose training", substance.opioids_are_used_too),
    _one("J09", "Obstetric referral", physical.is_pregnant),
    _one("J10", "Housing support", social.needs_housing_support),
    _one("J11", "Blood-borne virus test and vaccination", substance.injected_recently),
    _one(
        "J12",
        "Driving advice",
        social.drives_and_uses,
        "Driving rules to be confirmed with the licensing authority",
    ),
    _one("J13", "Harm-reduction pack", substance.used_in_the_last_30_days),
    _one("J14", "Safeguarding referral", social.a_child_may_be_at_risk),
    _one("J15", "Contact the prescriber", substance.is_prescribed_ketamine),
)
