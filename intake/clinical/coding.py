"""Which codes do the record and its scores suggest? Suggestions: the clinician confirms.

ICD-10-CM as of April 2026: F16 covers hallucinogens with phencyclidine, where DSM-5 places
ketamine; F16.23 (withdrawal) does not exist. A diagnosis is never saved by itself.
TEDS codes from the TEDS-A codebook, which names ketamine under 19 "other drugs".
"""

from __future__ import annotations

from collections.abc import Mapping

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


def teds(facts: Facts) -> dict[str, int | None]:
    """SUB1, ROUTE1, FREQ1 and FRSTUSE1; None where the record is silent."""
    return {
        "SUB1": teds_substance(facts.primary_substance),
        "ROUTE1": TEDS_ROUTE[facts.primary_route] if facts.primary_route else None,
        "FREQ1": teds_frequency(facts.days_used_30),
        "FRSTUSE1": teds_first_use(facts.age_first_use),
    }
