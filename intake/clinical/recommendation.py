"""Which setting do the rules suggest for these facts, and why? Pure: no I/O, no clock.

A suggestion is never a decision: the clinician decides.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from intake.clinical.facts import Facts
from intake.clinical.rule_set import (
    URGENCIES,
    Ceiling,
    Floor,
    RuleSet,
    Setting,
)
from intake.clinical.rule_sets import CURRENT


def missing_inputs(facts: Facts, rule_set: RuleSet = CURRENT) -> tuple[str, ...]:
    """Names of what a suggestion can't do without, in a fixed order.

    Grams are not needed of somebody who did not use in 30 days.
    """
    return tuple(
        name
        for name, attribute in rule_set.required
        if getattr(facts, attribute) is None
        and not (name == "grams_per_use_day" and facts.days_used_30 == 0)
    )


def recommend(facts: Facts, rule_set: RuleSet = CURRENT) -> Recommendation:
    """The suggestion of one rule set; incomplete facts give the urgency and no setting."""
    floors = _fired_floors(facts, rule_set)
    urgency = max((floor.urgency for floor, _ in floors), key=URGENCIES.index, default="none")
    missing = missing_inputs(facts, rule_set)
    return Recommendation(
        rule_set=rule_set.id,
        missing=missing,
        not_assessed=_not_assessed(facts, rule_set),
        urgency=urgency,
        medical_clearance_required=urgency == "emergency_now",
        out_of_scope=rule_set.out_of_scope(facts),
        plan=None if missing else _suggest(facts, rule_set, floors),
    )


def _points(facts: Facts, rule_set: RuleSet) -> tuple[tuple[str, int], ...]:
    """(rule, points) of every rule that counts; of its levels the first that holds."""
    found = []
    for rule in rule_set.points:
        level = next((one for one in rule.levels if one.when(facts)), None)
        if level is not None:
            found.append((rule.id, level.points))
    return tuple(found)


def _not_assessed(facts: Facts, rule_set: RuleSet) -> tuple[str, ...]:
    """Rules that gave nothing only because their questionnaire is absent."""
    return tuple(
        rule.id
        for rule in rule_set.points
        if rule.instrument
        and getattr(facts, f"{rule.instrument}_total") is None
        and not any(level.when(facts) for level in rule.levels)
    )


def _fired_floors(facts: Facts, rule_set: RuleSet) -> tuple[tuple[Floor, Setting], ...]:
    found = []
    for floor in rule_set.floors:
        setting = next((level for level, when in floor.levels if when(facts)), None)
        if setting is not None:
            found.append((floor, setting))
    return tuple(found)


def _suggest(
    facts: Facts,
    rule_set: RuleSet,
    floors: tuple[tuple[Floor, Setting], ...],
) -> Suggestion:
    points = _points(facts, rule_set)
    total = max(0, sum(value for _, value in points))
    by_score = next(setting for lowest, setting in rule_set.bands if total >= lowest)
    raised = max(by_score, by_score, *(setting for _, setting in floors))
    ceiling = _ceiling(facts, rule_set, raised, floors)
    recommended = min(raised, ceiling.setting) if ceiling else raised
    falls_back = recommended is Setting.INPATIENT and not rule_set.bed_is_usable(facts)
    feasible = Setting.OUTPATIENT_CBT if falls_back else recommended
    is_guarded = any(
        floor.guards_inpatient and setting is Setting.INPATIENT for floor, setting in floors
    )
    no_group = rule_set.group_contraindication(facts)
    return Suggestion(
        points=points,
        total_points=total,
        score_setting=by_score,
        floors=tuple((floor.id, setting) for floor, setting in floors),
        ceiling=ceiling.id if ceiling else None,
        recommended_setting=recommended,
        feasible_setting=feasible,
        outpatient_intensity=_intensity(
            feasible, intensive=falls_back or total >= rule_set.intensive_from
        ),
        enhanced_monitoring=falls_back,
        clinical_lead_signoff_required=falls_back and is_guarded,
        group_contraindicated=no_group,
        cbt_adaptation=rule_set.cbt_adaptation(facts),
        components=components_of(feasible, group_contraindicated=no_group),
        adjuncts=_adjuncts(facts, rule_set),
    )


def _ceiling(
    facts: Facts,
    rule_set: RuleSet,
    setting: Setting,
    floors: tuple[tuple[Floor, Setting], ...],
) -> Ceiling | None:
    """The first ceiling that holds, also when it changes nothing."""
    highest = max((level for _, level in floors), default=None)
    for ceiling in rule_set.ceilings:
        is_lifted = highest is not None and highest >= ceiling.unless_floor
        applies = ceiling.at is None or ceiling.at is setting
        if applies and not is_lifted and ceiling.when(facts):
            return ceiling
    return None


def _intensity(setting: Setting, *, intensive: bool) -> str | None:
    """At least 2 contacts a week, or one; None where it has no meaning."""
    if setting is not Setting.OUTPATIENT_CBT:
        return None
    return "intensive" if intensive else "standard"


def components_of(setting: Setting, *, group_contraindicated: bool) -> tuple[str, ...]:
    """What the setting consists of; for an inpatient the last two are the step-down."""
    if setting is Setting.INPATIENT:
        return ("inpatient", "outpatient_cbt", "peer_support")
    if setting is Setting.PEER_SUPPORT:
        return ("peer_support", "brief_intervention")
    return ("outpatient_cbt",) if group_contraindicated else ("outpatient_cbt", "peer_support")


def _adjuncts(facts: Facts, rule_set: RuleSet) -> tuple[str, ...]:
    found = []
    for adjunct in rule_set.adjuncts:
        for level, when in adjunct.levels:
            if when(facts):
                found.append(f"{adjunct.id}:{level}" if level else adjunct.id)
                break
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What complete facts lead to: §3.1-§3.5 of the rules page, in its words."""

    points: tuple[tuple[str, int], ...]
    total_points: int
    score_setting: Setting
    floors: tuple[tuple[str, Setting], ...]
    ceiling: str | None
    recommended_setting: Setting
    feasible_setting: Setting
    outpatient_intensity: str | None
    enhanced_monitoring: bool
    clinical_lead_signoff_required: bool
    group_contraindicated: bool
    cbt_adaptation: bool
    components: tuple[str, ...]
    adjuncts: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """JSON values under the names of these fields."""
        return {
            "points": [{"rule": rule, "points": points} for rule, points in self.points],
            "total_points": self.total_points,
            "score_setting": self.score_setting.code,
            "floors": [{"rule": rule, "floor": setting.code} for rule, setting in self.floors],
            "ceiling": self.ceiling,
            "recommended_setting": self.recommended_setting.code,
            "feasible_setting": self.feasible_setting.code,
            "outpatient_intensity": self.outpatient_intensity,
            "enhanced_monitoring": self.enhanced_monitoring,
            "clinical_lead_signoff_required": self.clinical_lead_signoff_required,
            "group_contraindicated": self.group_contraindicated,
            "cbt_adaptation": self.cbt_adaptation,
            "components": list(self.components),
            "adjuncts": list(self.adjuncts),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """`plan` is None while something required is `missing`; the urgency is always there."""

    rule_set: str
    missing: tuple[str, ...]
    not_assessed: tuple[str, ...]
    urgency: str
    medical_clearance_required: bool
    out_of_scope: bool
    plan: Suggestion | None

    @property
    def status(self) -> str:
        """`complete`, or `incomplete` while something required is missing."""
        return "incomplete" if self.missing else "complete"

    def as_dict(self) -> dict[str, object]:
        """The object `recommendation` of a worked example.

        `status`, `missing`, `not_assessed` and `out_of_scope` appear only when they say something;
        an incomplete one has every other key as null.
        """
        head: dict[str, object] = {"rule_set": self.rule_set}
        if self.missing:
            head |= {"status": self.status, "missing": list(self.missing)}
        if self.missing or self.not_assessed:
            head["not_assessed"] = list(self.not_assessed)
        if self.out_of_scope:
            head["out_of_scope"] = True
        urgent: dict[str, object] = {
            "urgency": self.urgency,
            "medical_clearance_required": self.medical_clearance_required,
        }
        return head | urgent | (self.plan.as_dict() if self.plan else dict.fromkeys(PLAN_KEYS))


PLAN_KEYS = tuple(one.name for one in fields(Suggestion))
