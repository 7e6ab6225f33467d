"""What may a field of the record hold, and which sentence says so when it doesn't?"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from intake.clinical import unknown_names
from intake.errors import FieldError

ISO_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
STATUSES = ("unknown", "declined", "not_asked")
TEXT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its kind, bounds (both included) and who needs it.

    `required`: R to register a referral, I to complete the intake, S to submit it because of
    immediate risk, O optional. `sealed` fields are free text about a person and are stored sealed.
    """

    name: str
    kind: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    places: int | None = None
    pattern: str | None = None
    required: str = "O"
    nullable: bool = False
    sealed: bool = False
    fields: tuple[Field, ...] = field(default=())


def yes_no(name: str, required: str = "O") -> Field:
    """True or false; never 1 or 0."""
    return Field(name, "yes_no", required=required)


def whole(name: str, low: int, high: int, *, required: str = "O", nullable: bool = False) -> Field:
    """A whole number from low to high."""
    return Field(name, "whole", low, high, required=required, nullable=nullable)


def graded(name: str) -> Field:
    """0 none, 1 mild, 2 moderate, 3 severe."""
    return Field(name, "whole", 0, 3)


def number(
    name: str, low: float, high: float, *, places: int | None = None, nullable: bool = False
) -> Field:
    """A number from low to high with at most so many decimal places."""
    return Field(name, "number", low, high, places=places, nullable=nullable)


def choice(name: str, *choices: str, required: str = "O") -> Field:
    """One of the listed words."""
    return Field(name, "choice", choices=choices, required=required)


def choices(name: str, *words: str) -> Field:
    """A list of listed words, each at most once."""
    return Field(name, "choices", choices=words)


def day(name: str, required: str = "O") -> Field:
    """A date, YYYY-MM-DD."""
    return Field(name, "day", required=required)


def text(name: str, *, limit: int = TEXT_LIMIT, sealed: bool = True) -> Field:
    """Free text; sealed unless it can't say anything about a person."""
    return Field(name, "text", high=limit, sealed=sealed)


def coded(name: str, pattern: str, required: str = "O") -> Field:
    """A code of a fixed form."""
    return Field(name, "coded", pattern=pattern, required=required)


def parts(name: str, *fields: Field, sealed: bool = False) -> Field:
    """An object with fields of its own; sealed as a whole where one of them is free text."""
    return Field(name, "parts", fields=fields, sealed=sealed)


def rows(name: str, *fields: Field, limit: int, required: str = "O", sealed: bool = True) -> Field:
    """A list of objects with these fields, or, where there is one field only, of its values."""
    return Field(name, "rows", high=limit, fields=fields, required=required, sealed=sealed)


def value_errors(what: Field, value: object, pointer: str) -> Iterator[FieldError]:
    """Everything wrong with a value that is present; a status may stand for any value."""
    if not is_status(value):
        yield from KINDS[what.kind](what, value, pointer)


def is_status(value: object) -> bool:
    """Whether this says why there is no value: `{"status": "unknown"|"declined"|"not_asked"}`."""
    return isinstance(value, Mapping) and value.keys() == {"status"} and value["status"] in STATUSES


def parse_day(value: object) -> date | None:
    """A date from 1900 to 2100 written YYYY-MM-DD, else None."""
    if not isinstance(value, str) or not ISO_DATE.match(value):
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else None


def _yes_no(what: Field, value: object, pointer: str) -> Iterator[FieldError]:
    if not isinstance(value, bool):
        yield FieldError(pointer, "wrong_type", f"{what.name} must be true or false.")


def _whole(what: Field, value: object, pointer: str) -> Iterator[FieldError]:
    if isinstance(value, bool) or not isinstance(value, int):
        yield FieldError(pointer, "wrong_type", f"{what.name} must be a whole number.")
    else:
        yield from _out_of_range(what, value, pointer)


