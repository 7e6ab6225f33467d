"""Is a change told from chance, and a relapse from a lapse?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from intake.clinical.change import (
    change,
    days_used,
    direction,
    is_relapse,
    is_reliable_recovery,
    use_direction,
)
from intake.clinical.instruments import get

TODAY = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("code", "threshold"),
    [("phq9", 6), ("gad7", 4), ("sds", 4), ("craving", 2), ("kbc6", 4), ("kwc8", 4)],
)
def test_a_change_counts_from_the_threshold_of_its_instrument(code: str, threshold: int) -> None:
    one = get(code)

    assert one.reliable_change == threshold
    assert direction(one, 9, 9 - threshold) == "improved"
    assert direction(one, 9, 10 - threshold) == "no_reliable_change"
    assert direction(one, 0, threshold) == "deteriorated"
    assert direction(one, 0, threshold - 1) == "no_reliable_change"


def test_nothing_is_said_without_a_threshold_or_a_score() -> None:
    assert direction(get("dsm5"), 9, 0) is None
    assert direction(get("phq9"), None, 3) is None
    assert direction(get("phq9"), 3, None) is None


def test_the_last_score_is_compared_with_the_first_and_the_one_before() -> None:
    result = change(get("phq9"), (20, 8, 14))

    assert (result.since_first, result.since_previous) == (-6, 6)
    assert (result.first_direction, result.previous_direction) == ("improved", "deteriorated")
    assert result.is_deterioration
    assert not change(get("phq9"), (20, 14)).is_deterioration


def test_one_score_is_no_change() -> None:
    assert change(get("phq9"), (20,)).first_direction is None
    assert change(get("phq9"), ()).since_previous is None


@pytest.mark.parametrize(
    ("before", "after", "recovered"),
    [
        ((16, 12), (9, 7), True),
        ((16, 12), (10, 7), False),
        ((16, 12), (9, 8), False),
        ((10, 7), (9, 7), False),
        ((9, 7), (2, 2), False),
        ((12, 3), (5, 7), False),
        ((9, 12), (9, 7), True),
    ],
)
def test_recovery_is_from_case_to_no_case_and_more_than_chance(
    before: tuple[int, int],
    after: tuple[int, int],
    recovered: bool,  # noqa: FBT001  # a column of the table
) -> None:
    result = is_reliable_recovery(get("phq9"), get("gad7"), before=before, after=after)

    assert result == recovered


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (28, 14, "improved"),
        (28, 15, "no_reliable_change"),
        (1, 0, "improved"),
        (0, 0, "no_reliable_change"),
        (2, 28, "no_reliable_change"),
        (None, 3, None),
        (3, None, None),
    ],
)
def test_half_the_days_of_use_or_none_is_an_improvement(
    before: int | None, after: int | None, expected: str | None
) -> None:
    assert use_direction(before, after) == expected


def test_days_of_use_are_counted_once_within_the_window() -> None:
    days = [TODAY, TODAY, TODAY - timedelta(days=27), TODAY - timedelta(days=28)]

    assert days_used(days, until=TODAY) == 2
    assert days_used([*days, TODAY + timedelta(days=1)], until=TODAY) == 2


@pytest.mark.parametrize(
    ("days_ago", "relapse"),
    [
        ((0, 1, 2), True),
        ((0, 3, 6), True),
        ((0, 3, 7), False),
        ((0, 1), False),
        ((0,), False),
        ((0, 1, 2, 16), False),
        ((0, 1, 2, 17), True),
        ((), False),
    ],
)
def test_a_relapse_is_three_days_in_seven_after_a_fortnight_without(
    days_ago: tuple[int, ...],
    relapse: bool,  # noqa: FBT001  # a column of the table
) -> None:
    use = [TODAY - timedelta(days=back) for back in days_ago]

    assert is_relapse(use, TODAY) == relapse
