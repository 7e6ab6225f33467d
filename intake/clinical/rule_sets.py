"""Which versions of the decision support are there? Old results name theirs and keep it."""

from __future__ import annotations

from collections.abc import Mapping

from intake import errors
from intake.clinical.criteria import mental, social, substance
from intake.clinical.kds_1_0.adjuncts import ADJUNCTS
from intake.clinical.kds_1_0.alerts import ALERTS
from intake.clinical.kds_1_0.floors import CEILINGS, FLOORS
from intake.clinical.kds_1_0.follow_up import FOLLOW_UP
from intake.clinical.kds_1_0.points import POINTS
from intake.clinical.rule_set import RuleSet, Setting

KDS_1_0 = RuleSet(
    id="KDS-1.0",
    required=(
        ("dsm5", "dsm5_band"),
        ("cssrs", "cssrs_band"),
        ("days_used_30", "days_used_30"),
        ("grams_per_use_day", "grams_per_use_day"),
        ("urinary_retention", "urinary_retention"),
        ("flank_pain", "flank_pain"),
        ("fever", "fever"),
        ("psychosis_current", "psychosis_current"),
        ("opioid_dependence", "opioid_dependence"),
        ("alcohol_dependence", "alcohol_dependence"),
        ("sedative_dependence", "sedative_dependence"),
    ),
    points=POINTS,
    bands=((10, Setting.INPATIENT), (4, Setting.OUTPATIENT_CBT), (0, Setting.PEER_SUPPORT)),
    floors=FLOORS,
    ceilings=CEILINGS,
    adjuncts=ADJUNCTS,
    alerts=ALERTS,
    follow_up=FOLLOW_UP,
    intensive_from=10,
    group_contraindication=mental.group_work_is_unsuitable,
    cbt_adaptation=mental.thinking_is_impaired,
    bed_is_usable=social.bed_is_accepted_and_free,
    out_of_scope=substance.is_under_18,
)

# What new recommendations are made with; a version to be tried stands in RULE_SETS only.
CURRENT = KDS_1_0
RULE_SETS: Mapping[str, RuleSet] = {KDS_1_0.id: KDS_1_0}


def get(version: str) -> RuleSet:
    """The rule set of that id, such as `KDS-1.0`. Raises NotFound."""
    if version not in RULE_SETS:
        raise errors.NotFound("rule set")
    return RULE_SETS[version]
