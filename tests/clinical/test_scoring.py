"""Are answers checked one by one, and do settings and safety items do what they should?"""

from __future__ import annotations

from typing import Any

import pytest

from intake.clinical.instruments import get
from intake.clinical.scoring import EngineSettings, score
from intake.errors import ValidationFailed

NO_RISK: dict[str, object] = {
    "q1": False,
    "q2": False,
    "q3": None,
    "q4": None,
    "q5": None,
    "q6_lifetime": False,
    "q6_past_3_months": False,
}
ASKED: dict[str, object] = NO_RISK | {"q2": True, "q3": False, "q4": False, "q5": False}


def refusals(code: str, answers: object) -> dict[str, str]:
    """Pointer → code of everything that is refused."""
    with pytest.raises(ValidationFailed) as refusal:
        score(get(code), answers)
    return {one.pointer: one.code for one in refusal.value.fields}


def test_zero_is_an_answer() -> None:
    result = score(get("phq9"), [0] * 9)

    assert (result.total, result.band) == (0, "none_minimal")
    assert result.as_dict() == {"total": 0, "band": "none_minimal", "item9": 0}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([1] * 8, {"/answers/8": "missing"}),
        ([1, 1, None, 1, 1, 1, 1, 1, 1], {"/answers/2": "missing"}),
        ([], {f"/answers/{i}": "missing" for i in range(9)}),
        ([1] * 10, {"/answers/9": "too_many"}),
        (
            [1, 4, 1, 1, 1, 1, 1, 1, -1],
            {"/answers/1": "not_an_option", "/answers/8": "not_an_option"},
        ),
        ([1.9, 1, 1, 1, 1, 1, 1, 1, 1], {"/answers/0": "wrong_type"}),
        ([1.0, 1, 1, 1, 1, 1, 1, 1, 1], {"/answers/0": "wrong_type"}),
        ([True, 1, 1, 1, 1, 1, 1, 1, 1], {"/answers/0": "wrong_type"}),
        (["1", 1, 1, 1, 1, 1, 1, 1, 1], {"/answers/0": "wrong_type"}),
        ("111111111", {"/answers": "wrong_type"}),
        (9, {"/answers": "wrong_type"}),
        ({"q1": 1}, {"/answers": "wrong_type"}),
        (None, {"/answers": "wrong_type"}),
    ],
)
def test_wrong_answers_to_a_list_are_named(answers: object, expected: dict[str, str]) -> None:
    assert refusals("phq9", answers) == expected


@pytest.mark.parametrize("value", [1, 0, "yes", 1.0])
def test_a_yes_no_item_takes_no_number(value: object) -> None:
    assert refusals("dsm5", [value, *[False] * 10]) == {"/answers/0": "wrong_type"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"q2": True}, {f"/answers/q{n}": "missing" for n in (3, 4, 5)}),
        ({"q2": True, "q3": True, "q4": False}, {"/answers/q5": "missing"}),
        ({"q3": False}, {"/answers/q3": "not_asked"}),
        ({"q4": True}, {"/answers/q4": "not_asked"}),
        ({"q6_past_3_months": True}, {"/answers/q6_past_3_months": "contradiction"}),
        ({"q6_past_3_months": None}, {"/answers/q6_past_3_months": "missing"}),
        ({"q1": None}, {"/answers/q1": "missing"}),
        ({"q1": 1}, {"/answers/q1": "wrong_type"}),
        ({"q2": 0}, {"/answers/q2": "wrong_type"}),
        ({"q6_life_time": True}, {"/answers": "unknown_item"}),
    ],
)
def test_the_skips_of_the_suicide_screener_are_checked(
    changes: dict[str, object], expected: dict[str, str]
) -> None:
    assert refusals("cssrs", NO_RISK | changes) == expected


def test_an_unknown_item_is_met_with_the_nearest_name() -> None:
    with pytest.raises(ValidationFailed) as refusal:
        score(get("cssrs"), NO_RISK | {"q6_life_time": True})

    assert "Did you mean q6_lifetime?" in refusal.value.fields[0].message


