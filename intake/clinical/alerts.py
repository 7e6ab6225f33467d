"""Which alerts do these facts raise? Computable from an incomplete draft as well."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from intake.clinical.facts import Facts
from intake.clinical.rule_set import AlertRule, RuleSet
from intake.clinical.rule_sets import CURRENT


def alerts_for(facts: Facts, rule_set: RuleSet = CURRENT) -> tuple[Alert, ...]:
    """Every alert whose condition holds, in the order of the codes."""
    return tuple(_alert(rule) for rule in rule_set.alerts if rule.when(facts))


def alerts_named(codes: Collection[str], rule_set: RuleSet = CURRENT) -> tuple[Alert, ...]:
    """The alerts of these codes, such as one instrument's answers raise by themselves."""
    return tuple(_alert(rule) for rule in rule_set.alerts if rule.id in codes)


def _alert(rule: AlertRule) -> Alert:
    return Alert(
        code=rule.id,
        name=rule.name,
        priority=rule.priority.code,
        respond_within=rule.priority.respond_within,
        sentence=rule.when.sentence,
        source=rule.source,
    )


@dataclass(frozen=True, slots=True)
class Alert:
    """One condition that somebody must respond to; `sentence` says which, without a name."""

    code: str
    name: str
    priority: str
    respond_within: timedelta
    sentence: str
    source: str

    def as_dict(self) -> dict[str, object]:
        """`{"code", "name", "priority"}`."""
        return {"code": self.code, "name": self.name, "priority": self.priority}
