"""Does a missed visit lead to outreach at once, and to nothing worse without every condition?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from intake.clinical import lifecycle
from intake.clinical.missed_visits import (
    Absence,
    Situation,
    counts_as_missed,
    is_high_risk,
    needs_fulfilled,
    needs_new_referral,
    outreach,
    streak,
)
from intake.errors import InvalidTransition
from intake.models.appointments import APPOINTMENT_STATUSES
from intake.services.attendance import CANCEL_REASONS

TODAY = date(2027, 3, 15)
CALM = Situation(
    open_priorities=(),
    is_pregnant=False,
    has_child_at_home=False,
    child_may_be_at_risk=False,
    discharged_on=None,
)
LONG_GONE = Absence(
    missed_in_a_row=3,
    attempts=3,
    first_missed_on=TODAY - timedelta(days=14),
    open_priorities=("medium", "low"),
)


@pytest.mark.parametrize(
    ("reason", "notice", "missed"),
    [
        ("forgot", None, True),
        ("client_cancelled", timedelta(hours=23, minutes=59), True),
        ("client_cancelled", timedelta(hours=24), False),
        ("staff_cancelled", None, False),
    ],
)
def test_a_day_of_notice_is_a_cancellation_and_ours_never_counts(
    reason: str, notice: timedelta | None, *, missed: bool
) -> None:
    assert reason in CANCEL_REASONS
    assert counts_as_missed(reason, notice) == missed


@pytest.mark.parametrize(
    ("newest_first", "missed"),
    [
        ([], 0),
        (["noshow", "noshow", "fulfilled", "noshow"], 2),
        (["booked", "noshow", "cancelled", "noshow"], 2),
        (["fulfilled", "noshow"], 0),
    ],
)
def test_visits_missed_in_a_row_are_counted_back_to_the_last_kept_one(
    newest_first: list[str], missed: int
) -> None:
    assert set(newest_first) <= set(APPOINTMENT_STATUSES)
    assert streak(newest_first) == missed


@pytest.mark.parametrize(
    ("changes", "high"),
    [
        ({}, False),
        ({"open_priorities": ("medium", "low")}, False),
        ({"open_priorities": ("low", "high")}, True),
        ({"open_priorities": ("critical",)}, True),
        ({"is_pregnant": True}, True),
        ({"has_child_at_home": True}, False),
        ({"child_may_be_at_risk": True}, False),
        ({"has_child_at_home": True, "child_may_be_at_risk": True}, True),
        ({"discharged_on": TODAY - timedelta(days=30)}, True),
        ({"discharged_on": TODAY - timedelta(days=31)}, False),
        ({"discharged_on": TODAY + timedelta(days=1)}, False),
    ],
)
def test_who_is_at_high_risk(changes: dict[str, Any], *, high: bool) -> None:
    assert is_high_risk(replace(CALM, **changes), TODAY) == high


def test_nothing_follows_before_a_visit_is_missed() -> None:
    assert outreach(0, high_risk=True) == ()


def test_the_first_contact_is_due_the_same_day_and_the_next_in_working_days() -> None:
    steps = outreach(1, high_risk=False)

    assert [(one.code, one.within, one.in_working_days) for one in steps] == [
        ("contact", 2, False),
        ("second_attempt", 2, True),
        ("third_attempt", 5, True),
        ("inform", 5, True),
    ]


def test_at_high_risk_the_lead_knows_on_the_first_day() -> None:
    codes = [one.code for one in outreach(1, high_risk=True)]

    assert codes[:4] == ["phone", "emergency_contact", "clinical_lead", "welfare_check"]
    same_day = [one for one in outreach(1, high_risk=True) if not one.in_working_days]
    assert all(one.within <= 8 for one in same_day)


def test_two_in_a_row_are_reviewed_by_the_team() -> None:
    assert "team_review" not in {one.code for one in outreach(1, high_risk=False)}
    assert "team_review" in {one.code for one in outreach(2, high_risk=False)}
    assert "team_review" in {one.code for one in outreach(3, high_risk=True)}


def test_a_case_may_count_as_lost_when_everything_is_fulfilled() -> None:
    fulfilled = needs_fulfilled(LONG_GONE, TODAY)

    assert fulfilled == {"three_missed", "attempts", "sought_long_enough", "no_open_alerts"}
    for origin in ("plan_chosen", "active", "step_down"):
        lifecycle.check(origin, "lost_to_follow_up", role="clinical_lead", fulfilled=fulfilled)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"missed_in_a_row": 2}, "three_missed"),
        ({"attempts": 2}, "attempts"),
        ({"first_missed_on": TODAY - timedelta(days=13)}, "sought_long_enough"),
        ({"first_missed_on": None}, "sought_long_enough"),
        ({"open_priorities": ("high",)}, "no_open_alerts"),
        ({"open_priorities": ("critical", "low")}, "no_open_alerts"),
    ],
)
def test_one_thing_less_and_it_may_not(changes: dict[str, Any], missing: str) -> None:
    fulfilled = needs_fulfilled(replace(LONG_GONE, **changes), TODAY)

    with pytest.raises(InvalidTransition) as refusal:
        lifecycle.check("active", "lost_to_follow_up", role="clinical_lead", fulfilled=fulfilled)
    assert refusal.value.missing == (missing,)


def test_the_door_is_open_for_90_days() -> None:
    assert not needs_new_referral(TODAY, TODAY + timedelta(days=90))
    assert needs_new_referral(TODAY, TODAY + timedelta(days=91))
