"""Which sections and fields has an intake, and what may each hold?

Contact points, consent, names, birth date and instruments have rows of their own. `required`: R to
register a referral, S to submit (immediate risk), I to complete the intake, O optional.
Ranges that no source gives are wide enough for anything real and refuse slips of the pen.
"""

from __future__ import annotations

from collections.abc import Mapping

from intake.clinical import contact_questions, quick_note
from intake.clinical.record_field import (
    Field,
    choice,
    choices,
    coded,
    day,
    graded,
    number,
    parts,
    rows,
    text,
    whole,
    yes_no,
)

# fmt: off
SUBSTANCES = (
    "ketamine", "pcp", "dxm", "methoxetamine_analogue", "opioid", "alcohol", "benzodiazepine",
    "ghb_gbl", "cocaine", "cannabis", "mdma", "nitrous_oxide", "other",
)
SOURCES = (
    "self", "relative", "concerned_other", "gp", "hospital", "emergency_department", "urology",
    "mental_health_service", "midwifery", "drug_service", "needle_exchange", "education",
    "employer", "social_services", "probation", "court", "prison", "police_custody",
    "community_outreach", "other",
)
# fmt: on
ROUTES = ("intranasal", "oral", "intramuscular", "intravenous", "smoked", "rectal", "other")
CHANNELS = ("sms", "phone", "email", "post")
ACUTE_EFFECTS = (
    "hallucinations",
    "out_of_body",
    "vomiting",
    "slow_heartbeat_or_collapse",
    "memory_gap",
)
INFECTION = ("negative", "positive", "not_tested", "cleared", "vaccinated")

