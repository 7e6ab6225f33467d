"""Which facts about mood, risk, psychosis and memory count as reasons?"""

from __future__ import annotations

from intake.clinical.criteria.criterion import Criterion, any_of, at_least, below, criterion
from intake.clinical.facts import Facts


@criterion("phq9_total")
def depression_is_moderate(facts: Facts) -> bool:
    """Depression is at least moderate: PHQ-9 10 or more."""
    return at_least(facts.phq9_total, 10)


@criterion("phq9_total")
def depression_is_moderately_severe(facts: Facts) -> bool:
    """Depression is at least moderately severe: PHQ-9 15 or more."""
    return at_least(facts.phq9_total, 15)


@criterion("phq9_total")
def depression_is_severe(facts: Facts) -> bool:
    """Depression is severe: PHQ-9 20 or more."""
    return at_least(facts.phq9_total, 20)


@criterion("phq9_item9")
def thinks_of_being_better_off_dead(facts: Facts) -> bool:
    """Thoughts of being better off dead or of self-harm: PHQ-9 item 9 is 1 or more."""
    return at_least(facts.phq9_item9, 1)


@criterion("gad7_total")
def anxiety_is_moderate(facts: Facts) -> bool:
    """Anxiety is at least moderate: GAD-7 10 or more."""
    return at_least(facts.gad7_total, 10)


@criterion("gad7_total")
def anxiety_is_severe(facts: Facts) -> bool:
    """Anxiety is severe: GAD-7 15 or more."""
    return at_least(facts.gad7_total, 15)


@criterion("cssrs_band")
def suicide_risk_is_low(facts: Facts) -> bool:
    """Suicide risk is low by the C-SSRS screener."""
    return facts.cssrs_band == "low"


@criterion("cssrs_band")
def suicide_risk_is_moderate(facts: Facts) -> bool:
    """Suicide risk is moderate by the C-SSRS screener."""
    return facts.cssrs_band == "moderate"


@criterion("cssrs_band")
def suicide_risk_is_high(facts: Facts) -> bool:
    """Suicide risk is high by the C-SSRS screener."""
    return facts.cssrs_band == "high"


@criterion("psychosis_current")
def is_psychotic(facts: Facts) -> bool:
    """Is psychotic at present."""
    return facts.psychosis_current is True


@criterion("memory_problem")
def memory_is_impaired(facts: Facts) -> bool:
    """Memory problems are moderate or severe."""
    return at_least(facts.memory_problem, 2)


@criterion("moca_total")
def cognitive_screen_is_abnormal(facts: Facts) -> bool:
    """The cognitive screen is abnormal: MoCA below 26."""
    return below(facts.moca_total, 26)


@criterion("memory_problem", "moca_total")
def memory_is_impaired_and_not_screened(facts: Facts) -> bool:
    """Memory problems are moderate or severe, and there is no MoCA yet."""
    return at_least(facts.memory_problem, 2) and facts.moca_total is None


thinking_is_impaired: Criterion = any_of(
    "thinking_is_impaired",
    "Memory or thinking is impaired: a moderate or severe memory problem, or MoCA below 26",
    memory_is_impaired,
    cognitive_screen_is_abnormal,
)
mood_or_anxiety_needs_repeating: Criterion = any_of(
    "mood_or_anxiety_needs_repeating",
    "PHQ-9 or GAD-7 is 10 or more",
    depression_is_moderate,
    anxiety_is_moderate,
)
group_work_is_unsuitable: Criterion = any_of(
    "group_work_is_unsuitable",
    "Groups are unsuitable for now: suicide risk is high, or psychotic at present",
    suicide_risk_is_high,
    is_psychotic,
)
