"""What is a criterion? A named function `Facts -> bool`, its sentence, and the facts it reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from intake.clinical.facts import Facts


def criterion(*inputs: str) -> Callable[[Callable[[Facts], bool]], Criterion]:
    """Make a criterion of a function; its docstring is the sentence a clinician would say."""

    def make(test: Callable[[Facts], bool]) -> Criterion:
        sentence = (test.__doc__ or "").strip().rstrip(".")
        return Criterion(test.__name__, sentence, inputs, test)

    return make


def any_of(name: str, sentence: str, *criteria: Criterion) -> Criterion:
    """True when at least one of the criteria is."""
    inputs = tuple(dict.fromkeys(one for part in criteria for one in part.inputs))
    return Criterion(name, sentence, inputs, lambda facts: any(part(facts) for part in criteria))


def all_of(name: str, sentence: str, *criteria: Criterion) -> Criterion:
    """True when each of the criteria is."""
    inputs = tuple(dict.fromkeys(one for part in criteria for one in part.inputs))
    return Criterion(name, sentence, inputs, lambda facts: all(part(facts) for part in criteria))


def at_least(value: float | Decimal | None, limit: int) -> bool:
    """Whether a known number reaches the limit; an unknown one does not."""
    return value is not None and value >= limit


def below(value: float | Decimal | None, limit: int) -> bool:
    """Whether a known number is under the limit; an unknown one is not."""
    return value is not None and value < limit


@dataclass(frozen=True, slots=True)
class Criterion:
    """`inputs` are the names of the facts that the test reads, and no others."""

    name: str
    sentence: str
    inputs: tuple[str, ...]
    test: Callable[[Facts], bool]

    def __call__(self, facts: Facts) -> bool:
        """Whether it holds; a missing operand makes it not hold."""
        return self.test(facts)
