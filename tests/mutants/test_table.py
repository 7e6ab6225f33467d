"""Does the table of mutants still fit the code? Whether they are killed, `make mutants` says."""

from __future__ import annotations

from pathlib import Path

from tests.mutants.table import MUTANTS

ROOT = Path(__file__).parents[2]


def test_there_are_enough_mutants_of_different_guards() -> None:
    names = {mutant.name for mutant in MUTANTS}

    assert len(names) == len(MUTANTS) >= 25


def test_every_guard_that_is_removed_is_there_and_its_tests_too() -> None:
    stale = {
        mutant.name
        for mutant in MUTANTS
        if mutant.old not in (ROOT / mutant.path).read_text(encoding="utf-8")
        or not mutant.tests
        or not all(_exists(test) for test in mutant.tests)
    }

    assert stale == set()


def _exists(test: str) -> bool:
    path, _, name = test.partition("::")
    return f"\ndef {name}(" in (ROOT / "tests" / path).read_text(encoding="utf-8")
