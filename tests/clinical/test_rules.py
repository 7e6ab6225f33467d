"""Does every rule fire exactly when it should, alone?"""

from __future__ import annotations

from typing import Any

import pytest

from intake.clinical.alerts import alerts_for
from intake.clinical.criteria import mental, physical, social, substance
from intake.clinical.criteria.criterion import Criterion
from intake.clinical.facts import Facts
from intake.clinical.recommendation import Suggestion, recommend
from intake.clinical.rule_sets import KDS_1_0
from tests.clinical.examples import (
    ADJUNCTS,
    ALERTS,
    CEILINGS,
    FLOORS,
    MODERATE,
    OFTEN,
    POINTS,
    SEVERE,
    TEN_POINTS,
)
from tests.clinical.people import WELL, somebody

CRITERIA = [
    found
    for module in (substance, physical, mental, social)
    for found in vars(module).values()
    if isinstance(found, Criterion)
]


def suggest(**changes: object) -> Suggestion:
    """The suggestion for somebody, who must be completely known."""
    plan = recommend(somebody(**changes)).plan
    assert plan is not None
    return plan


def test_somebody_with_whom_nothing_is_the_matter_gets_no_point_floor_or_alert() -> None:
    plan = suggest()

    assert (plan.points, plan.floors, plan.adjuncts) == ((), (), ())
    assert alerts_for(WELL) == ()


@pytest.mark.parametrize(("rule", "changes", "points"), POINTS)
def test_a_point_rule_alone(rule: str, changes: dict[str, Any], points: int) -> None:
    plan = suggest(**changes)

    assert dict(plan.points).get(rule, 0) == points


@pytest.mark.parametrize(("rule", "changes", "setting", "urgency"), FLOORS)
def test_a_floor_alone(
    rule: str, changes: dict[str, Any], setting: str | None, urgency: str
) -> None:
    recommendation = recommend(somebody(**changes))

    assert recommendation.plan is not None
    floor = dict(recommendation.plan.floors).get(rule)
    assert (floor.code if floor else None) == setting
    assert recommendation.urgency == urgency
    assert recommendation.medical_clearance_required == (urgency == "emergency_now")


@pytest.mark.parametrize(("changes", "ceiling", "by_points", "recommended"), CEILINGS)
def test_a_ceiling_alone(
    changes: dict[str, Any], ceiling: str | None, by_points: str, recommended: str
) -> None:
    plan = suggest(**changes)

    assert plan.ceiling == ceiling
    assert plan.score_setting.code == by_points
    assert plan.recommended_setting.code == recommended


@pytest.mark.parametrize(("code", "changes", "expected"), ADJUNCTS)
def test_an_adjunct_alone(code: str, changes: dict[str, Any], expected: bool) -> None:  # noqa: FBT001  # a column of the table
    plan = suggest(**changes)

    assert (code in plan.adjuncts) == expected
    assert sum(one.startswith("J01") for one in plan.adjuncts) <= 1


@pytest.mark.parametrize(("code", "priority", "changes", "expected"), ALERTS)
def test_an_alert_alone(
    code: str,
    priority: str,
    changes: dict[str, Any],
    expected: bool,  # noqa: FBT001  # a column of the table
) -> None:
    raised = {alert.code: alert for alert in alerts_for(somebody(**changes))}

    assert (code in raised) == expected
    if expected:
        assert raised[code].priority == priority
        hours = raised[code].respond_within.total_seconds() / 3600
        assert hours == {"critical": 1, "high": 24, "medium": 72, "low": 168}[priority]


def test_the_highest_urgency_wins() -> None:
    recommendation = recommend(somebody(kwc8_total=20, psychosis_current=True, cssrs_band="high"))

    assert recommendation.urgency == "emergency_now"
    assert recommend(somebody(kwc8_total=20, psychosis_current=True)).urgency == (
        "same_day_psychiatric"
    )


