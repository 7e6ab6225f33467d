"""Does every part of a page look right to axe, at every width, and without a script?"""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize

from tests.e2e.conftest import DESK, NARROWEST, PHONE, Browse
from tests.support.people import Account


@pytest.mark.parametrize("size", [DESK, PHONE, NARROWEST], ids=["desk", "phone", "narrowest"])
def test_styleguide(browse: Browse, sam: Account, size: ViewportSize) -> None:
    here = browse(size)
    here.enter(sam.sign_in())

    here.go("/styleguide")

    here.accept()
