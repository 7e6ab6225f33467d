"""What is each question of an intake called on a page, and each of its answers?

A field without words of its own is called by its name, so that one of a later release needs none.
"""

from __future__ import annotations

from collections.abc import Mapping

from intake.clinical.record_field import Field

SECTION_TITLES: Mapping[str, str] = {
    "demographics": "About the person",
    "contact_and_capacity": "Safe contact, and whether they can consent",
    "referral": "The referral",
    "substance_use": "Main substance and its use",
    "polysubstance": "Other substances",
    "physical": "Body",
    "pregnancy": "Pregnancy",
    "medication": "Medicines",
    "allergies": "Allergies",
    "mental_health": "Mental health",
    "social": "Home, work and family",
    "preferences": "What the person would accept",
    "goals": "Goals, in the person's own words",
}
#: By name, or by section and name where a name alone says too little.
LABELS: Mapping[str, str] = {
    "psychosis_current": "Hears or sees what others don't, or holds firm beliefs nobody shares",
    "self_harm": "Self-harm, now or before",
    "urinary_retention": "Cannot pass urine",
    "flank_pain": "Pain in the side or back, below the ribs",
    "fever": "Fever or shivering",
    "domestic_abuse_current": "Hurt, threatened or controlled by somebody at home",
    "child_safeguarding_concern": "Worry about the safety of a child",
    "preferred_time": "Best time to ring",
    "safe_word": "Safe word: asked for before we say who we are",
    "who_not_to_contact": "Who must not be contacted",
    "emergency_contact": "Emergency contact",
    "emergency_contact.name": "Their name",
    "relation": "Who they are to the person",
    "phone": "Their number",
    "may_contact_when": "When they may be called",
    "knows_about_treatment": "They know about the treatment",
    "capacity_concern": "Doubt whether the person can consent today",
    "capacity_note": "What raised the doubt",
    "no_fixed_abode": "No fixed abode",
    "local_authority": "Local authority (code)",
    "gp_practice_code": "GP practice (code)",
    "gp_practice": "GP practice",
    "ethnicity": "Ethnicity (ONS letter)",
    "nationality": "Nationality (three letters)",
    "language": "Language (code)",
    "disability": "Disabilities",
    "triage_date": "Day of the first look (triage)",
    "previous_treatment_episodes": "Treatment episodes before",
    "days_used_30": "Days used, last 30",
    "days_used_28": "Days used, last 28",
    "grams_per_use_day": "Grams on a day of use",
    "age_first_use": "Age at first use",
    "years_regular_use": "Years of regular use",
    "last_use_on": "Last use",
    "days_since_last_use": "Days since last use",
    "binges_past_90d": "Binges, last 90 days",
    "longest_binge_days": "Longest binge, in days",
    "grams_per_binge": "Grams in a binge",
    "khole_episodes_30d": "K-hole, times in the last 30 days",
    "tolerance_increase": "Needs more than before for the same effect",
    "grams_at_start": "Grams on a day of use, at the start",
    "craving_0_10": "Craving, 0 to 10",
    "quit_attempts_lifetime": "Attempts to stop",
    "longest_abstinence_days": "Longest time without use, in days",
    "failed_structured_treatment_12m": "Structured treatments that didn't help, last 12 months",
    "overdose_lifetime": "Overdoses, ever",
    "overdose_past_90d": "Overdose in the last 90 days",
    "last_overdose_care": "Care after the last overdose",
    "binge_trigger": "What sets a binge off",
    "further_substances": "Further substances",
    "prescribed_ketamine_or_esketamine": "Ketamine or esketamine on prescription",
    "prescription": "That prescription: why, who, dose, last dose",
    "test_before_use": "Tests it before use",
    "supply": "Where it comes from",
    "weekly_spend": "Spent in a week, in pounds",
    "acute_effects_30d": "Effects in the last 30 days",
    "out_of_body": "Out of the body",
    "slow_heartbeat_or_collapse": "Slow heartbeat or collapse",
    "memory_gap": "Gap in memory",
    "strength_surprise": "Effect much stronger than expected",
    "days_away_from_home_90d": "Days away from home, last 90",
    "social_withdrawal": "Drawing back from family and friends",
    "medication_reviews": "Reviews of medicines asked for",
    "asked_for": "Review of",
    "opioid_days_30": "Opioids, days in the last 30",
    "opioid_dependence": "Dependent on opioids",
    "dxm_days_30": "DXM, days in the last 30",
    "pcp_days_30": "PCP, days in the last 30",
    "benzo_days_30": "Benzodiazepines, days in the last 30",
    "ghb_days_30": "GHB or GBL, days in the last 30",
    "cannabis_days_30": "Cannabis, days in the last 30",
    "alcohol_dependence": "Dependent on alcohol",
    "sedative_dependence": "Dependent on sedatives",
    "injecting_ever": "Ever injected",
    "injecting_past_28d": "Injected in the last 28 days",
    "injecting_shared": "Ever shared injecting equipment",
    "visible_haematuria": "Blood in the urine",
    "hydronephrosis_known": "Known swelling of a kidney (hydronephrosis)",
    "recurrent_uti": "Urine infections again and again",
    "voids_per_day": "Passes urine, times a day",
    "egfr": "eGFR, ml/min/1.73 m²",
    "egfr_on": "Day of the eGFR",
    "creatinine": "Creatinine, µmol/l",
    "alp_u_l": "ALP, U/l",
    "alp_on": "Day of the ALP",
    "ggt": "GGT, U/l",
    "urine_tested_on": "Day of the urine test",
    "ruq_pain_or_jaundice": "Pain below the right ribs, or jaundice",
    "k_cramps": "Stomach cramps after use (K-cramps)",
    "weight_kg": "Weight, kg",
    "nasal_damage": "Damage to the nose",
    "motor_impairment": "Trouble with movement",
    "speech_impairment": "Trouble with speech",
    "memory_problem": "Trouble with memory",
    "moca_total": "MoCA, 0 to 30",
    "bladder_analgesics": "Painkillers for the bladder",
    "sexual_function": "Sexual function, in the person's words",
    "hiv": "HIV",
    "hbv": "Hepatitis B",
    "hcv": "Hepatitis C",
    "pregnancy.status": "Pregnant",
    "weeks": "Weeks pregnant",
    "previous_suicide_attempt": "Tried to end their life before",
    "previous_suicide_attempt_on": "When that was",
    "psychosis_past": "Psychosis before",
    "dissociation_between_uses": "Feels detached between uses",
    "adhd": "ADHD",
    "current_mental_health_team": "Has a mental health team now",
    "supportive_person": "Has somebody who supports them",
    "lives_with_people_who_use": "Lives with people who use",
    "in_work_or_study": "Works or studies",
    "occupational_driver": "Drives for a living",
    "driving_advice_given": "Was advised about driving and the DVLA",
    "arrests_30d": "Arrests, last 30 days",
    "childrens_services_involved": "Children's services involved",
    "caring_duties": "Cares for somebody",
    "isolated": "Lonely or cut off",
    "veteran": "Served in the armed forces",
    "accepts_inpatient": "Would go into inpatient treatment",
    "inpatient_bed_available": "A bed could be had",
    "group_ok": "Would come to a group",
    "worker_gender": "Would rather work with",
    "remote_ok": "Would meet by phone or video",
    "strengths": "What the person is good at, and proud of",
}
HINTS: Mapping[str, str] = {
    "capacity_concern": "Such as intoxicated within 24 hours: ask for consent again later.",
    "psychosis_current": "Yes raises an alert at once, to be answered within the hour.",
    "urinary_retention": "Yes is an emergency today, whatever else is said.",
    "flank_pain": "Together with fever an emergency today.",
    "days_used_30": "Non-prescribed use only.",
    "days_used_28": "Asked on its own, not worked out from the 30 days.",
    "opioid_dependence": "With ketamine they stop the breath: ask even if nobody said so.",
    "alcohol_dependence": "Stopping suddenly is dangerous.",
    "sedative_dependence": "Stopping suddenly is dangerous.",
    "voids_per_day": "Count the nights too.",
}
ANSWERS: Mapping[str, str] = {
    "true": "Yes",
    "false": "No",
    "am": "Morning",
    "pm": "Afternoon",
    "missed_contact": "When we miss each other",
    "any": "Any time",
    "pcp": "PCP",
    "dxm": "DXM",
    "mdma": "MDMA",
    "ghb_gbl": "GHB or GBL",
    "methoxetamine_analogue": "Methoxetamine or similar",
    "nsaid": "NSAID (such as ibuprofen)",
    "intramuscular": "Into a muscle",
    "intravenous": "Into a vein",
    "intranasal": "Through the nose",
    "oral": "By mouth",
    "none_known": "None known",
    "null": "Not measured",
}
GRADES = ("None", "Mild", "Moderate", "Severe")
REASONS = (("unknown", "Unknown"), ("declined", "Declined"), ("not_asked", "Not asked"))


def section(name: str) -> str:
    """What a section is called; the single fields of a step stand under one heading."""
    return SECTION_TITLES.get(name, plain(name)) if name else "Is the person safe now?"


def label(what: Field, within: str = "") -> str:
    """What a field is called; `within` is its section or the field it is a part of."""
    return LABELS.get(f"{within}.{what.name}") or LABELS.get(what.name) or plain(what.name)


def hint(what: Field) -> str:
    """What helps with an answer."""
    return HINTS.get(what.name, "")


def options(what: Field) -> tuple[tuple[str, str], ...]:
    """The answers of a field, as value and word, without the reasons why there is none."""
    if what.kind == "yes_no":
        return (("true", "Yes"), ("false", "No"))
    if what.kind == "whole":
        return tuple((str(number), word) for number, word in enumerate(GRADES))
    return tuple((one, answer(one)) for one in what.choices)


def answer(value: str) -> str:
    """One answer in words."""
    return ANSWERS.get(value, plain(value))


def plain(name: str) -> str:
    """A name as a sentence begins."""
    return name.replace("_", " ").capitalize().replace("Gp", "GP").replace(" gp", " GP")
