"""Is a record refused field by field, and does it say what it still lacks?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from intake.clinical.evaluation import draft_alerts, evaluate
from intake.clinical.facts import SECTIONS as READ_BY_RULES
from intake.clinical.facts import Facts
from intake.clinical.intake_record import (
    check_answers,
    missing_for_assessed,
    missing_for_submit,
    split_sealed,
)
from intake.clinical.record_sections import LISTS, SECTIONS
from intake.errors import ValidationFailed
from tests.clinical.people import an_intake
from tests.clinical.test_vignettes import VIGNETTES

ELSEWHERE = {"contact", "consent", "instruments"}


def answers_of(intake: dict[str, Any]) -> dict[str, Any]:
    """The part of a worked example that is stored as answers."""
    found: dict[str, Any] = {
        name: value
        for name, value in intake.items()
        if name not in ELSEWHERE and isinstance(value, dict | list)
    }
    del found["demographics"]["date_of_birth"]
    return found


def codes(answers: dict[str, Any], **options: Any) -> dict[str, str]:
    """Pointer → code of everything that is refused."""
    return {one.pointer: one.code for one in check_answers(answers, **options)}


@pytest.mark.parametrize("vignette", VIGNETTES, ids=[one["id"] for one in VIGNETTES])
def test_the_worked_examples_are_sound_records(vignette: dict[str, Any]) -> None:
    assert codes(answers_of(an_intake(vignette["id"]))) == {}


@pytest.mark.parametrize(
    ("section", "field", "value", "code"),
    [
        ("substance_use", "days_used_30", 31, "out_of_range"),
        ("substance_use", "days_used_30", -1, "out_of_range"),
        ("substance_use", "days_used_30", 1.9, "wrong_type"),
        ("substance_use", "days_used_30", "12", "wrong_type"),
        ("substance_use", "days_used_30", True, "wrong_type"),
        ("substance_use", "days_used_28", 29, "out_of_range"),
        ("substance_use", "grams_per_use_day", 50.01, "out_of_range"),
        ("substance_use", "grams_per_use_day", 0.125, "too_precise"),
        ("substance_use", "grams_per_use_day", Decimal("0.125"), "too_precise"),
        ("substance_use", "grams_per_use_day", "2", "wrong_type"),
        ("substance_use", "grams_per_use_day", float("nan"), "out_of_range"),
        ("substance_use", "grams_per_use_day", float("inf"), "out_of_range"),
        ("substance_use", "grams_per_use_day", 10**400, "out_of_range"),
        ("substance_use", "craving_0_10", 11, "out_of_range"),
        ("substance_use", "age_first_use", 4, "out_of_range"),
        ("substance_use", "primary_substance", "K", "not_a_choice"),
        ("substance_use", "primary_substance", ["ketamine"], "not_a_choice"),
        ("substance_use", "acute_effects_30d", [], "wrong_type"),
        ("physical", "fever", 1, "wrong_type"),
        ("physical", "fever", "on", "wrong_type"),
        ("physical", "k_cramps", 4, "out_of_range"),
        ("physical", "moca_total", 31, "out_of_range"),
        ("physical", "bladder_analgesics", "opioid", "wrong_type"),
        ("social", "housing", "own", "not_a_choice"),
        ("referral", "referral_date", "20270105", "not_a_date"),
        ("referral", "referral_date", "2027-W01-5", "not_a_date"),
        ("referral", "referral_date", "2027-02-30", "not_a_date"),
        (
            "referral",
            "referral_date",
            "\u0662\u0660\u0662\u0667-\u0660\u0661-\u0660\u0665",
            "not_a_date",
        ),
        ("referral", "referral_date", "1899-12-31", "not_a_date"),
        ("referral", "referral_date", 20270105, "not_a_date"),
        ("referral", "reason", "   ", "empty"),
        ("referral", "reason", "x" * 2001, "too_long"),
        ("referral", "reason", 5, "wrong_type"),
        ("demographics", "ethnicity", "a", "not_a_code"),
        ("demographics", "nationality", "GB", "not_a_code"),
        ("demographics", "date_of_birth", "2000-01-01", "unknown_field"),
        ("substance_use", "days_used_30", None, "null"),
        ("physical", "fever", None, "null"),
        ("pregnancy", "status", None, "null"),
        ("physical", "fever", {"status": "perhaps"}, "wrong_type"),
        ("physical", "fever", {"status": "unknown", "note": "x"}, "wrong_type"),
    ],
)
def test_a_wrong_value_is_refused_with_its_pointer(
    section: str, field: str, value: object, code: str
) -> None:
    assert codes({section: {field: value}}) == {f"/answers/{section}/{field}": code}


@pytest.mark.parametrize("status", ["unknown", "declined", "not_asked"])
def test_any_value_may_say_why_it_is_missing(status: str) -> None:
    answers = {
        name: {field.name: {"status": status} for field in fields}
        for name, fields in SECTIONS.items()
    }

    assert codes(answers | {name: {"status": status} for name in LISTS}) == {}


@pytest.mark.parametrize(
    ("section", "field"),
    [
        ("physical", "egfr"),
        ("physical", "alp_u_l"),
        ("physical", "moca_total"),
        ("pregnancy", "weeks"),
    ],
)
def test_null_stands_for_a_measurement_that_was_not_made(section: str, field: str) -> None:
    assert codes({section: {field: None}}) == {}


def test_only_four_fields_may_be_null() -> None:
    nullable = {one.name for fields in SECTIONS.values() for one in fields if one.nullable}

    assert nullable == {"egfr", "alp_u_l", "moca_total", "weeks"}


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"substance_use": {"day_used_30": 1}}, "Did you mean days_used_30?"),
        ({"substances_use": {}}, "Did you mean substance_use?"),
        ({"demographics": {"date_of_birth": "2000-01-01"}}, "with the client"),
        ({"instruments": {}}, "assessments"),
        ({"consent": {}}, "Record consents"),
    ],
)
def test_an_unknown_name_is_met_with_where_it_belongs(
    answers: dict[str, Any], sentence: str
) -> None:
    (refusal,) = check_answers(answers)

    assert sentence in refusal.message


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"physical": []}, {"/answers/physical": "wrong_type"}),
        ({"Maya Linton": {}}, {"/answers": "unknown_section"}),
        ({"substance_use": {"days_used": 3}}, {"/answers/substance_use": "unknown_field"}),
        ({"physical": None}, {"/answers/physical": "wrong_type"}),
        ({"goals": None}, {"/answers/goals": "null"}),
        ({"goals": "stop"}, {"/answers/goals": "wrong_type"}),
        ({"goals": [""]}, {"/answers/goals/0": "empty"}),
        ({"goals": [{"statement": "stop", "due": 1}]}, {"/answers/goals/0": "unknown_field"}),
        ({"allergies": ["x"] * 61}, {"/answers/allergies": "too_many"}),
        (
            {"medication": [{"adherence": "no"}]},
            {"/answers/medication/0/adherence": "not_a_choice"},
        ),
        (
            {"substance_use": {"further_substances": [{"substance": "ketamine"}, 3]}},
            {"/answers/substance_use/further_substances/1": "wrong_type"},
        ),
        (
            {"physical": {"bladder_analgesics": ["opioid", "opioid"]}},
            {"/answers/physical/bladder_analgesics/1": "repeated"},
        ),
    ],
)
def test_lists_and_parts_are_checked_entry_by_entry(
    answers: dict[str, Any], expected: dict[str, str]
) -> None:
    assert codes(answers) == expected


def test_every_wrong_field_is_named_at_once() -> None:
    found = codes({"physical": {"fever": 1, "egfr": -1}, "social": {"housing": "?"}}, pointer="")

    assert set(found) == {"/physical/fever", "/physical/egfr", "/social/housing"}


def test_a_referral_is_not_made_in_the_future() -> None:
    referral = {"referral": {"referral_date": "2027-01-12"}}

    assert codes(referral, today=date(2027, 1, 12)) == {}
    assert codes(referral, today=date(2027, 1, 11)) == {
        "/answers/referral/referral_date": "in_the_future"
    }


def test_submitting_needs_the_referral_and_the_immediate_risk_answers() -> None:
    found = {one.pointer for one in missing_for_submit({})}

    assert found == {
        *(f"/answers/referral/{name}" for name in ("source", "referral_date", "urgency")),
        *(f"/answers/physical/{name}" for name in ("urinary_retention", "flank_pain", "fever")),
        "/answers/mental_health/psychosis_current",
        *(
            f"/answers/polysubstance/{name}_dependence"
            for name in ("opioid", "alcohol", "sedative")
        ),
    }


def test_false_and_a_status_are_answers_to_the_immediate_risk_questions() -> None:
    answers = answers_of(an_intake("V01", referral={"urgency": "routine"}))
    answers["physical"]["fever"] = {"status": "declined"}

    assert missing_for_submit(answers) == ()


def test_completing_an_intake_needs_more() -> None:
    answers = answers_of(an_intake("V01", referral={"urgency": "routine"}))

    found = {one.pointer for one in missing_for_assessed(answers)}

    assert found == {
        "/answers/referral/triage_date",
        "/answers/referral/previous_treatment_episodes",
        "/answers/demographics/local_authority",
        "/answers/demographics/postcode",
        "/answers/allergies",
    }


@pytest.mark.parametrize(
    ("demographics", "is_enough"),
    [
        ({"postcode": "BS1 1AA"}, True),
        ({"no_fixed_abode": True}, True),
        ({"postcode": {"status": "declined"}}, True),
        ({"no_fixed_abode": False}, False),
        ({"no_fixed_abode": {"status": "unknown"}}, False),
        ({}, False),
    ],
)
def test_a_postcode_or_no_fixed_abode_completes_the_intake(
    demographics: dict[str, Any], *, is_enough: bool
) -> None:
    found = {one.pointer for one in missing_for_assessed({"demographics": demographics})}

    assert ("/answers/demographics/postcode" not in found) == is_enough


@pytest.mark.parametrize(
    ("triaged", "is_refused"), [("2027-01-04", True), ("2027-01-05", False), ("2027-01-06", False)]
)
def test_nobody_is_triaged_before_the_referral(triaged: str, *, is_refused: bool) -> None:
    answers = {"referral": {"referral_date": "2027-01-05", "triage_date": triaged}}

    assert (codes(answers) == {"/answers/referral/triage_date": "before_referral"}) == is_refused


def test_no_known_allergy_is_an_answer_of_its_own() -> None:
    answers = {"allergies": ["none_known"]}

    assert codes(answers) == {}
    assert "/answers/allergies" not in {one.pointer for one in missing_for_assessed(answers)}


def test_free_text_is_set_apart_to_be_sealed() -> None:
    answers = {
        "referral": {"source": "self", "reason": "wants help"},
        "goals": ["stop"],
        "physical": {"fever": False},
    }

    plain, sealed = split_sealed(answers)

    assert plain == {"referral": {"source": "self"}, "physical": {"fever": False}}
    assert sealed == {"referral": {"reason": "wants help"}, "goals": ["stop"]}


def test_every_text_field_is_sealed() -> None:
    texts = [one for fields in SECTIONS.values() for one in fields if one.kind in {"text", "rows"}]

    assert texts
    assert all(one.sealed for one in texts)


def test_the_rules_read_only_fields_of_the_record() -> None:
    for section, names in READ_BY_RULES.items():
        assert set(names) <= {one.name for one in SECTIONS[section]}
        assert set(names) <= set(Facts.__dataclass_fields__)


@pytest.mark.parametrize(
    ("section", "field", "value", "pointer"),
    [
        ("substance_use", "days_used_30", 31, "/substance_use/days_used_30"),
        ("substance_use", "craving_0_10", True, "/substance_use/craving_0_10"),
        ("substance_use", "age_first_use", 30, "/substance_use/age_first_use"),
        ("instruments", "phq9", [0] * 8, "/instruments/phq9/8"),
        ("instruments", "cssrs", {"q1": False}, "/instruments/cssrs/q2"),
        ("instruments", "craving_nrs", [3], "/instruments/craving_nrs"),
        ("demographics", "date_of_birth", "2027-01-12", "/demographics/date_of_birth"),
        ("demographics", "date_of_birth", "15.6.1999", "/demographics/date_of_birth"),
        ("demographics", "date_of_birth", "1902-12-31", "/demographics/date_of_birth"),
        ("contact", "safe_channels", ["fax"], "/contact/safe_channels/0"),
    ],
)
def test_the_engine_refuses_what_it_can_not_use(
    section: str, field: str, value: object, pointer: str
) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        evaluate(an_intake("V02", **{section: {field: value}}))

    assert pointer in {one.pointer for one in refusal.value.fields}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"planned_admission_date": "2027-01-12"}, "/planned_admission_date"),
        ({"planned_admission_date": "soon"}, "/planned_admission_date"),
        (
            {"planned_admission_date": "2027-01-18", "planned_discharge_date": "2027-01-18"},
            "/planned_discharge_date",
        ),
        ({"intake_date": "2027-13-01"}, "/intake_date"),
        ({"physical": [True]}, "/physical"),
        ({"instruments": []}, "/instruments"),
    ],
)
def test_the_engine_refuses_impossible_dates_and_shapes(
    changes: dict[str, object], pointer: str
) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        evaluate(an_intake("V02") | changes)

    assert pointer in {one.pointer for one in refusal.value.fields}


def test_the_engine_overlooks_what_it_does_not_read() -> None:
    intake = an_intake("V02", social={"a_later_field": 1}, substance_use={"grams_at_start": -1})

    assert evaluate(intake | {"a_later_section": {}}).status == "complete"


def test_a_section_that_is_absent_or_unknown_is_missing() -> None:
    intake = an_intake("V02") | {"physical": None, "social": {"status": "not_asked"}}

    result = evaluate(intake)

    assert result.recommendation.missing == ("urinary_retention", "flank_pain", "fever")


def test_grams_are_not_needed_of_somebody_who_did_not_use() -> None:
    used = an_intake("V02", substance_use={"grams_per_use_day": None})
    did_not = an_intake("V02", substance_use={"grams_per_use_day": None, "days_used_30": 0})

    assert evaluate(used).recommendation.missing == ("grams_per_use_day",)
    assert evaluate(did_not).recommendation.missing == ()


def test_what_is_missing_is_named_in_a_fixed_order() -> None:
    assert evaluate({}).recommendation.missing == (
        *("dsm5", "cssrs", "days_used_30", "grams_per_use_day", "urinary_retention"),
        *("flank_pain", "fever", "psychosis_current", "opioid_dependence"),
        *("alcohol_dependence", "sedative_dependence"),
    )


@pytest.mark.parametrize("declined", [None, "declined", "unknown", {"status": "declined"}])
def test_a_declined_questionnaire_has_no_score(declined: object) -> None:
    result = evaluate(an_intake("V02", instruments={"phq9": declined}))

    assert "phq9" not in result.scores
    assert result.recommendation.not_assessed == ("W12",)


def test_a_draft_raises_the_alerts_it_can() -> None:
    draft = {"physical": {"visible_haematuria": True}, "contact": {"safe_channels": ["sms"]}}

    assert [alert.code for alert in draft_alerts(draft)] == ["A05"]


def test_the_latest_score_stands_in_for_the_record_and_never_against_it() -> None:
    scores = {"craving": [9], "moca": [20]}
    silent = {"substance_use": {"craving_0_10": None}, "physical": {"moca_total": None}}
    told = {"substance_use": {"craving_0_10": 7}, "physical": {"moca_total": 28}}

    without = evaluate(an_intake("V02", **silent, instruments=scores)).recommendation.plan
    beside = evaluate(an_intake("V02", **told, instruments=scores)).recommendation.plan

    assert without is not None
    assert beside is not None
    assert {("W07", 1), ("W16", 1)} <= set(without.points)
    assert not {"W07", "W16"} & {rule for rule, _ in beside.points}
