"""Is a suggestion called sure only when nothing speaks against it?"""

from __future__ import annotations

from typing import Any

import pytest

from intake.clinical.confidence import NEAR_A_LIMIT, OUT_OF_SCOPE, confidence
from intake.clinical.rule_sets import CURRENT


def a_result(**changes: Any) -> dict[str, Any]:
    """Seven points, halfway between two limits; no minimum and no maximum."""
    suggestion = {
        "recommended_setting": "outpatient_cbt",
        "total_points": 7,
        "floors": [],
        "ceiling": None,
    }
    return {"recommendation": suggestion | changes}


@pytest.mark.parametrize(
    ("changes", "word", "doubts"),
    [
        ({}, "high", ()),
        ({"total_points": 0, "recommended_setting": "peer_support"}, "high", ()),
        ({"total_points": 4}, "moderate", (NEAR_A_LIMIT,)),
        ({"total_points": 9}, "moderate", (NEAR_A_LIMIT,)),
        ({"total_points": 9, "ceiling": "K2"}, "high", ()),
        ({"total_points": 9, "floors": [{"rule": "F9", "floor": "outpatient_cbt"}]}, "high", ()),
        (
            {"total_points": 9, "floors": [{"rule": "F9", "floor": "peer_support"}]},
            "moderate",
            (NEAR_A_LIMIT,),
        ),
        ({"out_of_scope": True}, "low", (OUT_OF_SCOPE,)),
    ],
)
def test_each_doubt_lowers_it(changes: dict[str, Any], word: str, doubts: tuple[str, ...]) -> None:
    found = confidence(a_result(**changes), CURRENT)

    assert found is not None
    assert (found.word, found.doubts) == (word, doubts)


def test_what_was_not_answered_is_named_and_two_doubts_are_low() -> None:
    absent = next(one for one in CURRENT.points if one.instrument)

    found = confidence(a_result(total_points=3, not_assessed=[absent.id]), CURRENT)

    assert found is not None
    assert found.word == "low"
    assert any(str(absent.instrument) in one for one in found.doubts)


def test_without_a_setting_there_is_none() -> None:
    assert confidence(a_result(recommended_setting=None), CURRENT) is None
