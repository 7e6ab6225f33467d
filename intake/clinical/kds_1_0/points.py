"""Which facts add or take points in KDS-1.0? Twenty-four rules, one value each, highest first.

Weights and cut-offs marked "product decision" are not validated clinically. Dimensions follow
the numbering of the ASAM criteria, 4th edition, for display; no text of theirs is used.
"""

from __future__ import annotations

from intake.clinical.criteria import mental, physical, social, substance
from intake.clinical.rule_set import Level, PointRule

POINTS: tuple[PointRule, ...] = (
    PointRule(
        "W01",
        (
            Level(5, substance.severe_use_disorder),
            Level(3, substance.moderate_use_disorder),
            Level(1, substance.mild_use_disorder),
        ),
        dimension="4",
        source="Level of dependence; DSM-5-TR severity bands (PMC7993020, T14-0005)",
    ),
    PointRule(
        "W02",
        (
            Level(2, substance.dependence_score_is_high),
            Level(1, substance.dependence_is_probable),
        ),
        dimension="4",
        source="SDS cut-off 4 (Fernández-Calderón 2016, second-hand); 12 is a product decision",
        instrument="sds",
    ),
    PointRule(
        "W03",
        (
            Level(2, substance.uses_on_25_days_or_more),
            Level(1, substance.uses_on_12_days_or_more),
        ),
        dimension="4",
        source="Harm follows frequency of use (Winstock 2012, PubMed 22416998)",
    ),
    PointRule(
        "W04",
        (
            Level(2, substance.uses_3_grams_a_day_or_more),
            Level(1, substance.uses_1_gram_a_day_or_more),
        ),
        dimension="2/4",
        source="Harm follows dose (Winstock 2012, PubMed 22416998); cut-offs: product decision",
    ),
    PointRule(
        "W05",
        (Level(3, substance.binges_often), Level(2, substance.binges)),
        dimension="4",
        source="Binges are indicators of a serious problem; product decision",
    ),
    PointRule(
        "W06",
        (Level(1, substance.often_dissociates_completely),),
        dimension="1",
        source="Risk of injury while dissociated; product decision",
    ),
    PointRule(
        "W07",
        (Level(1, substance.craving_is_strong),),
        dimension="4",
        source="Craving scale beside the DDQ-K (Frontiers in Psychiatry 2021, 476205)",
    ),
    PointRule(
        "W08",
        (Level(2, substance.earlier_treatment_did_not_hold),),
        dimension="4",
        source="Step up after a treatment that did not hold; product decision",
    ),
    PointRule(
        "W09",
        (Level(3, physical.withdrawal_is_severe), Level(2, physical.withdrawal_is_moderate)),
        dimension="1",
        source="Withdrawal (mdedge.com, Recognizing and treating ketamine abuse); product decision",
        instrument="kwc8",
    ),
    PointRule(
        "W10",
        (
            Level(2, physical.bladder_symptoms_are_severe),
            Level(1, physical.bladder_symptoms_are_moderate),
        ),
        dimension="2",
        source="Urinary symptoms (Winstock 2012, PubMed 22416998); cut-offs: product decision",
        instrument="kbc6",
    ),
    PointRule(
        "W11",
        (Level(2, physical.kidney_or_liver_affected),),
        dimension="2",
        source="Hydronephrosis (ics.org/2023/abstract/531); biliary change (PubMed 29551711)",
    ),
    PointRule(
        "W12",
        (Level(2, mental.depression_is_severe), Level(1, mental.depression_is_moderately_severe)),
        dimension="3",
        source="PHQ-9 bands (loinc.org, LL382-3)",
        instrument="phq9",
    ),
    PointRule(
        "W13",
        (Level(1, mental.anxiety_is_severe),),
        dimension="3",
        source="GAD-7 bands (Spitzer 2006)",
        instrument="gad7",
    ),
    PointRule(
        "W14",
        (Level(3, mental.suicide_risk_is_high), Level(2, mental.suicide_risk_is_moderate)),
        dimension="3",
        source="C-SSRS screener triage (docsbay.net/doc/914678)",
    ),
    PointRule(
        "W15",
        (Level(3, mental.is_psychotic),),
        dimension="3",
        source="Product decision",
    ),
    PointRule(
        "W16",
        (Level(1, mental.thinking_is_impaired),),
        dimension="3",
        source="MoCA 26 or more is normal (physiospot.com, MoCA mandatory training)",
    ),
    PointRule(
        "W17",
        (Level(2, substance.used_opioids),),
        dimension="1",
        source="Opioids and ketamine together depress breathing; product decision",
    ),
    PointRule(
        "W18",
        (Level(2, substance.uses_other_depressants_heavily),),
        dimension="1",
        source="Dangerous withdrawal; professional knowledge, to be confirmed",
        instrument="audit_c",
    ),
    PointRule(
        "W19",
        (Level(1, substance.used_another_dissociative),),
        dimension="1",
        source="Several dissociatives together; product decision",
    ),
    PointRule(
        "W20",
        (Level(2, social.is_homeless), Level(1, social.housing_is_unstable)),
        dimension="5",
        source="Recovery environment (ASAM dimension 5)",
    ),
    PointRule(
        "W21",
        (Level(1, social.lives_alone_without_support),),
        dimension="5",
        source="Isolation; product decision",
    ),
    PointRule(
        "W22",
        (Level(1, social.lives_with_others_who_use),),
        dimension="5",
        source="Recovery environment (ASAM dimension 5)",
    ),
    PointRule(
        "W23",
        (Level(-1, social.has_stable_home_and_support),),
        dimension="5",
        source="Protective; product decision",
    ),
    PointRule(
        "W24",
        (Level(-1, social.works_or_studies),),
        dimension="5",
        source="Keeping the role favours outpatient treatment; product decision",
    ),
)
