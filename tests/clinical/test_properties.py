"""Which properties hold for every record that may exist, not only for the examples?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.clinical import instruments
from intake.clinical.evaluation import evaluate, follow_up, from_facts
from intake.clinical.facts import Facts
from intake.clinical.instruments import Instrument
from intake.clinical.recommendation import Suggestion, recommend
from intake.clinical.record_field import Field
from intake.clinical.record_sections import SECTIONS
from intake.clinical.rule_set import SETTING_CODES, URGENCIES
from intake.clinical.scoring import score

MISSING = st.sampled_from([None, "unknown", "declined", "not_asked", {"status": "unknown"}])
DATES = st.dates(date(2020, 1, 1), date(2035, 12, 31))
ENGINE_INSTRUMENTS = [
    instruments.get(code)
    for code in ("dsm5", "sds", "phq9", "gad7", "audit_c", "kwc8", "kbc6", "craving", "dast10")
]


def value_of(field: Field) -> st.SearchStrategy[Any]:
    """Any value that the record allows in a field."""
    if field.kind == "yes_no":
        return st.booleans()
    if field.kind == "whole":
        low, high = int(field.low or 0), int(field.high or 0)
        return st.integers(low, min(high, low + 60) if field.name == "age_first_use" else high)
    if field.kind == "number":
        return st.decimals(field.low, field.high, places=field.places or 1).map(float)
    if field.kind == "choice":
        return st.sampled_from(field.choices)
    if field.kind == "day":
        return DATES.map(date.isoformat)
    return st.none()


def answers_to(instrument: Instrument) -> st.SearchStrategy[list[Any]]:
    """Any complete answers."""
    return st.tuples(
        *(
            st.integers(*item.bounds)
            if item.bounds
            else st.sampled_from([option.value for option in item.options])
            for item in instrument.items
        )
    ).map(list)


@st.composite
def screener_answers(draw: st.DrawFn) -> dict[str, bool | None]:
    """Any answers to the C-SSRS that keep to its skips."""
    yes = st.booleans()
    asked, ever = draw(yes), draw(yes)
    return {
        "q1": draw(yes),
        "q2": asked,
        **{f"q{n}": draw(yes) if asked else None for n in (3, 4, 5)},
        "q6_lifetime": ever,
        "q6_past_3_months": draw(yes) if ever else False,
    }


@st.composite
def intakes(draw: st.DrawFn) -> dict[str, Any]:
    """Any intake whose values the record allows, with gaps of every kind."""
    found: dict[str, Any] = {
        name: draw(
            st.fixed_dictionaries(
                {}, optional={one.name: value_of(one) | MISSING for one in section}
            )
        )
        for name, section in SECTIONS.items()
        if name != "demographics"
    }
    decided = draw(DATES)
    stay = draw(st.integers(1, 60))
    admitted = decided + timedelta(days=draw(st.integers(0, 40)))
    found |= {
        "intake_date": decided.isoformat(),
        "plan_decision_date": draw(st.just(decided.isoformat()) | MISSING),
        "planned_admission_date": draw(st.just(admitted.isoformat()) | st.none()),
        "planned_discharge_date": draw(
            st.just((admitted + timedelta(days=stay)).isoformat()) | st.none()
        ),
        "demographics": draw(
            st.fixed_dictionaries(
                {"age_at_intake": st.just(80)},
                optional={"sex_at_birth": st.sampled_from(["male", "female", "unknown"])},
            )
        ),
        "contact": {"safe_channels": draw(st.lists(st.sampled_from(["sms", "post"]), unique=True))},
        "instruments": draw(
            st.fixed_dictionaries(
                {},
                optional={
                    **{one.code: answers_to(one) | MISSING for one in ENGINE_INSTRUMENTS},
                    "cssrs": screener_answers() | MISSING,
                },
            )
        ),
    }
    return found


def fact(name: str, kind: str) -> st.SearchStrategy[Any]:
    """Any known value of a fact."""
    listed: Mapping[str, st.SearchStrategy[Any]] = {
        "dsm5_band": st.sampled_from(["none", "mild", "moderate", "severe"]),
        "cssrs_band": st.sampled_from(["none", "low", "moderate", "high"]),
        "housing": st.sampled_from(["stable", "unstable", "homeless"]),
        "pregnancy_status": st.sampled_from(["pregnant", "not_pregnant"]),
        "safe_channels": st.sampled_from([(), ("sms",)]),
    }
    if name in listed:
        return listed[name]
    if "bool" in kind:
        return st.booleans()
    if "Decimal" in kind:
        return st.integers(0, 150).map(Decimal)
    return st.integers(0, 30) if "int" in kind else st.none()


def facts(*, complete: bool) -> st.SearchStrategy[Facts]:
    """Any facts; complete ones lack nothing."""
    parts = {one.name: fact(one.name, str(one.type)) for one in fields(Facts)}
    if not complete:
        parts = {name: st.none() | part for name, part in parts.items()}
    return st.builds(Facts, **parts)


def suggestion(of: Facts) -> Suggestion:
    """The suggestion for complete facts."""
    plan = recommend(of).plan
    assert plan is not None
    return plan


@given(intakes())
@settings(max_examples=60, deadline=None)
def test_no_allowed_record_breaks_the_engine_and_its_dates_hold(intake: dict[str, Any]) -> None:
    result = evaluate(intake)

    assert json.loads(json.dumps(result.as_dict()))
    assert result.status == ("incomplete" if result.recommendation.missing else "complete")
    for item in result.follow_up:
        decided = date.fromisoformat(intake["plan_decision_date"])
        assert decided <= item.proposed_on
        assert decided <= item.due_by
        assert item.proposed_on == item.due_by or not item.is_hard
        assert item.proposed_on.weekday() < 5 or item.is_hard
        assert -2 <= (item.proposed_on - item.due_by).days <= 2


@given(intakes(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_fields_means_nothing(intake: dict[str, Any], random: Any) -> None:
    def shuffled(value: object) -> object:
        if not isinstance(value, dict):
            return value
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key]) for key in keys}

    other = shuffled(intake)

    assert isinstance(other, dict)
    assert evaluate(other).as_dict() == evaluate(intake).as_dict()


@given(facts(complete=True))
@settings(max_examples=150, deadline=None)
def test_the_setting_is_never_below_a_fired_floor(of: Facts) -> None:
    plan = suggestion(of)

    for _, floor in plan.floors:
        assert plan.recommended_setting >= floor
    assert plan.total_points >= 0
    assert plan.total_points == max(0, sum(points for _, points in plan.points))
    assert plan.enhanced_monitoring == (plan.feasible_setting < plan.recommended_setting)
    if plan.clinical_lead_signoff_required:
        assert plan.enhanced_monitoring


WORSE = {
    "dsm5_band": ["none", "mild", "moderate", "severe"],
    "cssrs_band": ["none", "low", "moderate", "high"],
    "housing": ["stable", "unstable", "homeless"],
}
RISING = (
    *("sds_total", "days_used_30", "grams_per_use_day", "khole_episodes_30d", "craving_0_10"),
    *("failed_structured_treatment_12m", "kwc8_total", "kbc6_total", "phq9_total", "gad7_total"),
    *("audit_c_total", "benzo_days_30", "ghb_days_30", "dxm_days_30", "pcp_days_30"),
    *("opioid_days_30", "alp_u_l", "memory_problem"),
)
TURNING = (
    *("binge_pattern", "frequent_binge", "psychosis_current", "opioid_dependence", "flank_pain"),
    *("alcohol_dependence", "sedative_dependence", "urinary_retention", "fever"),
    *("hydronephrosis_known", "ruq_pain_or_jaundice", "lives_with_people_who_use", "lives_alone"),
)


@given(facts(complete=True), st.sampled_from([*WORSE, *RISING, *TURNING]), st.data())
@settings(max_examples=200, deadline=None)
def test_a_graver_fact_never_lowers_setting_points_or_urgency(
    of: Facts, name: str, data: st.DataObject
) -> None:
    now = getattr(of, name)
    graver: Any
    if name in WORSE:
        order = WORSE[name]
        graver = data.draw(st.sampled_from(order[order.index(now) :]))
    elif name in TURNING:
        graver = True
    else:
        graver = now + data.draw(st.integers(0, 30))

    before, after = recommend(of), recommend(replace(of, **{name: graver}))

    assert before.plan is not None
    assert after.plan is not None
    assert after.plan.total_points >= before.plan.total_points
    assert after.plan.recommended_setting >= before.plan.recommended_setting
    assert URGENCIES.index(after.urgency) >= URGENCIES.index(before.urgency)


@given(facts(complete=False))
@settings(max_examples=100, deadline=None)
def test_what_is_unknown_never_adds_a_reason(of: Facts) -> None:
    result = from_facts(of)

    for reason in result.as_dict()["explain"]:  # type: ignore[attr-defined]  # JSON
        if reason["kind"] not in {"notice", "ceiling"} and reason["rule"] != "A19":
            assert any(value is not None for value in reason["inputs"].values())
    if result.recommendation.missing:
        assert result.recommendation.plan is None


@given(facts(complete=False), st.sampled_from(SETTING_CODES), DATES, st.integers(0, 40), st.data())
@settings(max_examples=100, deadline=None)
def test_a_chosen_plan_is_never_dated_before_its_decision(
    of: Facts, setting: str, decided: date, wait: int, data: st.DataObject
) -> None:
    admitted = decided + timedelta(days=wait)
    left = admitted + timedelta(days=data.draw(st.integers(1, 60)))

    found = follow_up(
        from_facts(of),
        setting=setting,
        decided_on=decided,
        admission_on=admitted,
        discharge_on=left,
    )

    assert len({item.code for item in found}) == len(found)
    for item in found:
        assert min(item.due_by, item.proposed_on) >= decided
        assert item.proposed_on == item.due_by or not item.is_hard


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_scores_stay_in_their_range_and_in_a_band(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(ENGINE_INSTRUMENTS))
    answers = data.draw(answers_to(one))

    result = score(one, answers)

    assert one.score.bounds is not None
    low, high = one.score.bounds
    assert result.total is not None
    assert low <= result.total <= high
    assert result.band is not None


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_higher_answer_never_lowers_a_sum(data: st.DataObject) -> None:
    graded = [one for one in ENGINE_INSTRUMENTS if one.code != "dast10"]
    one = data.draw(st.sampled_from(graded))
    answers = data.draw(answers_to(one))
    i = data.draw(st.integers(0, len(answers) - 1))
    higher = [*answers[:i], max(answers[i], data.draw(answers_to(one))[i]), *answers[i + 1 :]]

    before, after = score(one, answers).total, score(one, higher).total

    assert before is not None
    assert after is not None
    assert after >= before
