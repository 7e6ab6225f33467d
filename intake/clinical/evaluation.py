"""What does a whole intake come to? Derived values, scores, suggestion, alerts and follow-up.

The facade of the engine. In and out it has the shape of the worked examples in
`intake/vignettes`: `evaluate(vignette["intake"]).as_dict()` is `vignette["expected"]` and the
reasons under `explain`. A stored record adds `instrument_versions`, so that its answers are scored
by the version they were given to; without it the newest is meant.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from intake import errors
from intake.clinical import coding, derived, instruments
from intake.clinical.alerts import Alert, alerts_for
from intake.clinical.answers import answer_errors
from intake.clinical.explanation import explain
from intake.clinical.facts import Facts, date_or_none, facts_from, known, section_of
from intake.clinical.follow_up import FollowUpItem, PlanDates, date_errors, schedule
from intake.clinical.instruments import Instrument
from intake.clinical.intake_record import intake_errors
from intake.clinical.recommendation import Recommendation, recommend
from intake.clinical.rule_set import RuleSet, Setting, Situation
from intake.clinical.rule_sets import CURRENT
from intake.clinical.scoring import DEFAULT_SETTINGS, EngineSettings, Score, score
from intake.errors import FieldError, ValidationFailed

INTAKE_POINTERS = {
    "admission_on": "/planned_admission_date",
    "discharge_on": "/planned_discharge_date",
}
PLAN_POINTERS = {"admission_on": "/admission_on", "discharge_on": "/discharge_on"}


def evaluate(
    intake: Mapping[str, object],
    *,
    settings: EngineSettings = DEFAULT_SETTINGS,
    rule_set: RuleSet = CURRENT,
) -> Evaluation:
    """Everything that follows from an intake. Raises ValidationFailed naming each wrong field."""
    scores = _checked_scores(intake, settings)
    facts = facts_from(intake, scores)
    _refuse_impossible_age(facts)
    evaluation = from_facts(facts, scores=scores, rule_set=rule_set)
    dates = _plan_dates(intake)
    if dates is None:
        return evaluation
    plan = evaluation.recommendation.plan
    setting = plan.feasible_setting if plan else None
    return replace(evaluation, follow_up=_scheduled(evaluation, setting, dates))


def from_facts(
    facts: Facts,
    *,
    scores: Mapping[str, Score] = MappingProxyType({}),
    rule_set: RuleSet = CURRENT,
) -> Evaluation:
    """Everything that follows from facts, without a follow-up schedule."""
    return Evaluation(
        facts=facts,
        scores=scores,
        grams_per_week=derived.grams_per_week(facts.grams_per_use_day, facts.days_used_30),
        recommendation=recommend(facts, rule_set),
        alerts=alerts_for(facts, rule_set),
        follow_up=(),
        rule_set=rule_set,
    )


def follow_up(
    evaluation: Evaluation,
    *,
    setting: str,
    decided_on: date,
    admission_on: date | None = None,
    discharge_on: date | None = None,
) -> tuple[FollowUpItem, ...]:
    """The schedule for the setting a clinician chose, which replaces the feasible one.

    Raises ValidationFailed for an unknown setting or an impossible order of dates
    (`/admission_on`, `/discharge_on`).
    """
    chosen = next((one for one in Setting if one.code == setting), None)
    if chosen is None:
        known_codes = ", ".join(one.code for one in Setting)
        raise ValidationFailed(
            FieldError("/chosen_setting", "not_a_choice", f"Choose one of: {known_codes}.")
        )
    dates = PlanDates(decided_on=decided_on, admission_on=admission_on, discharge_on=discharge_on)
    if found := tuple(date_errors(dates, PLAN_POINTERS)):
        raise ValidationFailed(*found)
    return _scheduled(evaluation, chosen, dates)


def draft_alerts(
    intake: Mapping[str, object],
    *,
    settings: EngineSettings = DEFAULT_SETTINGS,
    rule_set: RuleSet = CURRENT,
) -> tuple[Alert, ...]:
    """The alerts that an incomplete draft already raises. Raises ValidationFailed."""
    facts = facts_from(intake, _checked_scores(intake, settings))
    _refuse_impossible_age(facts)
    return alerts_for(facts, rule_set)


def inputs_hash(intake: Mapping[str, object]) -> str:
    """SHA-256 of the inputs in one canonical form, to store beside the result."""
    text = json.dumps(intake, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _checked_scores(intake: Mapping[str, object], settings: EngineSettings) -> dict[str, Score]:
    found = [*intake_errors(intake), *_instrument_errors(intake)]
    if not found and (dates := _plan_dates(intake)) is not None:
        found.extend(date_errors(dates, INTAKE_POINTERS))
    if found:
        raise ValidationFailed(*found)
    sex = known(section_of(intake, "demographics").get("sex_at_birth"))
    return {
        code: score(
            _instrument(intake, code),
            answers,
            sex_at_birth=sex if isinstance(sex, str) else None,
            settings=settings,
        )
        for code, answers in section_of(intake, "instruments").items()
        if known(answers) is not None
    }


def _instrument_errors(intake: Mapping[str, object]) -> Iterator[FieldError]:
    for code, answers in section_of(intake, "instruments").items():
        if known(answers) is None:
            continue
        pointer = f"/instruments/{code}"
        try:
            instrument = _instrument(intake, code)
        except errors.NotFound:
            there = sorted({f"{one.code} {one.version}" for one in instruments.catalogue()})
            message = f"There is no such instrument; there are: {', '.join(there)}."
            yield FieldError(pointer, "unknown_instrument", message)
        else:
            yield from answer_errors(instrument, answers, pointer=pointer)


def _instrument(intake: Mapping[str, object], code: str) -> Instrument:
    """The version that the answers are pinned to, else the newest. Raises NotFound."""
    version = section_of(intake, "instrument_versions").get(code)
    return instruments.get(code, None if version is None else str(version))


def _refuse_impossible_age(facts: Facts) -> None:
    if facts.age is not None and facts.age_first_use is not None:
        if facts.age_first_use <= facts.age:
            return
        message = "age_first_use can't be above the person's age."
        raise ValidationFailed(FieldError("/substance_use/age_first_use", "out_of_range", message))


def _plan_dates(intake: Mapping[str, object]) -> PlanDates | None:
    """The planned dates, or None before there is a decision."""
    decided = date_or_none(intake.get("plan_decision_date"))
    if decided is None:
        return None
    return PlanDates(
        decided_on=decided,
        admission_on=date_or_none(intake.get("planned_admission_date")),
        discharge_on=date_or_none(intake.get("planned_discharge_date")),
    )


def _scheduled(
    evaluation: Evaluation, setting: Setting | None, dates: PlanDates
) -> tuple[FollowUpItem, ...]:
    plan = evaluation.recommendation.plan
    situation = Situation(
        facts=evaluation.facts,
        setting=setting,
        urgency=evaluation.recommendation.urgency,
        alerts=frozenset(alert.code for alert in evaluation.alerts),
        enhanced_monitoring=plan is not None and plan.enhanced_monitoring,
        adjuncts=frozenset(plan.adjuncts) if plan else frozenset(),
    )
    return schedule(situation, dates, evaluation.rule_set.follow_up)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything that follows from one intake under one rule set."""

    facts: Facts
    scores: Mapping[str, Score]
    grams_per_week: Decimal | None
    recommendation: Recommendation
    alerts: tuple[Alert, ...]
    follow_up: tuple[FollowUpItem, ...]
    rule_set: RuleSet

    @property
    def status(self) -> str:
        """`complete` or `incomplete`."""
        return self.recommendation.status

    def as_dict(self) -> dict[str, object]:
        """JSON values only: the keys of a worked example's `expected`, and `explain`.

        An incomplete one carries `status` and `missing` at the top as well.
        """
        weekly = self.grams_per_week
        body: dict[str, object] = {
            "derived": {
                "grams_per_week": None if weekly is None else float(weekly),
                "binge_pattern": self.facts.binge_pattern,
                "frequent_binge": self.facts.frequent_binge,
                "teds": coding.teds(self.facts),
            },
            "scores": {code: one.as_dict() for code, one in self.scores.items()},
            "suggested_icd10cm": coding.suggested_icd10cm(self.facts.dsm5_band),
            "recommendation": self.recommendation.as_dict(),
            "alerts": [alert.as_dict() for alert in self.alerts],
            "follow_up": [item.as_dict() for item in self.follow_up],
            "explain": [
                reason.as_dict()
                for reason in explain(self.facts, self.recommendation, self.rule_set)
            ],
        }
        if self.recommendation.missing:
            return {"status": self.status, "missing": list(self.recommendation.missing)} | body
        return body
