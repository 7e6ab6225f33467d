"""Does a programme take this person, and why not? Known facts only; what is unknown bars nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass


def barriers(terms: Terms, person: Person) -> Iterator[str]:
    """What speaks against a place there, one sentence each; nothing when the person fits."""
    if person.settings and not set(terms.settings) & set(person.settings):
        yield f"It serves {', '.join(terms.settings)}; that is neither recommended nor chosen."
    if terms.sexes and person.sex_at_birth is not None and person.sex_at_birth not in terms.sexes:
        yield f"It takes people of these sexes at birth only: {', '.join(terms.sexes)}."
    if person.age is not None:
        if terms.min_age is not None and person.age < terms.min_age:
            yield f"It takes people from {terms.min_age} years on."
        if terms.max_age is not None and person.age > terms.max_age:
            yield f"It takes people up to {terms.max_age} years."
    if terms.is_group and person.group_contraindicated:
        yield "It works in a group, and a group is contra-indicated."


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Whom a programme takes: settings of a plan, sexes at birth (none: all), ages in years."""

    settings: Collection[str]
    sexes: Collection[str] = ()
    min_age: int | None = None
    max_age: int | None = None
    is_group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known: settings recommended and chosen, sex at birth, age in full years."""

    settings: Collection[str] = ()
    sex_at_birth: str | None = None
    age: int | None = None
    group_contraindicated: bool = False
