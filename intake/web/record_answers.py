"""How do the answers of an intake read? Each question with what was said, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from intake.clinical.record_field import Field, is_status
from intake.clinical.record_sections import LISTS
from intake.web import intake_outline, record_forms, record_words, words


def rows(slug: str, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was answered in a step, as question and answer; what was not asked yet is left out."""
    found = []
    for place in intake_outline.places(slug):
        section = answers.get(place.section)
        if place.section in LISTS:
            is_there, value = section is not None, section
        else:
            inside = section if isinstance(section, Mapping) else {}
            is_there, value = place.field.name in inside, inside.get(place.field.name)
        if is_there:
            within = "" if place.section in LISTS else place.section
            label = record_words.label(place.field, within)
            found.append((label, in_words(place.field, value)))
    return found


def in_words(what: Field, value: Any) -> str:
    """One answer, or why there is none."""
    if value is None:
        return record_words.answer(record_forms.NULL)
    if is_status(value) and what.name != record_forms.REASON:
        return dict(record_words.REASONS)[value["status"]]
    if isinstance(value, Mapping):
        inner = {one.name: one for one in what.fields}
        said = (
            f"{record_words.label(inner[name], what.name)}: {in_words(inner[name], one)}"
            for name, one in value.items()
            if name in inner
        )
        return "; ".join(said)
    if isinstance(value, (list, tuple)):
        return _listed(what, value)
    return _plain(what, value)


def _listed(what: Field, value: list[Any] | tuple[Any, ...]) -> str:
    """Rows one below the other; words beside one another."""
    if what.kind != "rows":
        return ", ".join(record_words.answer(str(one)) for one in value)
    first = what.fields[0]
    said = (
        in_words(what, one) if isinstance(one, Mapping) else _word(first, str(one)) for one in value
    )
    return "\n".join(said)


def _word(what: Field, text: str) -> str:
    """A bare word of a list: what somebody typed stays as it is."""
    known = text == record_forms.NONE_KNOWN
    return record_words.answer(text) if known else _plain(what, text)


def _plain(what: Field, value: Any) -> str:
    if what.kind == "day" and isinstance(value, str):
        return words.long_day(dt.date.fromisoformat(value))
    if record_forms.is_radio(what) or what.kind == "choice":
        coded = str(value).lower() if isinstance(value, bool) else str(value)
        return dict(record_words.options(what)).get(coded, coded)
    return f"{value:g}" if isinstance(value, float) else str(value)
