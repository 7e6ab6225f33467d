"""How do tests sign people in by the hundred? With passwords that are cheap to hash.

A hash of the product takes some 50 ms of every core, on purpose; a sign-in takes two. That is a
twentieth of all tests, spent on nothing they ask. `shipped_hasher` is the one that isn't cheap.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from intake.services import passwords


@pytest.fixture(scope="session", autouse=True)
def shipped_hasher() -> Iterator[PasswordHasher]:
    """What the product hashes with; in the process of the tests a cheap one stands in for it."""
    shipped = passwords.HASHER
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=1024))
        yield shipped
