"""Makers: somebody about whom everything is known and nothing is the matter, and variations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from intake.clinical.facts import Facts
from intake.clinical.vignettes import shipped

WELL = Facts(
    age=30,
    sex_at_birth="female",
    pregnancy_status="not_pregnant",
    safe_channels=("sms",),
    primary_substance="ketamine",
    primary_route="intranasal",
    days_used_30=0,
    grams_per_use_day=Decimal(0),
    age_first_use=18,
    binges_past_90d=0,
    longest_binge_days=0,
    binge_pattern=False,
    frequent_binge=False,
    khole_episodes_30d=0,
    craving_0_10=0,
    failed_structured_treatment_12m=0,
    overdose_past_90d=False,
    prescribed_ketamine_or_esketamine=False,
    opioid_days_30=0,
    opioid_dependence=False,
    dxm_days_30=0,
    pcp_days_30=0,
    benzo_days_30=0,
    ghb_days_30=0,
    alcohol_dependence=False,
    sedative_dependence=False,
    injecting_past_28d=False,
    visible_haematuria=False,
    urinary_retention=False,
    flank_pain=False,
    fever=False,
    hydronephrosis_known=False,
    egfr=90,
    alp_u_l=80,
    ruq_pain_or_jaundice=False,
    k_cramps=0,
    motor_impairment=0,
    speech_impairment=0,
    memory_problem=0,
    moca_total=28,
    psychosis_current=False,
    housing="stable",
    lives_alone=False,
    supportive_person=False,
    lives_with_people_who_use=False,
    in_work_or_study=False,
    child_safeguarding_concern=False,
    domestic_abuse_current=False,
    drives=False,
    accepts_inpatient=True,
    inpatient_bed_available=True,
    dsm5_total=0,
    dsm5_band="none",
    sds_total=0,
    phq9_total=0,
    phq9_item9=0,
    gad7_total=0,
    cssrs_band="none",
    audit_c_total=0,
    kwc8_total=0,
    kwc8_tremor=0,
    kwc8_palpitations=0,
    kbc6_total=0,
)


def somebody(**changes: Any) -> Facts:
    """WELL with some facts changed; None makes one unknown."""
    return replace(WELL, **changes)


def an_intake(vignette: str = "V02", **sections: Mapping[str, object]) -> dict[str, Any]:
    """The intake of a worked example; of each named section some fields are changed."""
    examples = json.loads(shipped())["vignettes"]
    intake: dict[str, Any] = next(one["intake"] for one in examples if one["id"] == vignette)
    for name, fields in sections.items():
        intake[name].update(fields)
    return intake
