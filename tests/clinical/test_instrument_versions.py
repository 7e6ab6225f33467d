"""Do answers stay with the version they were given to, whatever is released later?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from intake.clinical import instruments
from intake.clinical.evaluation import evaluate
from intake.clinical.instruments import Instrument
from intake.errors import ValidationFailed
from tests.clinical.people import an_intake


@pytest.fixture
def harsher(monkeypatch: pytest.MonkeyPatch) -> Instrument:
    """A second version of the PHQ-9 in which every answer counts twice."""
    first = instruments.get("phq9", "1")
    items = tuple(
        replace(item, options=tuple(replace(one, score=one.score * 2) for one in item.options))
        for item in first.items
    )
    second = replace(first, version="2", items=items)
    released = instruments.catalogue()
    monkeypatch.setattr(instruments, "catalogue", lambda: (*released, second))
    monkeypatch.setattr(instruments, "_by_code", instruments._by_code.__wrapped__)  # noqa: SLF001  # without its cache
    return second


def total(intake: dict[str, Any]) -> int | None:
    """What the PHQ-9 of an intake scores."""
    return evaluate(intake).scores["phq9"].total


def test_pinned_answers_are_scored_by_their_own_version(harsher: Instrument) -> None:
    intake = an_intake("V02")
    pinned = intake | {"instrument_versions": {"phq9": "1"}}
    renewed = intake | {"instrument_versions": {"phq9": harsher.version}}

    assert (total(pinned), total(renewed), total(intake)) == (10, 20, 20)


def test_a_version_that_is_not_there_is_refused_by_name() -> None:
    intake = an_intake("V02") | {"instrument_versions": {"phq9": "9"}}

    with pytest.raises(ValidationFailed) as refusal:
        evaluate(intake)

    assert [one.pointer for one in refusal.value.fields] == ["/instruments/phq9"]
    assert "phq9 1" in refusal.value.fields[0].message
