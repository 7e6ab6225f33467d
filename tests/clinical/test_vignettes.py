"""Do the shipped worked examples come out exactly as computed independently?"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from intake.clinical.evaluation import evaluate

VIGNETTES: list[dict[str, Any]] = json.loads(
    (resources.files("intake") / "vignettes" / "kds-1.0.json").read_text(encoding="utf-8")
)["vignettes"]


def as_json(value: object) -> Any:
    """What a reader of the JSON gets."""
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("vignette", VIGNETTES, ids=[one["id"] for one in VIGNETTES])
def test_a_worked_example_comes_out_exactly(vignette: dict[str, Any]) -> None:
    result = as_json(evaluate(vignette["intake"]).as_dict())

    result.pop("explain")
    assert result == vignette["expected"]


@pytest.mark.parametrize("vignette", VIGNETTES, ids=[one["id"] for one in VIGNETTES])
def test_every_rule_that_fired_is_explained(vignette: dict[str, Any]) -> None:
    result = as_json(evaluate(vignette["intake"]).as_dict())

    explained = {one["rule"] for one in result["explain"]}
    suggestion = result["recommendation"]
    fired = {one["rule"] for one in suggestion["points"] + suggestion["floors"]}
    fired |= {one["code"] for one in result["alerts"]} | set(suggestion["adjuncts"])
    fired |= {suggestion["ceiling"]} - {None}
    assert explained == fired | {"KDS-1.0"}
    for one in result["explain"]:
        assert one["reason"]
        assert one["source"]
        assert one["kind"] == "notice" or one["inputs"]
