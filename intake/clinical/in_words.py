"""How would a colleague tell the reasoning behind a suggestion, in words and line by line?

Told from the result as it is stored, so that an old one reads as it was, whatever the rules say
today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from intake.clinical.evaluation import Evaluation
from intake.clinical.follow_up import FollowUpItem

SETTING_WORDS: Mapping[str, str] = {
    "peer_support": "peer support",
    "outpatient_cbt": "outpatient CBT",
    "inpatient": "inpatient treatment",
}
HEADINGS: Mapping[str, str] = {
    "points": "Points",
    "floor": "Minimum settings",
    "ceiling": "Maximum setting",
    "adjunct": "To add to the plan",
    "alert": "Alerts",
}
# A result as `Evaluation.as_dict` gives it and as it is stored.
Result = Mapping[str, Any]


def in_words(evaluation: Evaluation) -> str:
    """The whole reasoning as text, without personal data beyond the inputs that were used."""
    lines = [*_lines(evaluation.as_dict()), *_follow_up_lines(evaluation.follow_up)]
    return "\n".join(lines) + "\n"


def result_in_words(result: Result) -> str:
    """The same of a stored result, which has no schedule: that follows from the decision."""
    return "\n".join(_lines(result)) + "\n"


def in_one_line(evaluation: Evaluation) -> str:
    """The suggestion, its urgency and its alerts."""
    result = evaluation.as_dict()
    alerts = ", ".join(alert.code for alert in evaluation.alerts) or "none"
    return f"{_headline(result)} Alerts: {alerts}."


def _lines(result: Result) -> Iterator[str]:
    suggestion = result["recommendation"]
    yield _headline(result)
    yield f"{suggestion['rule_set']}. {_notice(result)}"
    if suggestion.get("out_of_scope"):
        yield "Under 18: out of scope of these rules; consider the young people's pathway."
    if suggestion["medical_clearance_required"]:
        yield "Medical clearance is required before the plan becomes active."
    if suggestion["recommended_setting"] is not None:
        yield from _plan_lines(suggestion)
    yield from _reason_lines(result)
    if suggestion.get("not_assessed"):
        yield ""
        yield "Not assessed, so these counted nothing: " + ", ".join(suggestion["not_assessed"])


def _notice(result: Result) -> str:
    said: str = next(one["reason"] for one in result["explain"] if one["kind"] == "notice")
    return said


def _follow_up_lines(items: Iterable[FollowUpItem]) -> Iterator[str]:
    for i, item in enumerate(items):
        if i == 0:
            yield ""
            yield "Follow-up"
        hard = ", not to be moved" if item.is_hard else ""
        yield f"  {item.proposed_on}  {item.code:<5} {item.label} (by {item.due_by}{hard})"


def _headline(result: Result) -> str:
    suggestion = result["recommendation"]
    urgency = suggestion["urgency"].replace("_", " ")
    urgent = "" if urgency == "none" else f" Urgency: {urgency}."
    if suggestion["recommended_setting"] is None:
        return f"No setting yet; still missing: {', '.join(suggestion['missing'])}.{urgent}"
    suggested = SETTING_WORDS[suggestion["recommended_setting"]]
    feasible = SETTING_WORDS[suggestion["feasible_setting"]]
    both = suggested if suggested == feasible else f"{suggested}; feasible now: {feasible}"
    intensity = suggestion["outpatient_intensity"]
    return f"Suggested: {both}{f' ({intensity})' if intensity else ''}.{urgent}"


def _plan_lines(suggestion: Result) -> Iterator[str]:
    parts = ", ".join(suggestion["components"]).replace("_", " ").replace("cbt", "CBT")
    yield f"Components: {parts}."
    if suggestion["enhanced_monitoring"]:
        yield "A bed is not accepted or not available: enhanced monitoring by telephone."
    if suggestion["clinical_lead_signoff_required"]:
        yield "This is below a safety floor: a clinical lead must sign it off."
    if suggestion["group_contraindicated"]:
        yield "Groups are unsuitable for now."
    if suggestion["cbt_adaptation"]:
        yield "Adapt CBT: shorter sessions, written summaries."


def _reason_lines(result: Result) -> Iterator[str]:
    points = result["recommendation"]["total_points"]
    for kind, heading in HEADINGS.items():
        chosen = [one for one in result["explain"] if one["kind"] == kind]
        if not chosen:
            continue
        yield ""
        total = f": {points} in all" if kind == "points" else ""
        yield heading + total
        for one in chosen:
            yield f"  {one['rule']:<7} {_effect(one)}{one['reason']} ({_inputs(one)})."
            yield f"          Source: {one['source']}"


def _effect(reason: Result) -> str:
    effect = reason["effect"]
    if isinstance(effect, int):
        return f"{effect:+d}  "
    if reason["kind"] in {"floor", "ceiling"}:
        return f"{SETTING_WORDS[effect]}: "
    return f"{effect}: "


def _inputs(reason: Result) -> str:
    given = {name: value for name, value in reason.get("inputs", {}).items() if value is not None}
    told = ", ".join(f"{name} {_word(value)}" for name, value in given.items())
    return told or "nothing recorded"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)
