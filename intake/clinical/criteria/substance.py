"""Which facts about substance use count as reasons?"""

from __future__ import annotations

from intake.clinical.criteria.criterion import Criterion, all_of, any_of, at_least, below, criterion
from intake.clinical.facts import Facts


@criterion("dsm5_band", "dsm5_total")
def no_use_disorder(facts: Facts) -> bool:
    """Fewer than 2 criteria of a use disorder are met."""
    return facts.dsm5_band == "none"


@criterion("dsm5_band", "dsm5_total")
def mild_use_disorder(facts: Facts) -> bool:
    """A mild use disorder: 2 or 3 criteria are met."""
    return facts.dsm5_band == "mild"


@criterion("dsm5_band", "dsm5_total")
def moderate_use_disorder(facts: Facts) -> bool:
    """A moderate use disorder: 4 or 5 criteria are met."""
    return facts.dsm5_band == "moderate"


@criterion("dsm5_band", "dsm5_total")
def severe_use_disorder(facts: Facts) -> bool:
    """A severe use disorder: 6 or more criteria are met."""
    return facts.dsm5_band == "severe"


@criterion("dsm5_band", "dsm5_total")
def use_disorder_not_severe(facts: Facts) -> bool:
    """The use disorder is not severe."""
    return facts.dsm5_band in {"none", "mild", "moderate"}


@criterion("sds_total")
def dependence_is_probable(facts: Facts) -> bool:
    """Dependence is probable: Severity of Dependence Scale 4 or more."""
    return at_least(facts.sds_total, 4)


@criterion("sds_total")
def dependence_score_is_high(facts: Facts) -> bool:
    """Dependence is probable and its score high: Severity of Dependence Scale 12 or more."""
    return at_least(facts.sds_total, 12)


@criterion("days_used_30")
def used_in_the_last_30_days(facts: Facts) -> bool:
    """Used on at least one of the last 30 days."""
    return at_least(facts.days_used_30, 1)


@criterion("days_used_30")
def uses_on_12_days_or_more(facts: Facts) -> bool:
    """Uses on 12 or more of 30 days."""
    return at_least(facts.days_used_30, 12)


@criterion("days_used_30")
def uses_on_25_days_or_more(facts: Facts) -> bool:
    """Uses nearly every day: 25 or more of 30 days."""
    return at_least(facts.days_used_30, 25)


@criterion("days_used_30", "grams_per_use_day")
def uses_1_gram_a_day_or_more(facts: Facts) -> bool:
    """Uses 1 g or more on a day of use."""
    return at_least(facts.days_used_30, 1) and at_least(facts.grams_per_use_day, 1)


@criterion("days_used_30", "grams_per_use_day")
def uses_3_grams_a_day_or_more(facts: Facts) -> bool:
    """Uses 3 g or more on a day of use."""
    return at_least(facts.days_used_30, 1) and at_least(facts.grams_per_use_day, 3)


@criterion("binge_pattern", "binges_past_90d", "longest_binge_days")
def binges(facts: Facts) -> bool:
    """Binges: at least one of 2 days or longer in the last 90 days."""
    return facts.binge_pattern is True


@criterion("frequent_binge", "binges_past_90d", "longest_binge_days")
def binges_often(facts: Facts) -> bool:
    """Binges often: 3 or more in the last 90 days, lasting 2 days or longer."""
    return facts.frequent_binge is True


@criterion("khole_episodes_30d")
def often_dissociates_completely(facts: Facts) -> bool:
    """Dissociated completely ('K-hole') 4 times or more in 30 days."""
    return at_least(facts.khole_episodes_30d, 4)


@criterion("craving_0_10")
def craving_is_strong(facts: Facts) -> bool:
    """Craving is strong: 8 or more out of 10."""
    return at_least(facts.craving_0_10, 8)


@criterion("failed_structured_treatment_12m")
def earlier_treatment_did_not_hold(facts: Facts) -> bool:
    """A structured treatment in the last 12 months did not hold."""
    return at_least(facts.failed_structured_treatment_12m, 1)


@criterion("overdose_past_90d")
def overdosed_recently(facts: Facts) -> bool:
    """Had an overdose in the last 90 days."""
    return facts.overdose_past_90d is True


@criterion("prescribed_ketamine_or_esketamine")
def is_prescribed_ketamine(facts: Facts) -> bool:
    """Is prescribed ketamine or esketamine."""
    return facts.prescribed_ketamine_or_esketamine is True


@criterion("opioid_days_30")
def used_opioids(facts: Facts) -> bool:
    """Used opioids as well in the last 30 days."""
    return at_least(facts.opioid_days_30, 1)


@criterion("opioid_dependence")
def is_dependent_on_opioids(facts: Facts) -> bool:
    """Is dependent on opioids."""
    return facts.opioid_dependence is True


@criterion("dxm_days_30", "pcp_days_30")
def used_another_dissociative(facts: Facts) -> bool:
    """Used dextromethorphan or phencyclidine as well in the last 30 days."""
    return at_least(facts.dxm_days_30, 1) or at_least(facts.pcp_days_30, 1)


@criterion("audit_c_total", "benzo_days_30", "ghb_days_30")
def uses_other_depressants_heavily(facts: Facts) -> bool:
    """Heavy use of other depressants: AUDIT-C 8 or more, or benzodiazepines or GHB on 4 days."""
    return (
        at_least(facts.audit_c_total, 8)
        or at_least(facts.benzo_days_30, 4)
        or at_least(facts.ghb_days_30, 4)
    )


@criterion("alcohol_dependence", "sedative_dependence")
def is_dependent_on_alcohol_or_sedatives(facts: Facts) -> bool:
    """Is dependent on alcohol or sedatives, which must never be stopped abruptly."""
    return facts.alcohol_dependence is True or facts.sedative_dependence is True


@criterion("injecting_past_28d")
def injected_recently(facts: Facts) -> bool:
    """Injected in the last 28 days."""
    return facts.injecting_past_28d is True


@criterion("age")
def is_under_18(facts: Facts) -> bool:
    """Is under 18."""
    return below(facts.age, 18)


use_disorder_moderate_or_severe: Criterion = any_of(
    "use_disorder_moderate_or_severe",
    "A moderate or severe use disorder: 4 or more criteria are met",
    moderate_use_disorder,
    severe_use_disorder,
)
severity_and_binges_need_a_bed: Criterion = any_of(
    "severity_and_binges_need_a_bed",
    "A severe use disorder with binges, or a moderate one with frequent binges",
    all_of("severe_with_binges", "", severe_use_disorder, binges),
    all_of("moderate_with_frequent_binges", "", moderate_use_disorder, binges_often),
)
dependence_needs_treatment: Criterion = any_of(
    "dependence_needs_treatment",
    "A moderate or severe use disorder, or Severity of Dependence Scale 4 or more",
    use_disorder_moderate_or_severe,
    dependence_is_probable,
)
opioids_are_used_too: Criterion = any_of(
    "opioids_are_used_too",
    "Uses opioids as well, or is dependent on them",
    used_opioids,
    is_dependent_on_opioids,
)
