"""Why did the rules say so? One reason per rule that fired, in words a clinician would use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from intake.clinical.criteria.criterion import Criterion
from intake.clinical.facts import Facts
from intake.clinical.recommendation import Recommendation
from intake.clinical.rule_set import NOTICE, RuleSet


def explain(facts: Facts, recommendation: Recommendation, rule_set: RuleSet) -> tuple[Reason, ...]:
    """The notice first, then points, floors, ceiling, adjuncts and alerts that fired.

    While the recommendation is incomplete only floors (their urgency counts) and alerts are told.
    """
    notice = Reason(rule=rule_set.id, kind="notice", reason=NOTICE, source="Product decision")
    found = [notice]
    if recommendation.plan is not None:
        found.extend(_points(facts, rule_set))
    found.extend(_floors(facts, rule_set))
    if recommendation.plan is not None:
        found.extend(_ceilings(facts, rule_set, recommendation.plan.ceiling))
        found.extend(_adjuncts(facts, rule_set))
    found.extend(_alerts(facts, rule_set))
    return tuple(found)


def _points(facts: Facts, rule_set: RuleSet) -> Iterator[Reason]:
    for rule in rule_set.points:
        level = next((one for one in rule.levels if one.when(facts)), None)
        if level is not None:
            yield Reason(
                rule=rule.id,
                kind="points",
                effect=level.points,
                reason=level.when.sentence,
                inputs=_inputs(facts, level.when),
                source=rule.source,
                dimension=rule.dimension,
            )


def _floors(facts: Facts, rule_set: RuleSet) -> Iterator[Reason]:
    for floor in rule_set.floors:
        for setting, when in floor.levels:
            if when(facts):
                yield Reason(
                    rule=floor.id,
                    kind="floor",
                    effect=setting.code,
                    urgency=floor.urgency,
                    reason=when.sentence,
                    inputs=_inputs(facts, when),
                    source=floor.source,
                )
                break


def _ceilings(facts: Facts, rule_set: RuleSet, reported: str | None) -> Iterator[Reason]:
    for ceiling in rule_set.ceilings:
        if ceiling.id == reported:
            yield Reason(
                rule=ceiling.id,
                kind="ceiling",
                effect=ceiling.setting.code,
                reason=ceiling.sentence,
                inputs=_inputs(facts, ceiling.when),
                source=ceiling.source,
            )


def _adjuncts(facts: Facts, rule_set: RuleSet) -> Iterator[Reason]:
    for adjunct in rule_set.adjuncts:
        for level, when in adjunct.levels:
            if when(facts):
                yield Reason(
                    rule=f"{adjunct.id}:{level}" if level else adjunct.id,
                    kind="adjunct",
                    effect=adjunct.title,
                    reason=when.sentence,
                    inputs=_inputs(facts, when),
                    source=adjunct.source,
                )
                break


def _alerts(facts: Facts, rule_set: RuleSet) -> Iterator[Reason]:
    for rule in rule_set.alerts:
        if rule.when(facts):
            yield Reason(
                rule=rule.id,
                kind="alert",
                effect=rule.priority.code,
                reason=rule.when.sentence,
                inputs=_inputs(facts, rule.when),
                source=rule.source,
            )


def _inputs(facts: Facts, when: Criterion) -> dict[str, object]:
    return {name: _plain(getattr(facts, name)) for name in when.inputs}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule that fired: what it did (`effect`), why, with which inputs, and on whose word.

    `kind`: notice, points, floor, ceiling, adjunct or alert. `dimension` is an ASAM-style number,
    for display only.
    """

    rule: str
    kind: str
    reason: str
    source: str
    effect: int | str | None = None
    inputs: Mapping[str, object] | None = None
    urgency: str | None = None
    dimension: str | None = None

    def as_dict(self) -> dict[str, object]:
        """Its fields; those that say nothing are left out."""
        fields: dict[str, object] = {
            "rule": self.rule,
            "kind": self.kind,
            "effect": self.effect,
            "urgency": self.urgency,
            "reason": self.reason,
            "inputs": dict(self.inputs) if self.inputs is not None else None,
            "source": self.source,
            "dimension": self.dimension,
        }
        return {name: value for name, value in fields.items() if value is not None}
