"""How would a colleague tell the reasoning behind a suggestion, in words and line by line?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from intake.clinical.evaluation import Evaluation
from intake.clinical.explanation import Reason, explain
from intake.clinical.recommendation import Suggestion
from intake.clinical.rule_set import NOTICE

SETTING_WORDS: Mapping[str, str] = {
    "peer_support": "peer support",
    "outpatient_cbt": "outpatient treatment with CBT",
    "inpatient": "inpatient treatment",
}
HEADINGS: Mapping[str, str] = {
    "points": "Points",
    "floor": "Minimum settings",
    "ceiling": "Maximum setting",
    "adjunct": "To add to the plan",
    "alert": "Alerts",
}


def in_words(evaluation: Evaluation) -> str:
    """The whole reasoning as text, without personal data beyond the inputs that were used."""
    return "\n".join(_lines(evaluation)) + "\n"


def in_one_line(evaluation: Evaluation) -> str:
    """The suggestion, its urgency and its alerts."""
    alerts = ", ".join(alert.code for alert in evaluation.alerts) or "none"
    return f"{_headline(evaluation)} Alerts: {alerts}."


def _lines(evaluation: Evaluation) -> Iterator[str]:
    recommendation = evaluation.recommendation
    reasons = explain(evaluation.facts, recommendation, evaluation.rule_set)
    yield _headline(evaluation)
    yield f"{recommendation.rule_set}. {NOTICE}"
    if recommendation.out_of_scope:
        yield "Under 18: out of scope of these rules; consider the young people's pathway."
    if recommendation.medical_clearance_required:
        yield "Medical clearance is required before the plan becomes active."
    if recommendation.plan is not None:
        yield from _plan_lines(recommendation.plan)
    yield from _reason_lines(reasons, evaluation)
    if recommendation.not_assessed:
        yield ""
        yield "Not assessed, so these counted nothing: " + ", ".join(recommendation.not_assessed)
    if evaluation.follow_up:
        yield ""
        yield "Follow-up"
        for item in evaluation.follow_up:
            hard = ", not to be moved" if item.is_hard else ""
            yield f"  {item.proposed_on}  {item.code:<5} {item.label} (by {item.due_by}{hard})"


def _headline(evaluation: Evaluation) -> str:
    recommendation = evaluation.recommendation
    urgency = recommendation.urgency.replace("_", " ")
    urgent = "" if urgency == "none" else f" Urgency: {urgency}."
    plan = recommendation.plan
    if plan is None:
        return f"No setting yet; still missing: {', '.join(recommendation.missing)}.{urgent}"
    suggested = SETTING_WORDS[plan.recommended_setting.code]
    feasible = SETTING_WORDS[plan.feasible_setting.code]
    both = suggested if suggested == feasible else f"{suggested}; feasible now: {feasible}"
    intensity = f" ({plan.outpatient_intensity})" if plan.outpatient_intensity else ""
    return f"Suggested: {both}{intensity}.{urgent}"


def _plan_lines(plan: Suggestion) -> Iterator[str]:
    parts = ", ".join(part.replace("_", " ") for part in plan.components)
    yield f"Components: {parts}."
    if plan.enhanced_monitoring:
        yield "A bed is not accepted or not available: enhanced monitoring by telephone."
    if plan.clinical_lead_signoff_required:
        yield "This is below a safety floor: a clinical lead must sign it off."
    if plan.group_contraindicated:
        yield "Groups are unsuitable for now."
    if plan.cbt_adaptation:
        yield "Adapt CBT: shorter sessions, written summaries."


def _reason_lines(reasons: tuple[Reason, ...], evaluation: Evaluation) -> Iterator[str]:
    plan = evaluation.recommendation.plan
    for kind, heading in HEADINGS.items():
        chosen = [one for one in reasons if one.kind == kind]
        if not chosen:
            continue
        yield ""
        total = f": {plan.total_points} in all" if kind == "points" and plan else ""
        yield heading + total
        for one in chosen:
            yield f"  {one.rule:<8}{_effect(one)}{one.reason} ({_inputs(one)})."
            yield f"          Source: {one.source}"


def _effect(reason: Reason) -> str:
    if isinstance(reason.effect, int):
        return f"{reason.effect:+d}  "
    if reason.kind in {"floor", "ceiling"}:
        return f"{SETTING_WORDS[str(reason.effect)]}: "
    return f"{reason.effect}: "


def _inputs(reason: Reason) -> str:
    given = {name: value for name, value in (reason.inputs or {}).items() if value is not None}
    return (
        ", ".join(f"{name} {_word(value)}" for name, value in given.items()) or "nothing recorded"
    )


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)
