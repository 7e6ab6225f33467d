"""Does the log count days without use, and does it call a lapse a lapse?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.clinical.use_log import Stretch, pattern, stretches, summary

TODAY = date(2027, 3, 1)


def days(*ago: int) -> list[date]:
    return [TODAY - timedelta(days=one) for one in ago]


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        ((0,), "continued_use"),  # what came before isn't known
        ((0, 1, 2), "continued_use"),
        ((0, 14), "continued_use"),  # 13 days without
        ((0, 15), "lapse"),  # 14 days without
        ((0, 1, 16), "lapse"),
        ((0, 1, 2, 17), "relapse"),
        ((0, 3, 6, 21), "relapse"),
        ((0, 3, 7, 22), "continued_use"),  # a week after the return: no longer its lapse
        ((0, 6, 21), "lapse"),
    ],
)
def test_use_after_a_fortnight_is_a_lapse_and_from_the_third_day_a_relapse(
    ago: tuple[int, ...], expected: str
) -> None:
    assert pattern(days(*ago), TODAY) == expected


def test_each_day_keeps_what_it_was_on_that_day() -> None:
    log = days(0, 1, 2, 17)

    assert [pattern(log, day) for day in sorted(log)] == [
        "continued_use",
        "lapse",
        "lapse",
        "relapse",
    ]


def test_new_use_ends_the_stretch_and_the_old_one_stays() -> None:
    before = summary(days(30), TODAY)
    after = summary(days(30, 2), TODAY)

    assert before is not None
    assert after is not None
    assert (before.days_without_use, before.earlier) == (30, ())
    assert (after.days_without_use, after.longest_without_use) == (2, 27)
    assert after.earlier == (Stretch(TODAY - timedelta(29), TODAY - timedelta(3), 27),)
    assert (after.last_used_on, after.days_used_28, after.pattern) == (
        TODAY - timedelta(2),
        1,
        "lapse",
    )


def test_nothing_is_counted_before_the_first_entry_or_after_today() -> None:
    assert summary([], TODAY) is None
    assert summary([TODAY + timedelta(1)], TODAY) is None
    told = summary([TODAY, TODAY + timedelta(1)], TODAY)
    assert told is not None
    assert (told.last_used_on, told.days_without_use) == (TODAY, 0)


@given(st.sets(st.integers(0, 400), min_size=1, max_size=60))
def test_every_day_since_the_first_entry_is_use_or_part_of_one_stretch(ago: set[int]) -> None:
    log = days(*ago)

    told = summary(log, TODAY)

    assert told is not None
    known = (TODAY - min(log)).days + 1
    without = sum(one.days for one in told.earlier) + told.days_without_use
    assert len(set(log)) + without == known
    assert told.earlier == stretches(log)
    assert all(one.began_on <= one.ended_on for one in told.earlier)
    used = set(log)
    assert not {one.began_on for one in told.earlier} & used