def test_skipped_items_may_be_left_out() -> None:
    said = {key: value for key, value in NO_RISK.items() if value is not None}

    assert score(get("cssrs"), said).band == "none"


@pytest.mark.parametrize(
    ("answers", "level", "alerts"),
    [
        (NO_RISK, "none", ()),
        (NO_RISK | {"q1": True}, "low", ("A23",)),
        (ASKED, "low", ("A23",)),
        (ASKED | {"q3": True}, "moderate", ("A02",)),
        (NO_RISK | {"q6_lifetime": True}, "moderate", ("A02",)),
        (ASKED | {"q4": True}, "high", ("A01",)),
        (ASKED | {"q5": True}, "high", ("A01",)),
        (NO_RISK | {"q6_lifetime": True, "q6_past_3_months": True}, "high", ("A01",)),
    ],
)
def test_the_suicide_screener_gives_a_level_and_its_alert(
    answers: dict[str, object], level: str, alerts: tuple[str, ...]
) -> None:
    result = score(get("cssrs"), answers)

    assert (result.total, result.band, result.alerts) == (None, level, alerts)


@pytest.mark.parametrize(
    ("code", "answers", "alerts"),
    [
        ("phq9", [0] * 8 + [1], ("A03",)),
        ("phq9", [3] * 8 + [0], ()),
        ("kwc8", [0, 0, 3, 0, 0, 0, 0, 0], ("A08",)),
        ("kwc8", [0, 0, 0, 0, 3, 0, 0, 0], ("A08",)),
        ("kwc8", [0, 0, 3, 0, 3, 0, 0, 0], ("A08",)),
        ("kwc8", [2] * 8, ("A08",)),
        ("kwc8", [3, 3, 2, 3, 2, 2, 0, 0], ()),
        ("kbc6", [2, 1, 1, 1, 1, 1], ("A06",)),
        ("kbc6", [1] * 6, ()),
        ("gad7", [3] * 7, ()),
    ],
)
def test_safety_items_raise_their_alert(
    code: str, answers: list[int], alerts: tuple[str, ...]
) -> None:
    assert score(get(code), answers).alerts == alerts


@pytest.mark.parametrize(
    ("sex", "settings", "cutoff", "band"),
    [
        ("male", EngineSettings(), 4, "negative"),
        ("female", EngineSettings(), 3, "positive"),
        ("intersex", EngineSettings(), 3, "positive"),
        (None, EngineSettings(), 3, "positive"),
        ("male", EngineSettings(audit_c_cutoff_male=3), 3, "positive"),
        ("female", EngineSettings(audit_c_cutoff_other=5), 5, "negative"),
    ],
)
def test_the_alcohol_cut_off_goes_by_sex_at_birth_and_setting(
    sex: str | None, settings: EngineSettings, cutoff: int, band: str
) -> None:
    result = score(get("audit_c"), [1, 1, 1], sex_at_birth=sex, settings=settings)

    assert result.as_dict() == {"total": 3, "band": band, "cutoff": cutoff}


@pytest.mark.parametrize(
    ("counted", "total", "band"), [(False, 5, "moderate"), (True, 6, "severe")]
)
def test_withdrawal_is_shown_and_counted_only_if_the_site_says_so(
    counted: bool,  # noqa: FBT001  # a column of the table
    total: int,
    band: str,
) -> None:
    answers = [True] * 5 + [False] * 5 + [True]

    result = score(get("dsm5"), answers, settings=EngineSettings(dsm_count_withdrawal=counted))

    assert (result.total, result.band) == (total, band)
    assert result.extras == {"count_including_withdrawal": 6}


@pytest.mark.parametrize("value", [-1, 11, True, 5.0, None])
def test_a_rating_outside_its_scale_is_refused(value: Any) -> None:
    assert list(refusals("craving", [value])) == ["/answers/0"]


def test_answers_are_pinned_to_the_version_they_were_given_to() -> None:
    result = score(get("sds"), [1, 0, 1, 1, 1])

    assert (result.instrument, result.version) == ("sds", "1")
    assert result.values == {"q1": 1, "q2": 0, "q3": 1, "q4": 1, "q5": 1}
