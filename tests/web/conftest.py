"""The application with one screen more, which is written as engineers write them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from intake.web import console
from tests.web import sample


@pytest.fixture(scope="module", autouse=True)
def _one_screen_more() -> Iterator[None]:
    """Before the application of this file is made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console, "SCREENS", (*console.SCREENS, sample))
        yield
