"""What is one mutant: a guard that is taken away, and the tests that must notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """A guard that is taken away."""

    name: str
    path: str
    old: str
    new: str
    #: Each of them is about this guard: the file below `tests/` and the name.
    tests: tuple[str, ...]
