"""Identifiers that sort by time."""

from __future__ import annotations

import time

from intake import clock


def test_identifiers_are_version_seven_unique_and_sort_by_time() -> None:
    first = clock.uuid7()
    time.sleep(0.002)
    later = [clock.uuid7() for _ in range(1000)]

    assert {one.version for one in later} == {7}
    assert {one.variant for one in later} == {"specified in RFC 4122"}
    assert len(set(later)) == 1000
    assert [first, *later] == sorted([first, *later])
    assert abs((later[0].int >> 80) - time.time() * 1000) < 60_000
