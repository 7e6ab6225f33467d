"""Are the answers to an instrument complete and possible? Every wrong item is named.

0 and false are answers. A missing answer is never taken as 0; true is not 1 and 1.9 is not 1.
Shapes: a list in the order of the items, or, for an instrument `answers = "by_id"`, an object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from intake.clinical import unknown_names
from intake.clinical.instruments import Instrument, Item
from intake.errors import FieldError

Answer = bool | int | None


def answer_errors(
    instrument: Instrument, answers: object, *, pointer: str = "/answers"
) -> tuple[FieldError, ...]:
    """Everything wrong with these answers; empty when they can be scored."""
    if instrument.answers_by_id:
        if not isinstance(answers, Mapping):
            return (_wrong_shape(instrument, pointer, "an object with an answer for each item"),)
        return tuple(_errors_by_id(instrument, answers, pointer))
    if not isinstance(answers, Sequence) or isinstance(answers, str | bytes):
        return (_wrong_shape(instrument, pointer, f"a list of {len(instrument.items)} answers"),)
    return tuple(_errors_by_position(instrument, answers, pointer))


def answers_by_id(instrument: Instrument, answers: object) -> dict[str, Answer]:
    """The answers under their item's id, None where nothing was answered; call it once checked."""
    if isinstance(answers, Mapping):
        return {item.id: answers.get(item.id) for item in instrument.items}
    if isinstance(answers, Sequence):
        given = [*answers, *[None] * (len(instrument.items) - len(answers))]
        return {item.id: given[i] for i, item in enumerate(instrument.items)}
    raise TypeError("answers must be checked before they are read")


def _wrong_shape(instrument: Instrument, pointer: str, wanted: str) -> FieldError:
    return FieldError(pointer, "wrong_type", f"Send {wanted} for {instrument.title}.")


def _errors_by_position(
    instrument: Instrument, answers: Sequence[object], pointer: str
) -> Iterator[FieldError]:
    items = instrument.items
    given = list(answers) + [None] * (len(items) - len(answers))
    may_miss = given.count(None) <= instrument.score.prorate_max_missing
    for i, item in enumerate(items):
        if given[i] is None and (may_miss or item.optional):
            continue
        yield from _wrong_value(item, given[i], f"{pointer}/{i}")
    for i in range(len(items), len(given)):
        yield FieldError(
            f"{pointer}/{i}", "too_many", f"{instrument.title} has {len(items)} items; remove this."
        )


def _errors_by_id(
    instrument: Instrument, answers: Mapping[object, object], pointer: str
) -> Iterator[FieldError]:
    known = [item.id for item in instrument.items]
    for key in answers:
        if key not in known:
            hint = f"The items are {', '.join(known)}."
            yield unknown_names.refused(str(key), pointer, known=known, what="item", otherwise=hint)
    for item in instrument.items:
        yield from _wrong_by_condition(item, answers, f"{pointer}/{item.id}")


def _wrong_by_condition(
    item: Item, answers: Mapping[object, object], pointer: str
) -> Iterator[FieldError]:
    value = answers.get(item.id)
    asked = item.asked_when is None or answers.get(item.asked_when) is True
    if not asked:
        if value is not None:
            message = f"This is asked only when {item.asked_when} is yes; leave it out or null."
            yield FieldError(pointer, "not_asked", message)
        return
    if value is None and item.optional:
        return
    yield from _wrong_value(item, value, pointer)
    if item.implies and value is True and answers.get(item.implies) is False:
        message = f"Yes here means {item.implies} is yes too; correct one of them."
        yield FieldError(pointer, "contradiction", message)


def _wrong_value(item: Item, value: object, pointer: str) -> Iterator[FieldError]:
    if value is None:
        yield FieldError(pointer, "missing", f"Answer this item: {item.text}.")
    elif item.is_yes_no:
        if not isinstance(value, bool):
            yield FieldError(pointer, "wrong_type", "Answer true or false.")
    elif isinstance(value, bool) or not isinstance(value, int):
        yield FieldError(pointer, "wrong_type", f"Answer with a whole number: {_allowed(item)}.")
    elif not _is_allowed(item, value):
        yield FieldError(pointer, "not_an_option", f"Answer with {_allowed(item)}.")


def _is_allowed(item: Item, value: int) -> bool:
    if item.bounds is not None:
        return item.bounds[0] <= value <= item.bounds[1]
    return any(option.value == value for option in item.options)


def _allowed(item: Item) -> str:
    if item.bounds is not None:
        return f"{item.bounds[0]} to {item.bounds[1]}"
    return ", ".join(str(option.value) for option in item.options)
