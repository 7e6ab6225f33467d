"""`make fuzz`: at least 20 000 generated requests; the last line counts them and their failures.

Not collected with the tests: it takes minutes. pytest lends it the application and its database.
"""

from __future__ import annotations

import pytest

from tests.hostile import fuzzing
from tests.hostile.fuzzing import Outcome
from tests.support.web import Web

PER_OPERATION = 200
total = Outcome()


@pytest.mark.timeout(0)
def test_generated_requests_find_no_defect(web: Web) -> None:
    fuzzing.run(web, per_operation=PER_OPERATION, whole=True, outcome=total)
