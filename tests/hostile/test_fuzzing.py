"""Does the API keep its contract, whatever the contract allows or forbids a client to send?"""

from __future__ import annotations

import pytest

from tests.hostile import fuzzing
from tests.hostile.fuzzing import Plan
from tests.support.web import Web


def test_a_sample_of_generated_requests_finds_no_defect(web: Web) -> None:
    found = fuzzing.run(web, Plan(per_operation=1, whole=False))

    assert found.examples == {}
    assert found.cases >= 80


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_generated_requests_of_every_phase_find_no_defect(web: Web) -> None:
    found = fuzzing.run(web, Plan(per_operation=5, whole=True))

    assert found.examples == {}
    assert found.cases >= 3_000
