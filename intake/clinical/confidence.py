"""How sure is a suggestion? One word, and what speaks against being surer.

The words are a product decision, no statistics: nobody has validated these rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from intake.clinical.rule_set import RuleSet

CONFIDENCES = ("low", "moderate", "high")
OUT_OF_SCOPE = "The person is under 18: the rules were not made for them"
NOT_ASSESSED = "Not answered, so it counted nothing: {}"
NEAR_A_LIMIT = "One point more or less would suggest another setting"


def confidence(result: Mapping[str, Any], rule_set: RuleSet) -> Confidence | None:
    """How sure a stored result is; None while it suggests no setting.

    High when nothing speaks against it, moderate for one doubt, low for more or out of scope.
    """
    suggestion = result["recommendation"]
    if suggestion["recommended_setting"] is None:
        return None
    doubts = tuple(_doubts(suggestion, rule_set))
    is_low = len(doubts) > 1 or OUT_OF_SCOPE in doubts
    return Confidence("low" if is_low else "moderate" if doubts else "high", doubts)


def _doubts(suggestion: Mapping[str, Any], rule_set: RuleSet) -> Iterator[str]:
    if suggestion.get("out_of_scope"):
        yield OUT_OF_SCOPE
    absent = set(suggestion.get("not_assessed") or ())
    if absent:
        known = {rule.instrument for rule in rule_set.points if rule.id in absent}
        yield NOT_ASSESSED.format(", ".join(sorted(one for one in known if one)))
    if _is_near_a_limit(suggestion, rule_set):
        yield NEAR_A_LIMIT


def _is_near_a_limit(suggestion: Mapping[str, Any], rule_set: RuleSet) -> bool:
    """Whether the score decided, and decided by one point; a minimum or maximum holds anyway."""
    setting = suggestion["recommended_setting"]
    is_held = suggestion["ceiling"] or any(
        one["floor"] == setting for one in suggestion["floors"] or ()
    )
    total = suggestion["total_points"]
    limits = [lowest for lowest, _ in rule_set.bands if lowest]
    return not is_held and any(total in (limit - 1, limit) for limit in limits)


@dataclass(frozen=True, slots=True)
class Confidence:
    """`word` is low, moderate or high; `doubts` are sentences without a full stop."""

    word: str
    doubts: tuple[str, ...]
