"""Are the dated obligations the right ones, on the right days, for the setting that was chosen?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from intake.clinical.evaluation import evaluate, follow_up, from_facts
from intake.clinical.follow_up import FollowUpItem, PlanDates, dates_to_set, proposed_date
from intake.clinical.rule_set import RuleSet
from intake.clinical.rule_sets import KDS_1_0
from intake.errors import ValidationFailed
from tests.clinical.examples import AT_RISK, FOLLOW_UP
from tests.clinical.people import an_intake, somebody

DECIDED = date(2027, 1, 13)  # a Wednesday
ADMITTED = date(2027, 1, 18)
LEFT = date(2027, 2, 15)
FRIDAY, SATURDAY = date(2027, 1, 15), date(2027, 1, 16)


def items(
    setting: str,
    *,
    decided_on: date = DECIDED,
    admission_on: date | None = ADMITTED,
    discharge_on: date | None = LEFT,
    rules: RuleSet = KDS_1_0,
    **changes: Any,
) -> dict[str, FollowUpItem]:
    """The schedule of somebody for a chosen setting, by code."""
    found = follow_up(
        from_facts(somebody(**changes), rule_set=rules),
        setting=setting,
        decided_on=decided_on,
        admission_on=admission_on,
        discharge_on=discharge_on,
    )
    assert list(found) == sorted(found, key=lambda item: (item.due_by, item.code))
    return {item.code: item for item in found}


def timing(
    code: str, setting: str, *, rules: RuleSet = KDS_1_0, **changes: Any
) -> tuple[int | None, bool]:
    """Days from its anchor (None: it isn't there), and whether it is hard."""
    found = items(setting, rules=rules, **changes).get(code)
    if found is None:
        return None, False
    anchor = {"X": LEFT}.get(code[0], ADMITTED if code == "I2" else DECIDED)
    return (found.due_by - anchor).days, found.is_hard


@pytest.mark.parametrize(("code", "setting", "changes", "days", "hard"), FOLLOW_UP)
def test_an_obligation_alone(
    code: str,
    setting: str,
    changes: dict[str, Any],
    days: int | None,
    hard: bool,  # noqa: FBT001  # a column of the table
) -> None:
    assert timing(code, setting, **changes) == (days, hard)


def test_every_obligation_has_an_example_with_and_without() -> None:
    codes = {step.code for step in KDS_1_0.follow_up}

    assert {code for code, _, _, days, _ in FOLLOW_UP if days is not None} == codes
    assert {code for code, _, _, days, _ in FOLLOW_UP if days is None} >= codes


@pytest.mark.parametrize(
    ("due", "decided_on", "proposed"),
    [
        (FRIDAY, FRIDAY, FRIDAY),
        (SATURDAY, FRIDAY, FRIDAY),
        (SATURDAY + timedelta(days=1), FRIDAY, FRIDAY),
        (SATURDAY, SATURDAY, date(2027, 1, 18)),
        (SATURDAY + timedelta(days=1), SATURDAY, date(2027, 1, 18)),
        (date(2027, 1, 23), SATURDAY, date(2027, 1, 22)),
    ],
)
def test_a_weekend_is_moved_to_friday_unless_that_is_before_the_decision(
    due: date, decided_on: date, proposed: date
) -> None:
    assert proposed_date(due, decided_on) == proposed


def test_hard_obligations_stay_on_a_weekend() -> None:
    found = items(
        "inpatient",
        decided_on=SATURDAY,
        admission_on=SATURDAY,
        discharge_on=date(2027, 2, 11),
        urinary_retention=True,
        **AT_RISK,
        visible_haematuria=True,
    )

    for code in ("U0", "S1", "I2", "X1"):
        assert found[code].is_hard
        assert found[code].proposed_on == found[code].due_by
        assert found[code].due_by.weekday() >= 5


def test_an_urgent_urology_referral_stays_on_a_weekend_and_a_routine_one_moves() -> None:
    urgent = items("peer_support", decided_on=FRIDAY, visible_haematuria=True)["B2"]
    routine = items("peer_support", decided_on=SATURDAY, kbc6_total=7)["B2"]

    assert urgent.proposed_on == SATURDAY
    assert (routine.due_by, routine.proposed_on) == (date(2027, 1, 23), date(2027, 1, 22))


@pytest.mark.parametrize(("days", "there"), [(0, False), (2, False), (3, True)])
def test_the_contact_before_admission_needs_room_for_it(days: int, there: bool) -> None:  # noqa: FBT001  # a column of the table
    found = items("inpatient", admission_on=DECIDED + timedelta(days=days))

    assert ("I1" in found) == there


def test_weekly_reviews_stop_before_the_discharge() -> None:
    found = items("inpatient", discharge_on=ADMITTED + timedelta(days=14))

    assert [code for code in found if code.startswith("I3")] == ["I3.1"]


def test_a_long_stay_numbers_its_reviews_on() -> None:
    found = items("inpatient", discharge_on=ADMITTED + timedelta(days=71))

    assert found["I3.10"].due_by == ADMITTED + timedelta(days=70)


def test_without_dates_their_obligations_are_left_out_and_asked_for() -> None:
    nothing = items("inpatient", admission_on=None, discharge_on=None)
    admitted = items("inpatient", discharge_on=None)

    assert not {code for code in nothing if code[0] in "IX"}
    assert {code for code in admitted if code[0] in "IX"} == {"I1", "I2"}
    assert dates_to_set("inpatient", PlanDates(decided_on=DECIDED)) == (
        "admission_on",
        "discharge_on",
    )
    assert dates_to_set("outpatient_cbt", PlanDates(decided_on=DECIDED)) == ()


def test_the_chosen_setting_replaces_the_feasible_one() -> None:
    v05 = evaluate(an_intake("V05"))

    found = follow_up(
        v05,
        setting="inpatient",
        decided_on=DECIDED,
        admission_on=ADMITTED,
        discharge_on=LEFT,
    )

    codes = [item.code for item in found]
    assert codes == [
        *("S1", "I1", "I2", "I3.1", "M1", "I3.2", "I3.3"),
        *("X1", "X2", "X3", "X4", "X5", "X6"),
    ]
    assert {item.code: item.due_by for item in found}["X1"] == date(2027, 2, 17)


def test_without_a_decision_there_is_no_schedule() -> None:
    intake = an_intake("V04")
    intake["plan_decision_date"] = None

    assert evaluate(intake).follow_up == ()


def test_an_incomplete_intake_schedules_only_what_is_urgent() -> None:
    intake = an_intake(
        "V05",
        physical={"urinary_retention": True, "visible_haematuria": True},
        instruments={"kbc6": [3] * 6},
    )
    intake["pregnancy"]["status"] = "pregnant"
    del intake["instruments"]["dsm5"]

    found = evaluate(intake)

    assert found.status == "incomplete"
    assert [item.code for item in found.follow_up] == ["U0", "S1"]


@pytest.mark.parametrize(
    ("dates", "pointers"),
    [
        ({"admission_on": DECIDED - timedelta(days=1)}, {"/admission_on"}),
        ({"discharge_on": ADMITTED}, {"/discharge_on"}),
        ({"admission_on": None, "discharge_on": DECIDED - timedelta(days=1)}, {"/discharge_on"}),
    ],
)
def test_impossible_dates_are_refused_by_name(dates: dict[str, Any], pointers: set[str]) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        items("inpatient", **dates)

    assert {one.pointer for one in refusal.value.fields} == pointers


def test_admission_and_discharge_may_follow_the_decision_closely() -> None:
    found = items("inpatient", admission_on=DECIDED, discharge_on=DECIDED + timedelta(days=1))

    assert found["I2"].due_by == DECIDED


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValidationFailed, match="attention"):
        items("hospital")