@pytest.mark.parametrize(
    "bed",
    [
        {"accepts_inpatient": False},
        {"accepts_inpatient": None},
        {"inpatient_bed_available": False},
        {"inpatient_bed_available": None},
    ],
)
def test_without_a_usable_bed_treatment_is_outpatient_with_enhanced_monitoring(
    bed: dict[str, Any],
) -> None:
    plan = suggest(**TEN_POINTS, **SEVERE, **bed)

    assert plan.recommended_setting.code == "inpatient"
    assert plan.feasible_setting.code == "outpatient_cbt"
    assert plan.outpatient_intensity == "intensive"
    assert plan.enhanced_monitoring
    assert not plan.clinical_lead_signoff_required


@pytest.mark.parametrize(
    ("changes", "sign_off"),
    [
        ({"cssrs_band": "high"}, True),
        ({"urinary_retention": True}, True),
        ({"kwc8_total": 16}, True),
        ({"psychosis_current": True}, True),
        ({"opioid_dependence": True}, True),
        ({"alcohol_dependence": True}, True),
        (SEVERE | {"pregnancy_status": "pregnant", "days_used_30": 1}, True),
        (SEVERE | {"binge_pattern": True}, False),
        (SEVERE | TEN_POINTS, False),
    ],
    ids=["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "points"],
)
def test_a_fallback_below_a_safety_floor_needs_a_clinical_lead(
    changes: dict[str, Any],
    sign_off: bool,  # noqa: FBT001  # a column of the table
) -> None:
    refused = suggest(**changes, accepts_inpatient=False)
    accepted = suggest(**changes)

    assert refused.enhanced_monitoring
    assert refused.clinical_lead_signoff_required == sign_off
    assert not accepted.clinical_lead_signoff_required


def test_pregnancy_that_asks_for_outpatient_treatment_needs_no_sign_off() -> None:
    pregnant = {"pregnancy_status": "pregnant", "days_used_30": 1, "accepts_inpatient": False}

    alone = suggest(**pregnant)
    with_binges = suggest(**pregnant, **MODERATE, **OFTEN)

    assert alone.feasible_setting.code == "outpatient_cbt"
    assert with_binges.recommended_setting.code == "inpatient"
    assert not alone.clinical_lead_signoff_required
    assert not with_binges.clinical_lead_signoff_required


@pytest.mark.parametrize(
    ("changes", "components"),
    [
        ({}, ("peer_support", "brief_intervention")),
        ({"sds_total": 4}, ("outpatient_cbt", "peer_support")),
        ({"cssrs_band": "high"}, ("inpatient", "outpatient_cbt", "peer_support")),
        ({"psychosis_current": True, "accepts_inpatient": False}, ("outpatient_cbt",)),
    ],
)
def test_components_follow_the_feasible_setting(
    changes: dict[str, Any], components: tuple[str, ...]
) -> None:
    assert suggest(**changes).components == components


@pytest.mark.parametrize(
    ("changes", "intensity"),
    [
        ({}, None),
        ({"sds_total": 4}, "standard"),
        ({"sds_total": 4} | TEN_POINTS, "intensive"),
        ({"sds_total": 4} | TEN_POINTS | {"housing": "unstable"}, "intensive"),
        ({"sds_total": 4} | TEN_POINTS | {"housing": "stable"}, "standard"),
        ({"psychosis_current": True, "accepts_inpatient": False}, "intensive"),
        ({"cssrs_band": "high"}, None),
    ],
)
def test_intensity_belongs_to_outpatient_treatment(
    changes: dict[str, Any], intensity: str | None
) -> None:
    assert suggest(**changes).outpatient_intensity == intensity


def test_protective_facts_never_take_the_total_below_zero() -> None:
    plan = suggest(supportive_person=True, in_work_or_study=True)

    assert plan.points == (("W23", -1), ("W24", -1))
    assert plan.total_points == 0


def test_cbt_is_adapted_to_impaired_thinking_in_every_setting() -> None:
    assert suggest(memory_problem=2).cbt_adaptation
    assert suggest(memory_problem=2, cssrs_band="high").cbt_adaptation
    assert not suggest().cbt_adaptation


@pytest.mark.parametrize("changes", [{"cssrs_band": "high"}, {"psychosis_current": True}])
def test_groups_are_unsuitable_at_high_risk_or_in_psychosis(changes: dict[str, Any]) -> None:
    assert suggest(**changes).group_contraindicated
    assert not suggest(cssrs_band="moderate").group_contraindicated


def test_under_18_is_flagged_and_not_refused() -> None:
    recommendation = recommend(somebody(age=17))

    assert recommendation.out_of_scope
    assert recommendation.plan is not None
    assert recommendation.as_dict()["out_of_scope"] is True
    assert "out_of_scope" not in recommend(WELL).as_dict()


@pytest.mark.parametrize(
    ("instrument", "rules"),
    [
        ("sds_total", ("W02",)),
        ("kwc8_total", ("W09",)),
        ("kbc6_total", ("W10",)),
        ("phq9_total", ("W12",)),
        ("gad7_total", ("W13",)),
        ("audit_c_total", ("W18",)),
        ("moca_total", ()),
        ("egfr", ()),
    ],
)
def test_rules_that_count_nothing_for_want_of_a_questionnaire_are_named(
    instrument: str, rules: tuple[str, ...]
) -> None:
    assert recommend(somebody(**{instrument: None})).not_assessed == rules


def test_an_incomplete_result_says_what_it_can_and_leaves_the_rest_null() -> None:
    found = recommend(somebody(dsm5_band=None, urinary_retention=True)).as_dict()

    told = {key: value for key, value in found.items() if value is not None}
    assert told == {
        "rule_set": "KDS-1.0",
        "status": "incomplete",
        "missing": ["dsm5"],
        "not_assessed": [],
        "urgency": "emergency_now",
        "medical_clearance_required": True,
    }
    complete = {*recommend(WELL).as_dict(), "status", "missing", "not_assessed"}
    assert set(found) == complete


def test_a_rule_that_fires_without_its_questionnaire_was_assessed() -> None:
    assert recommend(somebody(audit_c_total=None, ghb_days_30=4)).not_assessed == ()


def test_every_rule_has_an_example_with_and_without() -> None:
    shown = {(rule, points != 0) for rule, _, points in POINTS}
    shown |= {(rule, setting is not None) for rule, _, setting, _ in FLOORS}
    shown |= {(code.split(":")[0], expected) for code, _, expected in ADJUNCTS}
    shown |= {(code, expected) for code, _, _, expected in ALERTS}
    shown |= {(ceiling, True) for _, ceiling, _, _ in CEILINGS if ceiling}

    ids = {f"W{n:02}" for n in range(1, 25)} | {f"F{n}" for n in range(1, 10)}
    ids |= {f"J{n:02}" for n in range(1, 16)} | {f"A{n:02}" for n in range(1, 24)}
    assert {rule for rule, fires in shown if fires} == ids | {"K1", "K2"}
    assert {rule for rule, fires in shown if not fires} == ids


def test_the_rule_set_holds_the_rules_of_its_version_in_order() -> None:
    assert [one.id for one in KDS_1_0.points] == [f"W{n:02}" for n in range(1, 25)]
    assert [one.id for one in KDS_1_0.floors] == [f"F{n}" for n in range(1, 10)]
    assert [one.id for one in KDS_1_0.ceilings] == ["K1", "K2"]
    assert [one.id for one in KDS_1_0.adjuncts] == [f"J{n:02}" for n in range(1, 16)]
    assert [one.id for one in KDS_1_0.alerts] == [f"A{n:02}" for n in range(1, 24)]


class Watched:
    """Facts that note which of them are read."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> object:
        """The fact, noted as read."""
        self.read.add(name)
        return getattr(self.facts, name)


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda criterion: criterion.name)
def test_a_criterion_reads_only_the_facts_it_declares(criterion: Criterion) -> None:
    facts = Watched(WELL)

    criterion(facts)  # type: ignore[arg-type]  # stands in for Facts and notes what is read
    assert facts.read <= set(criterion.inputs)
    assert facts.read
    assert criterion.sentence
