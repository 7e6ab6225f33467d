"""`make fuzz`: at least 20 000 generated requests; the last line counts them and their failures.

Not collected with the tests: it takes minutes. pytest lends it the application and its database.
`make fuzz FUZZ_SEED=7` generates others than usual.
"""

from __future__ import annotations

import os

import pytest

from tests.hostile import fuzzing
from tests.hostile.fuzzing import SEED, Outcome, Plan
from tests.hostile.routes import everything
from tests.support.web import Web

#: Shared out among the operations, so that a longer contract takes no longer.
BUDGET = 20_000
FEWEST = 50
total = Outcome()


@pytest.mark.timeout(0)
def test_generated_requests_find_no_defect(web: Web) -> None:
    each = max(FEWEST, BUDGET // len(everything(web.app)))
    seed = int(os.environ.get("FUZZ_SEED", SEED))

    fuzzing.run(web, Plan(each, whole=True, seed=seed), outcome=total)

    assert not total.failures
