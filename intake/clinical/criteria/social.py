"""Which facts about home, work, safety and wishes count as reasons?"""

from __future__ import annotations

from intake.clinical.criteria.criterion import Criterion, all_of, criterion
from intake.clinical.criteria.substance import used_in_the_last_30_days
from intake.clinical.facts import Facts


@criterion("housing")
def is_homeless(facts: Facts) -> bool:
    """Is homeless."""
    return facts.housing == "homeless"


@criterion("housing")
def housing_is_unstable(facts: Facts) -> bool:
    """Housing is unstable."""
    return facts.housing == "unstable"


@criterion("housing")
def needs_housing_support(facts: Facts) -> bool:
    """Housing is not stable."""
    return facts.housing is not None and facts.housing != "stable"


@criterion("lives_alone", "supportive_person")
def lives_alone_without_support(facts: Facts) -> bool:
    """Lives alone and has no supportive person."""
    return facts.lives_alone is True and facts.supportive_person is False


@criterion("lives_with_people_who_use")
def lives_with_others_who_use(facts: Facts) -> bool:
    """Lives with people who use."""
    return facts.lives_with_people_who_use is True


@criterion("housing", "supportive_person")
def has_stable_home_and_support(facts: Facts) -> bool:
    """Has a stable home and a supportive person, which protects."""
    return facts.housing == "stable" and facts.supportive_person is True


@criterion("in_work_or_study")
def works_or_studies(facts: Facts) -> bool:
    """Works or studies, which is worth keeping."""
    return facts.in_work_or_study is True


@criterion("child_safeguarding_concern")
def a_child_may_be_at_risk(facts: Facts) -> bool:
    """There is a safeguarding concern for a child."""
    return facts.child_safeguarding_concern is True


@criterion("domestic_abuse_current")
def suffers_domestic_abuse(facts: Facts) -> bool:
    """There is domestic abuse at present."""
    return facts.domestic_abuse_current is True


@criterion("drives")
def drives(facts: Facts) -> bool:
    """Drives."""
    return facts.drives is True


@criterion("safe_channels")
def has_no_safe_channel(facts: Facts) -> bool:
    """No channel is declared safe, so no automated message may be sent."""
    return not facts.safe_channels


@criterion("accepts_inpatient", "inpatient_bed_available")
def bed_is_accepted_and_free(facts: Facts) -> bool:
    """Accepts admission, and a bed is available (unknown counts as no)."""
    return facts.accepts_inpatient is True and facts.inpatient_bed_available is True


drives_and_uses: Criterion = all_of(
    "drives_and_uses",
    "Drives and used in the last 30 days",
    drives,
    used_in_the_last_30_days,
)