REFERRAL = (
    choice("source", *SOURCES, required="R"),
    day("referral_date", "R"),
    choice("urgency", "routine", "urgent", "emergency", required="R"),
    day("triage_date", "I"),
    whole("previous_treatment_episodes", 0, 99, required="I"),
    text("reason"),
    text("referrer_name", limit=200),
    text("referrer_organisation", limit=200),
    text("referrer_contact", limit=200),
)
DEMOGRAPHICS = (
    whole("age_at_intake", 0, 130),
    choice("sex_at_birth", "male", "female", "intersex", "unknown", required="I"),
    choice("gender_identity", "same_as_sex", "woman", "man", "non_binary", "other"),
    choice("sexual_orientation", "heterosexual", "gay_or_lesbian", "bisexual", "other"),
    coded("ethnicity", "[A-Z]"),  # ONS codes A to Z; Z is not specified
    coded("nationality", "[A-Z]{3}"),  # ISO 3166-1 alpha-3
    coded("language", "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    yes_no("interpreter_needed"),
    rows("disability", text("name", limit=100), limit=20),
    yes_no("no_fixed_abode"),
    coded("local_authority", "[A-Z0-9]{2,9}", "I"),
    coded("gp_practice_code", "[A-Z0-9]{3,10}"),
    text("address", limit=500),
    text("postcode", limit=10),  # to complete the intake: this, or no_fixed_abode
    text("gp_practice", limit=200),
)
ONE_SUBSTANCE = (
    whole("days_used_30", 0, 30),  # non-prescribed use only
    whole("days_used_28", 0, 28),  # entered separately, never derived by scaling
    number("grams_per_use_day", 0, 50, places=2),
    whole("age_first_use", 5, 130),
    number("years_regular_use", 0, 120),
    day("last_use_on"),
    whole("days_since_last_use", 0, 40000),
    whole("binges_past_90d", 0, 90),
    whole("longest_binge_days", 0, 365),
    number("grams_per_binge", 0, 1000, places=2),
    whole("khole_episodes_30d", 0, 1000),
    whole("injuries_while_intoxicated", 0, 1000),
    yes_no("tolerance_increase"),
    number("grams_at_start", 0, 50, places=2),
    whole("craving_0_10", 0, 10),
    whole("quit_attempts_lifetime", 0, 1000),
    whole("longest_abstinence_days", 0, 40000),
    whole("failed_structured_treatment_12m", 0, 100),
    whole("overdose_lifetime", 0, 1000),
    yes_no("overdose_past_90d"),
    text("last_overdose_care", limit=500),
    text("binge_trigger", limit=500),
)
SUBSTANCE_USE = (
    choice("primary_substance", *SUBSTANCES),
    choice("primary_route", *ROUTES),
    *ONE_SUBSTANCE,
    rows(
        "further_substances",
        choice("substance", *SUBSTANCES),
        choice("route", *ROUTES),
        *ONE_SUBSTANCE,
        limit=2,
    ),
    yes_no("prescribed_ketamine_or_esketamine"),
    text("prescription", limit=500),
    yes_no("test_before_use"),
    yes_no("uses_alone"),
    text("supply", limit=500),
    number("weekly_spend", 0, 100000, places=2),
    parts("acute_effects_30d", *(graded(name) for name in ACUTE_EFFECTS)),
    yes_no("strength_surprise"),
    whole("days_away_from_home_90d", 0, 90),
    graded("social_withdrawal"),
    rows(
        "medication_reviews",
        choice("asked_for", "antidepressant", "other_non_habit_forming"),
        text("result", limit=500),
        limit=20,
    ),
)
POLYSUBSTANCE = (
    whole("opioid_days_30", 0, 30),
    yes_no("opioid_dependence", "S"),
    *(whole(f"{name}_days_30", 0, 30) for name in ("dxm", "pcp", "benzo", "ghb", "cannabis")),
    yes_no("alcohol_dependence", "S"),
    yes_no("sedative_dependence", "S"),
    *(yes_no(name) for name in ("injecting_ever", "injecting_past_28d", "injecting_shared")),
)
PHYSICAL = (
    yes_no("visible_haematuria"),
    yes_no("urinary_retention", "S"),  # cannot pass urine
    yes_no("flank_pain", "S"),
    yes_no("fever", "S"),
    yes_no("hydronephrosis_known"),
    yes_no("recurrent_uti"),
    whole("voids_per_day", 0, 200),
    number("egfr", 0, 250, nullable=True),  # ml/min/1.73 m²
    day("egfr_on"),
    number("creatinine", 0, 5000),  # µmol/l
    number("alp_u_l", 0, 20000, nullable=True),
    day("alp_on"),
    number("ggt", 0, 20000),  # U/l
    choice("urine_dip", "normal", "abnormal", "not_done"),
    choice("urine_culture", "negative", "positive", "not_done"),
    day("urine_tested_on"),
    yes_no("ruq_pain_or_jaundice"),
    graded("k_cramps"),
    number("weight_kg", 1, 500, places=1),
    yes_no("weight_loss"),
    yes_no("nasal_damage"),
    graded("motor_impairment"),
    graded("speech_impairment"),
    yes_no("falls"),
    graded("memory_problem"),
    whole("moca_total", 0, 30, nullable=True),
    choices("bladder_analgesics", "opioid", "nsaid", "paracetamol", "other", "none"),
    text("sexual_function", limit=500),
    *(choice(name, *INFECTION) for name in ("hiv", "hbv", "hcv")),
)
MENTAL_HEALTH = (
    yes_no("previous_suicide_attempt"),
    day("previous_suicide_attempt_on"),
    yes_no("self_harm"),
    yes_no("psychosis_current", "S"),
    yes_no("psychosis_past"),
    graded("dissociation_between_uses"),
    *(yes_no(name) for name in ("trauma", "adhd", "autism", "eating_disorder")),
    yes_no("current_mental_health_team"),
)
SOCIAL = (
    choice("housing", "stable", "unstable", "homeless"),
    *(yes_no(name) for name in ("lives_alone", "supportive_person", "lives_with_people_who_use")),
    yes_no("in_work_or_study"),
    choice("employment", "full_time", "part_time", "unemployed", "student", "not_in_labour_force"),
    yes_no("debts"),
    *(yes_no(name) for name in ("drives", "occupational_driver", "driving_advice_given")),
    whole("arrests_30d", 0, 100),
    yes_no("probation"),
    yes_no("domestic_abuse_current"),
    whole("children_in_household", 0, 30),
    yes_no("parental_responsibility"),
    yes_no("child_safeguarding_concern"),
    yes_no("childrens_services_involved"),
    *(yes_no(name) for name in ("caring_duties", "isolated", "veteran")),
)
PREGNANCY = (
    choice("status", "pregnant", "not_pregnant", "unknown", "not_applicable"),
    whole("weeks", 0, 45, nullable=True),
    yes_no("partner_pregnant"),
)
PREFERENCES = (
    yes_no("accepts_inpatient"),
    yes_no("inpatient_bed_available"),
    yes_no("group_ok"),
    choice("worker_gender", "woman", "man", "no_preference"),
    yes_no("remote_ok"),
    text("strengths", limit=1000),
)

SECTIONS: Mapping[str, tuple[Field, ...]] = {
    "referral": REFERRAL,
    "demographics": DEMOGRAPHICS,
    contact_questions.SECTION: contact_questions.FIELDS,
    "substance_use": SUBSTANCE_USE,
    "polysubstance": POLYSUBSTANCE,
    "physical": PHYSICAL,
    "mental_health": MENTAL_HEALTH,
    "social": SOCIAL,
    "pregnancy": PREGNANCY,
    "preferences": PREFERENCES,
    quick_note.SECTION: quick_note.FIELDS,
}

# Sections that are lists. `["none_known"]` is the explicit answer that there is no allergy.
LISTS: Mapping[str, Field] = {
    "medication": rows(
        "medication",
        text("name", limit=200),
        text("dose", limit=100),
        text("frequency", limit=100),
        text("prescriber", limit=200),
        choice("adherence", "taken", "partly_taken", "not_taken"),
        limit=60,
    ),
    "allergies": rows(
        "allergies",
        text("substance", limit=200),
        text("reaction", limit=200),
        choice("severity", "mild", "moderate", "severe"),
        limit=60,
        required="I",
    ),
    "goals": rows(
        "goals",
        text("statement", limit=500),
        day("target_date"),
        text("measure", limit=200),
        limit=30,
    ),
}
