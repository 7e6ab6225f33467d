"""How does a refusal name a question of the record? By its words on the page, as people see it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from intake.clinical.record_field import Field
from intake.clinical.record_sections import LISTS, SECTIONS
from intake.errors import FieldError, ValidationFailed
from intake.web import record_words

ANSWERS = "answers"


@contextmanager
def in_words() -> Iterator[None]:
    """What is refused inside names its questions by their words. Raises ValidationFailed."""
    try:
        yield
    except ValidationFailed as refused:
        raise ValidationFailed(*named(refused.fields)) from refused


def named(found: Iterable[FieldError]) -> tuple[FieldError, ...]:
    """The same refusals, each with the words of its question in place of the field's name."""
    return tuple(FieldError(one.pointer, one.code, _said(one)) for one in found)


def _said(error: FieldError) -> str:
    _, kind, *place = error.pointer.split("/")
    names = [part for part in place if not part.isdecimal()]
    if kind != ANSWERS or len(names) < 2:  # noqa: PLR2004 - a section and a field of it
        return error.message
    known = _field(names)
    if known is None:
        return error.message
    label = record_words.label(known, names[-2])
    return re.sub(rf"\b{re.escape(known.name)}\b", f"“{label}”", error.message)


def _field(names: Sequence[str]) -> Field | None:
    """The field at a place: section, field, and the fields inside it."""
    section, *rest = names
    inside: Iterable[Field] = SECTIONS.get(section, ())
    if section in LISTS:
        inside = LISTS[section].fields
    found = None
    for name in rest:
        found = next((one for one in inside if one.name == name), None)
        inside = found.fields if found else ()
    return found
