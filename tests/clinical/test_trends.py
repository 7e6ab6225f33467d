"""Is a line broken where the instrument changed, and is nothing compared across the break?"""

from __future__ import annotations

import dataclasses
import uuid
from datetime import date

import pytest

from intake.clinical import instruments, trends
from intake.clinical.trends import Scored, segments


def scored(day: int, total: int | None, version: str = "1") -> Scored:
    return Scored(uuid.UUID(int=day), date(2027, 1, day), version, total, None)


@pytest.fixture
def second_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """PHQ-9 in a version 2 that nobody released."""

    def get(code: str, version: str) -> instruments.Instrument:
        return dataclasses.replace(instruments.get(code, "1"), version=version)

    monkeypatch.setattr(trends, "get", get)


@pytest.mark.usefixtures("second_version")
def test_a_new_version_begins_a_segment_of_its_own() -> None:
    found = segments("phq9", [scored(1, 20), scored(2, 10), scored(3, 24, "2"), scored(4, 12, "2")])

    assert [(one.version, len(one.points)) for one in found] == [("1", 2), ("2", 2)]
    directions = [point.change.first_direction for one in found for point in one.points]
    assert directions == [None, "improved", None, "improved"]


def test_a_level_without_a_total_is_shown_and_compared_with_nothing() -> None:
    [segment] = segments("cssrs", [scored(1, None), scored(2, None)])

    assert [point.change.since_first for point in segment.points] == [None, None]


def test_nothing_gives_no_segment() -> None:
    assert segments("phq9", []) == ()
