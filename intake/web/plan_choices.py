"""How do the settings stand beside one another? One card each: what speaks for it and against it.

Told from the stored result alone. Nothing here decides; the order is that of intensity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intake.clinical import decision, rule_sets
from intake.clinical.in_words import SETTING_WORDS
from intake.services.free_places import Places
from intake.services.plan_views import PlanView
from intake.services.recommendations import RecommendationView
from intake.web import words

# The most intensive last, as in the rules.
RANKS = {code: rank for rank, code in enumerate(SETTING_WORDS)}
INPATIENT = "inpatient"
Reason = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting. `badges` are (label, tone, icon)."""

    value: str
    label: str
    badges: tuple[tuple[str, str, str], ...]
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Rules that fired, by what they do: towards more support, towards less, and additions."""

    more: tuple[Reason, ...]
    less: tuple[Reason, ...]
    additions: tuple[Reason, ...]


def choices(found: RecommendationView, places: Sequence[Places]) -> tuple[Choice, ...]:
    """Every setting, the most intensive first; nothing is chosen for anybody."""
    return tuple(
        Choice(
            value=code,
            label=words.setting(code),
            badges=tuple(_badges(found, code)),
            reasons_for=tuple(_for(found.result, code)),
            reasons_against=tuple(_against(found.result, code)),
            places=tuple(_place(one) for one in places if code in one.settings),
        )
        for code in reversed(RANKS)
    )


def reasons(result: Mapping[str, Any]) -> Reasons:
    """The reasons of a result, minimum settings first since they decide; alerts stand elsewhere."""
    more: list[Reason] = []
    less: list[Reason] = []
    additions: list[Reason] = []
    for one in result["explain"]:
        if one["kind"] == "adjunct":
            additions.append(one)
        elif one["kind"] == "ceiling" or (one["kind"] == "points" and one["effect"] < 0):
            less.append(one)
        elif one["kind"] in ("floor", "points"):
            more.append(one)
    more.sort(key=lambda one: one["kind"] != "floor")
    return Reasons(tuple(more), tuple(less), tuple(additions))


def additions(found: RecommendationView) -> list[tuple[str, str, str]]:
    """Every addition there is, those suggested first: code, title and why the rules suggest it."""
    why = {
        one["rule"].partition(":")[0]: (one["effect"], one["reason"])
        for one in _of_kind(found.result, "adjunct")
    }
    suggested = [(code, said[0], f"Suggested. {said[1]}.") for code, said in sorted(why.items())]
    known = rule_sets.get(found.rule_set).adjuncts
    return [*suggested, *((one.id, one.title, "") for one in known if one.id not in why)]


def added(plan: PlanView, found: RecommendationView | None) -> list[tuple[str, str]]:
    """What was added to a plan and what was suggested and not, where somebody chose one by one."""
    if plan.adjuncts is None:
        return []
    titles = {one.id: one.title for one in rule_sets.CURRENT.adjuncts}
    rows = [("Added", ", ".join(titles.get(one, one) for one in plan.adjuncts) or "Nothing")]
    if found is not None and found.id == plan.recommendation_id:
        codes = (one["rule"].partition(":")[0] for one in _of_kind(found.result, "adjunct"))
        left = sorted(set(codes) - set(plan.adjuncts))
        if left:
            rows.append(("Suggested, not added", ", ".join(titles.get(one, one) for one in left)))
    return rows


def _badges(found: RecommendationView, code: str) -> Iterator[tuple[str, str, str]]:
    said = found.result["recommendation"]
    if code == said["recommended_setting"]:
        yield ("Suggested", "info", "info-circle-fill")
    elif code == said["feasible_setting"]:
        yield ("Feasible now", "info", "info-circle-fill")
    fired = {one["rule"]: one["floor"] for one in said["floors"] or ()}
    if decision.needs_sign_off(fired, code, rule_sets.get(found.rule_set)):
        yield ("Needs a clinical lead's sign-off", "warn", "exclamation-triangle-fill")


def _for(result: Mapping[str, Any], code: str) -> Iterator[str]:
    said = result["recommendation"]
    if said["score_setting"] == code:
        yield f"A score of {said['total_points']} comes to this setting."
    for one in _of_kind(result, "floor"):
        if one["effect"] == code:
            yield f"{one['reason']}: at least this ({one['rule']})."
    for one in _of_kind(result, "ceiling"):
        if one["effect"] == code:
            yield f"{one['reason']} ({one['rule']})."


def _against(result: Mapping[str, Any], code: str) -> Iterator[str]:
    said, rank = result["recommendation"], RANKS[code]
    for one in _of_kind(result, "floor"):
        if RANKS[one["effect"]] > rank:
            yield f"Below a minimum. {one['reason']} ({one['rule']})."
    for one in _of_kind(result, "ceiling"):
        if RANKS[one["effect"]] < rank:
            yield f"{one['reason']} ({one['rule']})."
    if said["score_setting"] not in (None, code):
        yield f"A score of {said['total_points']} comes to {SETTING_WORDS[said['score_setting']]}."
    if code == INPATIENT == said["recommended_setting"] != said["feasible_setting"]:
        yield "A bed is not accepted, or none is free."


def _of_kind(result: Mapping[str, Any], kind: str) -> Iterator[Reason]:
    return (one for one in result["explain"] if one["kind"] == kind)


def _place(one: Places) -> str:
    free = f"{one.free} of {words.many(one.capacity, 'place')} free"
    waits = f", {one.waiting} waiting" if one.waiting else ""
    knows = "staff know" if one.is_experienced_in_dissociatives else "staff don't know"
    return f"{one.name}: {free}{waits}; {knows} dissociative drugs."