def _number(what: Field, value: object, pointer: str) -> Iterator[FieldError]:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        yield FieldError(pointer, "wrong_type", f"{what.name} must be a number.")
    elif not isinstance(value, int) and not math.isfinite(value):
        yield FieldError(pointer, "out_of_range", f"{what.name} must be a finite number.")
    else:
        yield from _out_of_range(what, value, pointer)
        if what.places is not None and _decimal_places(value) > what.places:
            message = f"{what.name} takes at most {what.places} decimal places."
            yield FieldError(pointer, "too_precise", message)


def _decimal_places(value: float | Decimal) -> int:
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _out_of_range(what: Field, value: float | Decimal, pointer: str) -> Iterator[FieldError]:
    low, high = what.low, what.high
    if (low is not None and value < low) or (high is not None and value > high):
        message = f"{what.name} must be from {low:g} to {high:g}."
        yield FieldError(pointer, "out_of_range", message)


def _choice(what: Field, value: object, pointer: str) -> Iterator[FieldError]:
    if not isinstance(value, str) or value not in what.choices:
        message = f"{what.name} must be one of: {', '.join(what.choices)}."
        yield FieldError(pointer, "not_a_choice", message)


def _choices(what: Field, value: object, pointer: str) -> Iterator[FieldError]:
    if not isinstance(value, list | tuple):
        yield FieldError(pointer, "wrong_type", f"{what.name} must be a list.")
        return
    for i, one in enumerate(value):
        if one in list(value)[:i]:
            yield FieldError(f"{pointer}/{i}", "repeated", "This is listed twice; remove one.")
        else:
            yield from _choice(what, one, f"{pointer}/{i}")


def _day(what: Field, value: object, pointer: str) -> Iterator[FieldError]:
    if parse_day(value) is None:
        message = f"{what.name} must be a date written YYYY-MM-DD."
        yield FieldError(pointer, "not_a_date", message)


def _text(what: Field, value: object, pointer: str) -> Iterator[FieldError]:
    if not isinstance(value, str):
        yield FieldError(pointer, "wrong_type", f"{what.name} must be text.")
    elif not value.strip():
        yield FieldError(pointer, "empty", f"Write something in {what.name}, or leave it out.")
    elif what.high is not None and len(value) > what.high:
        message = f"{what.name} takes at most {what.high:g} characters."
        yield FieldError(pointer, "too_long", message)


def _coded(what: Field, value: object, pointer: str) -> Iterator[FieldError]:
    if not isinstance(value, str) or not re.fullmatch(what.pattern or "", value, re.ASCII):
        yield FieldError(pointer, "not_a_code", f"{what.name} must match {what.pattern}.")


def _parts(what: Field, value: object, pointer: str) -> Iterator[FieldError]:
    if not isinstance(value, Mapping):
        yield FieldError(pointer, "wrong_type", f"{what.name} must be an object.")
        return
    known = {one.name: one for one in what.fields}
    for name, inner in value.items():
        if name not in known:
            hint = f"{what.name} has the fields {', '.join(known)}."
            yield unknown_names.refused(str(name), pointer, known=known, otherwise=hint)
        else:
            yield from value_errors(known[name], inner, f"{pointer}/{name}")


def _rows(what: Field, value: object, pointer: str) -> Iterator[FieldError]:
    if not isinstance(value, list | tuple):
        yield FieldError(pointer, "wrong_type", f"{what.name} must be a list.")
        return
    if what.high is not None and len(value) > what.high:
        yield FieldError(pointer, "too_many", f"{what.name} takes at most {what.high:g} entries.")
    for i, row in enumerate(value):
        if isinstance(row, str) and what.fields[0].kind == "text":
            yield from _text(what.fields[0], row, f"{pointer}/{i}")
        else:
            yield from _parts(what, row, f"{pointer}/{i}")


KINDS: Mapping[str, Callable[[Field, object, str], Iterator[FieldError]]] = {
    "yes_no": _yes_no,
    "whole": _whole,
    "number": _number,
    "choice": _choice,
    "choices": _choices,
    "day": _day,
    "text": _text,
    "coded": _coded,
    "parts": _parts,
    "rows": _rows,
}
