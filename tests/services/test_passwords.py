"""Which passwords are taken, and do hashes keep out of each other's way?"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from argon2 import PasswordHasher, Type

from intake.errors import ValidationFailed
from intake.services import passwords


@pytest.mark.parametrize(
    "good",
    [
        "seven quiet herons",
        "vier kleine Fässer",
        "ein🦩zwei🦩drei!",
        " spaces kept ",
    ],
)
def test_a_sentence_in_any_script_is_taken(good: str) -> None:
    passwords.check_password(good, "sam@example.com", "Sam Test", "Riverside")


@pytest.mark.parametrize(
    "poor",
    [
        "samantha.jones",  # the name
        "riverside2026!",  # the site
        "intake-clinic-ketamine",
        "aaaaaaaaaaaa",
        "abcabcabcabc1",
        "123456789012",
        "iloveyou12345",
        "dragondragon99",
        "!!monkey!!2024",
    ],
)
def test_what_a_stranger_tries_first_is_refused(poor: str) -> None:
    with pytest.raises(ValidationFailed):
        passwords.check_password(poor, "samantha.jones@example.com", "Samantha Jones", "Riverside")


def test_a_password_counts_exactly_as_received() -> None:
    stored = passwords.hash_password("caf\u00e9 caf\u00e9 caf\u00e9")

    assert passwords.matches(stored, "caf\u00e9 caf\u00e9 caf\u00e9")
    assert not passwords.matches(stored, "cafe\u0301 cafe\u0301 cafe\u0301")
    assert not passwords.matches(stored, "caf\u00e9 caf\u00e9 caf\u00e9 ")


def test_a_hash_costs_at_least_what_owasp_asks(shipped_hasher: PasswordHasher) -> None:
    """The Password Storage Cheat Sheet: Argon2id, 19 MiB, two passes, one lane."""
    assert shipped_hasher.type is Type.ID
    assert shipped_hasher.memory_cost >= 19 * 1024
    assert shipped_hasher.time_cost >= 2


def test_no_password_matches_where_there_is_none() -> None:
    assert not passwords.matches(passwords.NO_PASSWORD, passwords.NO_PASSWORD)
    assert not passwords.matches(None, "")


def test_at_most_two_hashes_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted, lock = {"now": 0, "most": 0}, threading.Lock()
    both = threading.Event()

    class Counting(type(passwords.HASHER)):  # type: ignore[misc] # the class of the instance
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            with lock:
                counted["now"] += 1
                counted["most"] = max(counted["most"], counted["now"])
                if counted["now"] == 2:
                    both.set()
            both.wait(timeout=10)
            made = str(super().hash(password, salt=salt))
            with lock:
                counted["now"] -= 1
            return made

    monkeypatch.setattr(passwords, "HASHER", Counting(time_cost=1, memory_cost=8192))
    threads = [threading.Thread(target=passwords.hash_password, args=("x",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert counted == {"now": 0, "most": 2}


def test_the_list_of_common_passwords_is_there_and_modest() -> None:
    known: Any = passwords.common_passwords()

    assert 2_000 < len(known) < 10_000
    assert {"dragon", "football", "monkey"} <= known
