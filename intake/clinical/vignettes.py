"""Do worked examples come out as expected, and where do they differ?

Lists of rules, alerts and dates are compared as sets by code; labels are free text; everything
else exactly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from intake.clinical.evaluation import evaluate
from intake.clinical.scoring import DEFAULT_SETTINGS, EngineSettings
from intake.errors import ValidationFailed

# What identifies an element of a list, and the keys that don't count.
CODES = ("code", "rule")
FREE_TEXT = {"label"}
NOT_COMPARED = {"explain"}


def shipped() -> str:
    """The text of the worked examples that come with the product."""
    file = resources.files("intake") / "vignettes" / "kds-1.0.json"
    return file.read_text(encoding="utf-8")


def differences(
    vignette: Mapping[str, object], *, settings: EngineSettings = DEFAULT_SETTINGS
) -> tuple[Difference, ...]:
    """Where one example (`intake`, `expected`) differs; a refused intake is one difference."""
    intake, expected = vignette.get("intake"), vignette.get("expected")
    if not isinstance(intake, Mapping) or not isinstance(expected, Mapping):
        return (Difference("", "an object with intake and expected", "something else"),)
    try:
        result = evaluate(intake, settings=settings).as_dict()
    except ValidationFailed as error:
        first = error.fields[0]
        return (Difference(first.pointer, "a result", f"refused: {first.message}"),)
    return compare(expected, as_json(result))


def compare(expected: Mapping[str, object], given: Mapping[str, object]) -> tuple[Difference, ...]:
    """Where a result, read from JSON, differs from what was expected of it."""
    compared = {key: value for key, value in given.items() if key not in NOT_COMPARED}
    return tuple(_differences(dict(expected), compared, ""))


def as_json(value: Mapping[str, object]) -> dict[str, object]:
    """The value as a reader of its JSON gets it."""
    read: dict[str, object] = json.loads(json.dumps(value))
    return read


def _differences(expected: object, given: object, pointer: str) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(given, Mapping):
        for key in dict.fromkeys([*expected, *given]):
            if key in FREE_TEXT:
                continue
            here = f"{pointer}/{key}"
            if key not in given:
                yield Difference(here, expected[key], "nothing")
            elif key not in expected:
                yield Difference(here, "nothing", given[key])
            else:
                yield from _differences(expected[key], given[key], here)
    elif isinstance(expected, list) and isinstance(given, list):
        yield from _list_differences(expected, given, pointer)
    elif not _is_same(expected, given):
        yield Difference(pointer, expected, given)


def _is_same(expected: object, given: object) -> bool:
    """Equal, where true is not 1 but 28 is 28.0."""
    return expected == given and isinstance(expected, bool) == isinstance(given, bool)


def _list_differences(
    expected: Sequence[object], given: Sequence[object], pointer: str
) -> Iterator[Difference]:
    if len(expected) != len(given):
        wanted, found = sorted(map(_code, expected)), sorted(map(_code, given))
        yield Difference(pointer, ", ".join(wanted), ", ".join(found))
        return
    ordered = zip(sorted(expected, key=_code), sorted(given, key=_code), strict=True)
    for wanted_one, found_one in ordered:
        yield from _differences(wanted_one, found_one, f"{pointer}/{_code(wanted_one)}")


def _code(element: object) -> str:
    if isinstance(element, Mapping):
        return next((str(element[key]) for key in CODES if key in element), json.dumps(element))
    return str(element)


@dataclass(frozen=True, slots=True)
class Difference:
    """One place (JSON pointer with codes for list elements) and what was expected and found."""

    pointer: str
    expected: object
    given: object

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.pointer}: expected {self.expected!r}, got {self.given!r}"
