"""What do the rules know about a person? One flat, typed view of an intake and its scores.

None means missing: unknown, declined, not asked, null or absent, never 0 and never false.
Field names are those of the intake record, so that a rule's inputs can be read back there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from intake.clinical import derived
from intake.clinical.scoring import Score

MISSING_WORDS = frozenset({"unknown", "declined", "not_asked"})

# Which section of the record holds which of the facts below.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "demographics": ("sex_at_birth",),
    "substance_use": (
        "primary_substance",
        "primary_route",
        "days_used_30",
        "grams_per_use_day",
        "age_first_use",
        "binges_past_90d",
        "longest_binge_days",
        "khole_episodes_30d",
        "craving_0_10",
        "failed_structured_treatment_12m",
        "overdose_past_90d",
        "prescribed_ketamine_or_esketamine",
    ),
    "polysubstance": (
        "opioid_days_30",
        "opioid_dependence",
        "dxm_days_30",
        "pcp_days_30",
        "benzo_days_30",
        "ghb_days_30",
        "alcohol_dependence",
        "sedative_dependence",
        "injecting_past_28d",
    ),
    "physical": (
        "visible_haematuria",
        "urinary_retention",
        "flank_pain",
        "fever",
        "hydronephrosis_known",
        "egfr",
        "alp_u_l",
        "ruq_pain_or_jaundice",
        "k_cramps",
        "motor_impairment",
        "speech_impairment",
        "memory_problem",
        "moca_total",
    ),
    "mental_health": ("psychosis_current",),
    "social": (
        "housing",
        "lives_alone",
        "supportive_person",
        "lives_with_people_who_use",
        "in_work_or_study",
        "child_safeguarding_concern",
        "domestic_abuse_current",
        "drives",
    ),
    "preferences": ("accepts_inpatient", "inpatient_bed_available"),
}


def facts_from(intake: Mapping[str, object], scores: Mapping[str, Score]) -> Facts:
    """The facts of a checked intake (the shape of the worked examples) and its scores."""
    found: dict[str, object] = {}
    for name, fields in SECTIONS.items():
        section = section_of(intake, name)
        for field in fields:
            found[field] = known(section.get(field))
    found["grams_per_use_day"] = derived.decimal_or_none(found["grams_per_use_day"])
    for field, code in (("craving_0_10", "craving"), ("moca_total", "moca")):
        if found[field] is None and code in scores:
            found[field] = scores[code].total
    found["age"] = _age(intake)
    found["pregnancy_status"] = known(section_of(intake, "pregnancy").get("status"))
    channels = known(section_of(intake, "contact").get("safe_channels"))
    found["safe_channels"] = tuple(channels) if isinstance(channels, list | tuple) else None
    found["binge_pattern"], found["frequent_binge"] = derived.binge_patterns(
        whole(found["binges_past_90d"]), whole(found["longest_binge_days"])
    )
    return Facts(**found, **_from_scores(scores))  # type: ignore[arg-type]  # checked before


def known(value: object) -> object:
    """The value, or None for every way in which it can be missing."""
    word = value
    if isinstance(value, Mapping) and value.keys() == {"status"}:
        word = value["status"]
    return None if isinstance(word, str) and word in MISSING_WORDS else value


def section_of(intake: Mapping[str, object], name: str) -> Mapping[str, object]:
    """A section of the record; empty when it is absent or missing."""
    section = known(intake.get(name))
    return section if isinstance(section, Mapping) else {}


def whole(value: object) -> int | None:
    """A whole number, or None; true is not 1."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def date_or_none(value: object) -> date | None:
    """An ISO date, or None where it is missing; call it once checked."""
    value = known(value)
    return date.fromisoformat(value) if isinstance(value, str) else None


def _age(intake: Mapping[str, object]) -> int | None:
    demographics = section_of(intake, "demographics")
    born, seen = (
        date_or_none(demographics.get("date_of_birth")),
        date_or_none(intake.get("intake_date")),
    )
    if born and seen:
        return derived.full_years(born, seen)
    return whole(known(demographics.get("age_at_intake")))


def _from_scores(scores: Mapping[str, Score]) -> dict[str, object]:
    found: dict[str, object] = {
        f"{code}_total": scores[code].total
        for code in ("dsm5", "sds", "phq9", "gad7", "audit_c", "kwc8", "kbc6")
        if code in scores
    }
    found.update(
        {f"{code}_band": scores[code].band for code in ("dsm5", "cssrs") if code in scores}
    )
    if "phq9" in scores:
        found["phq9_item9"] = scores["phq9"].extras["item9"]
    if "kwc8" in scores:
        values = scores["kwc8"].values
        found.update(kwc8_tremor=values["tremor"], kwc8_palpitations=values["palpitations"])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Ranges and units: the intake record (intake_record.py) and the instruments' TOML files."""

    age: int | None = None
    sex_at_birth: str | None = None
    pregnancy_status: str | None = None
    safe_channels: tuple[str, ...] | None = None

    primary_substance: str | None = None
    primary_route: str | None = None
    days_used_30: int | None = None
    grams_per_use_day: Decimal | None = None
    age_first_use: int | None = None
    binges_past_90d: int | None = None
    longest_binge_days: int | None = None
    binge_pattern: bool | None = None
    frequent_binge: bool | None = None
    khole_episodes_30d: int | None = None
    craving_0_10: int | None = None
    failed_structured_treatment_12m: int | None = None
    overdose_past_90d: bool | None = None
    prescribed_ketamine_or_esketamine: bool | None = None

    opioid_days_30: int | None = None
    opioid_dependence: bool | None = None
    dxm_days_30: int | None = None
    pcp_days_30: int | None = None
    benzo_days_30: int | None = None
    ghb_days_30: int | None = None
    alcohol_dependence: bool | None = None
    sedative_dependence: bool | None = None
    injecting_past_28d: bool | None = None

    visible_haematuria: bool | None = None
    urinary_retention: bool | None = None
    flank_pain: bool | None = None
    fever: bool | None = None
    hydronephrosis_known: bool | None = None
    egfr: float | Decimal | None = None
    alp_u_l: float | Decimal | None = None
    ruq_pain_or_jaundice: bool | None = None
    k_cramps: int | None = None
    motor_impairment: int | None = None
    speech_impairment: int | None = None
    memory_problem: int | None = None
    moca_total: int | None = None

    psychosis_current: bool | None = None
    housing: str | None = None
    lives_alone: bool | None = None
    supportive_person: bool | None = None
    lives_with_people_who_use: bool | None = None
    in_work_or_study: bool | None = None
    child_safeguarding_concern: bool | None = None
    domestic_abuse_current: bool | None = None
    drives: bool | None = None
    accepts_inpatient: bool | None = None
    inpatient_bed_available: bool | None = None

    dsm5_total: int | None = None
    dsm5_band: str | None = None
    sds_total: int | None = None
    phq9_total: int | None = None
    phq9_item9: int | None = None
    gad7_total: int | None = None
    cssrs_band: str | None = None
    audit_c_total: int | None = None
    kwc8_total: int | None = None
    kwc8_tremor: int | None = None
    kwc8_palpitations: int | None = None
    kbc6_total: int | None = None
