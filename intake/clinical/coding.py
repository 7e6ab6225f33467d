"""Which codes do the record and its scores suggest? Suggestions: the clinician confirms.

ICD-10-CM as of April 2026: F16 covers hallucinogens with phencyclidine, where DSM-5 places
ketamine; F16.23 (withdrawal) does not exist. A diagnosis is never saved by itself.
TEDS codes from the TEDS-A codebook, which names ketamine under 19 "other drugs".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from intake.clinical.facts import Facts

ICD10CM_BY_DSM_BAND: Mapping[str, str | None] = {
    "none": None,
    "mild": "F16.10",
    "moderate": "F16.20",
    "severe": "F16.20",
}
# 6C4D: dissociative drugs including ketamine. The layout .1 harmful pattern, .2 dependence is
# confirmed only for the sister block 6C49: confirm before a clinical claim.
ICD11_BY_DSM_BAND: Mapping[str, str | None] = {
    "none": None,
    "mild": "6C4D.1",
    "moderate": "6C4D.2",
    "severe": "6C4D.2",
}
TEDS_SUBSTANCE: Mapping[str, int] = {
    "alcohol": 2,
    "cocaine": 3,
    "cannabis": 4,
    "opioid": 7,
    "pcp": 8,
    "mdma": 11,
    "benzodiazepine": 13,
    "nitrous_oxide": 17,
    "dxm": 18,
    "ketamine": 19,
    "methoxetamine_analogue": 19,
    "ghb_gbl": 19,
    "other": 19,
}
TEDS_HEROIN = 5
TEDS_ROUTE: Mapping[str, int] = {
    "oral": 1,
    "smoked": 2,
    "intranasal": 3,
    "intramuscular": 4,
    "intravenous": 4,
    "rectal": 5,
    "other": 5,
}
# Who referred; -9 stands for other and unknown.
TEDS_SOURCE: Mapping[str, int] = {
    **dict.fromkeys(("self", "relative", "concerned_other"), 1),
    **dict.fromkeys(("drug_service", "needle_exchange"), 2),
    **dict.fromkeys(("gp", "hospital", "emergency_department", "urology"), 3),
    **dict.fromkeys(("mental_health_service", "midwifery"), 3),
    "education": 4,
    "employer": 5,
    **dict.fromkeys(("social_services", "community_outreach"), 6),
    **dict.fromkeys(("probation", "court", "prison", "police_custody"), 7),
    "other": -9,
}
TEDS_UNKNOWN = -9
# (fewest days between referral and admission, code), highest first.
TEDS_WAIT = ((31, 4), (15, 3), (8, 2), (1, 1), (0, 0))
TEDS_EMPLOYMENT: Mapping[str, int] = {
    "full_time": 1,
    "part_time": 2,
    "unemployed": 3,
    "student": 4,
    "not_in_labour_force": 4,
}
TEDS_MOST_EPISODES, TEDS_MOST_ARRESTS = 5, 2
# (youngest age, code), highest first.
TEDS_FIRST_USE = ((30, 7), (25, 6), (21, 5), (18, 4), (15, 3), (12, 2), (0, 1))
DAYS_OF_DAILY_USE = 30


def suggested_icd10cm(dsm_band: str | None) -> str | None:
    """One F16 code by severity, whatever the substance; None for no disorder or no rating."""
    return ICD10CM_BY_DSM_BAND[dsm_band] if dsm_band else None


def suggested_icd11(dsm_band: str | None) -> str | None:
    """One 6C4D code by severity; None for no disorder or no rating."""
    return ICD11_BY_DSM_BAND[dsm_band] if dsm_band else None


def teds_substance(substance: str | None, *, heroin: bool = False) -> int | None:
    """SUB1 to SUB3; an opioid is 7 unless heroin is recorded."""
    if substance is None:
        return None
    return TEDS_HEROIN if heroin and substance == "opioid" else TEDS_SUBSTANCE[substance]


def teds_frequency(days_used_30: int | None) -> int | None:
    """FREQ1: 1 none, 2 some, 3 daily."""
    if days_used_30 is None:
        return None
    if days_used_30 == 0:
        return 1
    return 3 if days_used_30 >= DAYS_OF_DAILY_USE else 2


def teds_first_use(age_first_use: int | None) -> int | None:
    """FRSTUSE1: 1 up to age 11, 2 up to 14, … 7 from 30."""
    if age_first_use is None:
        return None
    return next(code for youngest, code in TEDS_FIRST_USE if age_first_use >= youngest)


def teds_source(source: str | None) -> int:
    """PSOURCE; -9 where the source is unknown."""
    return TEDS_UNKNOWN if source is None else TEDS_SOURCE[source]


def teds_days_waiting(referred: date | None, admitted: date | None) -> int | None:
    """DAYWAIT: 0 none, 1 up to 7 days, 2 up to 14, 3 up to 30, 4 longer; None before admission."""
    if referred is None or admitted is None or admitted < referred:
        return None
    days = (admitted - referred).days
    return next(code for fewest, code in TEDS_WAIT if days >= fewest)


def teds_prior_episodes(episodes: int | None) -> int | None:
    """NOPRIOR: 0 to 4, and 5 for five or more."""
    return None if episodes is None else min(episodes, TEDS_MOST_EPISODES)


def teds_gender(sex_at_birth: str | None) -> int | None:
    """GENDER: 1 male, 2 female; TEDS has no other code."""
    return {"male": 1, "female": 2}.get(sex_at_birth or "")


def teds_employment(employment: str | None) -> tuple[int | None, int | None]:
    """EMPLOY, and DETNLF for those outside the labour force: 2 for a student, else unknown."""
    if employment is None:
        return None, None
    return TEDS_EMPLOYMENT[employment], 2 if employment == "student" else None


def teds_arrests(arrests_30d: int | None) -> int | None:
    """ARRESTS: 0 none, 1 one, 2 two or more in 30 days."""
    return None if arrests_30d is None else min(arrests_30d, TEDS_MOST_ARRESTS)


def teds(facts: Facts) -> dict[str, int | None]:
    """SUB1, ROUTE1, FREQ1 and FRSTUSE1; None where the record is silent."""
    return {
        "SUB1": teds_substance(facts.primary_substance),
        "ROUTE1": TEDS_ROUTE[facts.primary_route] if facts.primary_route else None,
        "FREQ1": teds_frequency(facts.days_used_30),
        "FRSTUSE1": teds_first_use(facts.age_first_use),
    }
