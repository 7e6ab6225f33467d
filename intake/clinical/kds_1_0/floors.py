"""Which facts set a minimum or a maximum setting in KDS-1.0, and how urgent are they?

F1 to F6, and F7 when it asks for a bed, are safety floors: a plan below them needs the sign-off
of a clinical lead.
"""

from __future__ import annotations

from intake.clinical.criteria import mental, physical, substance
from intake.clinical.rule_set import Ceiling, Floor, Setting

PEER, OUTPATIENT, INPATIENT = Setting.PEER_SUPPORT, Setting.OUTPATIENT_CBT, Setting.INPATIENT

FLOORS: tuple[Floor, ...] = (
    Floor(
        "F1",
        ((INPATIENT, mental.suicide_risk_is_high),),
        urgency="emergency_now",
        source="C-SSRS screener triage (docsbay.net/doc/914678)",
        guards_inpatient=True,
    ),
    Floor(
        "F2",
        ((INPATIENT, physical.urological_emergency),),
        urgency="emergency_now",
        source="Joint urology and addiction care (BJPsych Open 2025)",
        guards_inpatient=True,
    ),
    Floor(
        "F3",
        ((INPATIENT, physical.withdrawal_is_severe),),
        urgency="same_day_medical",
        source="Withdrawal (mdedge.com, Recognizing and treating ketamine abuse); product decision",
        guards_inpatient=True,
    ),
    Floor(
        "F4",
        ((INPATIENT, mental.is_psychotic),),
        urgency="same_day_psychiatric",
        source="Product decision",
        guards_inpatient=True,
    ),
    Floor(
        "F5",
        ((INPATIENT, substance.is_dependent_on_opioids),),
        urgency="same_day_medical",
        source="Opioid withdrawal needs medical care; product decision",
        guards_inpatient=True,
    ),
    Floor(
        "F6",
        ((INPATIENT, substance.is_dependent_on_alcohol_or_sedatives),),
        urgency="same_day_medical",
        source="Never stop alcohol or sedatives abruptly; professional knowledge, to be confirmed",
        guards_inpatient=True,
    ),
    Floor(
        "F7",
        (
            (INPATIENT, physical.pregnant_using_and_severe),
            (OUTPATIENT, physical.pregnant_and_using),
        ),
        urgency="none",
        source="Use in pregnancy; product decision",
        guards_inpatient=True,
    ),
    Floor(
        "F8",
        ((INPATIENT, substance.severity_and_binges_need_a_bed),),
        urgency="none",
        source="Binges are indicators of a serious problem; product decision",
    ),
    Floor(
        "F9",
        ((OUTPATIENT, substance.dependence_needs_treatment),),
        urgency="none",
        source="DSM-5-TR severity bands (PMC7993020, T14-0005); SDS cut-off 4 (second-hand)",
    ),
)

# In this order; at most one is reported.
CEILINGS: tuple[Ceiling, ...] = (
    Ceiling(
        "K1",
        when=substance.no_use_disorder,
        at=None,
        unless_floor=PEER,
        setting=PEER,
        sentence="No use disorder and nothing that demands more: peer support with a brief "
        "intervention",
        source="Product decision",
    ),
    Ceiling(
        "K2",
        when=substance.use_disorder_not_severe,
        at=INPATIENT,
        unless_floor=INPATIENT,
        setting=OUTPATIENT,
        sentence="The points alone suggest a bed, but the use disorder is not severe and nothing "
        "demands one: intensive outpatient treatment",
        source="NICE CG51: residential treatment as a last resort (findings.org.uk)",
    ),
)
