"""How do the texts of a form become answers of the record, and back? Made from the fields alone.

Beside its value each field may say why it has none: `name.status` is unknown, declined or
not_asked, and `null` where a measurement may be said not to have been made. In a group of radio
buttons the same words stand as values that begin with "=". A value that was typed counts more than
such a word. A field with nothing in it has no answer.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from intake.clinical import intake_record
from intake.clinical.record_field import STATUSES, Field
from intake.clinical.record_sections import LISTS
from intake.errors import FieldError
from intake.services.intake_answers import Place as Emptied
from intake.web.intake_outline import Place
from intake.web.reading import DATE_PARTS, FLAGS, INTEGER, MAX_ROWS, NO_DATE, UNKNOWN, Sent

NUMBER = re.compile(r"^-?\d{1,12}([.,]\d{1,9})?$", re.ASCII)
NOTHING, NULL, NONE_KNOWN = "", "null", "none_known"
REASON = "status"
#: Marks a reason among the values of radio buttons.
MARK = "="


@dataclass(slots=True)
class Answers:
    """What a form says: answers by section, fields left empty, and what could not be read."""

    given: dict[str, Any] = field(default_factory=dict)
    emptied: list[Emptied] = field(default_factory=list)
    wrong: list[FieldError] = field(default_factory=list)

    def given_fields(self) -> set[tuple[str, str]]:
        """Section and name of each field with an answer."""
        return {
            (section, name)
            for section, inside in self.given.items()
            for name in (inside if isinstance(inside, dict) else ("",))
        }

    def without_wrong(self) -> Answers:
        """Only what the record takes. A field that holds something wrong keeps what is stored."""
        found = [*self.wrong, *intake_record.check_answers(self.given)]
        bad = {tuple(one.pointer.split("/")[2:4]) for one in found}
        kept = Answers(emptied=[one for one in self.emptied if _key(*one) not in bad])
        for section, inside in self.given.items():
            if section in LISTS:
                if not any(one[0] == section for one in bad):
                    kept.given[section] = inside
                continue
            left = {name: one for name, one in inside.items() if (section, name) not in bad}
            if left:
                kept.given[section] = left
        return kept


def read(places: Iterable[Place], sent: Sent) -> Answers:
    """The answers of these fields. Dates that aren't one are told in `wrong`."""
    found, known = Answers(), tuple(places)
    _refuse_unknown(known, sent, found.wrong)
    for place in known:
        value = _value(place.field, place.name, sent, found.wrong)
        inside = None if place.section in LISTS else place.field.name
        if value == NOTHING:
            found.emptied.append((place.section, inside))
        elif inside is None:
            found.given[place.section] = value
        else:
            found.given.setdefault(place.section, {})[inside] = value
    return found


def _refuse_unknown(places: Iterable[Place], sent: Sent, wrong: list[FieldError]) -> None:
    """What no field of the step would take must not be lost in silence."""
    names = tuple(one.name for one in places)
    starts = tuple(f"{one}{after}" for one in names for after in (".", "-"))
    if any(not one.startswith(("_", *starts)) and one not in names for one in sent):
        wrong.append(FieldError("/", "unknown_field", UNKNOWN))


def shown(places: Iterable[Place], answers: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the fields of a form, by name, from the answers that are stored."""
    found: dict[str, str] = {}
    for place in places:
        section = answers.get(place.section)
        if place.section in LISTS:
            value = section
            is_there = section is not None
        else:
            inside = section if isinstance(section, Mapping) else {}
            is_there, value = place.field.name in inside, inside.get(place.field.name)
        if is_there:
            found |= _texts(place.field, place.name, value)
    return found


def is_radio(what: Field) -> bool:
    """Whether a field is asked with one button for each answer."""
    return what.kind == "yes_no" or is_graded(what) or (what.kind == "choice" and _is_short(what))


def is_graded(what: Field) -> bool:
    """Whether it is 0 none, 1 mild, 2 moderate, 3 severe."""
    return (what.kind, what.low, what.high) == ("whole", 0, 3)


def _is_short(what: Field) -> bool:
    return len(what.choices) <= 5  # noqa: PLR2004 - more buttons than that are hard to compare


def _key(section: str, name: str | None) -> tuple[str, ...]:
    return (section,) if name is None else (section, name)


def _value(what: Field, name: str, sent: Sent, wrong: list[FieldError]) -> Any:
    """One answer; NOTHING where there is none."""
    value = READERS.get(what.kind, _read_text)(what, name, sent, wrong)
    return value if value != NOTHING else _reason(_text(sent, f"{name}.{REASON}"))


def _reason(said: str) -> Any:
    if said == NULL:
        return None
    if said == NONE_KNOWN:
        return [NONE_KNOWN]
    return {REASON: said} if said in STATUSES else NOTHING


def _text(sent: Sent, name: str) -> str:
    return sent.get(name, "").replace("\r\n", "\n").strip()


def _read_text(what: Field, name: str, sent: Sent, wrong: list[FieldError]) -> Any:
    """A word, number or flag; what isn't one stays a text, and the record says what is wrong."""
    del wrong
    said = _text(sent, name)
    if said.startswith(MARK):
        return _reason(said.removeprefix(MARK))
    if what.kind == "yes_no":
        return FLAGS.get(said, said)
    if what.kind in ("whole", "number") and INTEGER.match(said):
        return int(said)
    if what.kind == "number" and NUMBER.match(said):
        return float(said.replace(",", "."))
    return said.upper() if what.kind == "coded" and "A-Z" in (what.pattern or "")[:5] else said


def _read_day(what: Field, name: str, sent: Sent, wrong: list[FieldError]) -> Any:
    del what
    parts = [_text(sent, f"{name}-{part}") for part in DATE_PARTS]
    if not any(parts):
        return _text(sent, name)
    try:
        year, month, day = (int(part) for part in parts)
        return dt.date(year, month, day).isoformat()
    except ValueError:
        wrong.append(FieldError("/" + name.replace(".", "/"), "invalid", NO_DATE))
        return NOTHING


def _read_choices(what: Field, name: str, sent: Sent, wrong: list[FieldError]) -> Any:
    del what, wrong
    return [one for one in sent.getlist(name) if one] or NOTHING


def _read_parts(what: Field, name: str, sent: Sent, wrong: list[FieldError]) -> Any:
    found = {one.name: _value(one, f"{name}.{one.name}", sent, wrong) for one in what.fields}
    return {key: value for key, value in found.items() if value != NOTHING} or NOTHING


def _read_rows(what: Field, name: str, sent: Sent, wrong: list[FieldError]) -> Any:
    """Numbered rows, of which empty ones are left out; of one field only its values."""
    start = len(name) + 1
    numbers = {one[start:].partition(".")[0] for one in sent if one.startswith(f"{name}.")}
    found = []
    for row in sorted(int(one) for one in numbers if one.isascii() and one.isdecimal())[:MAX_ROWS]:
        if is_plain(what):
            value = _value(what.fields[0], f"{name}.{row}", sent, wrong)
        else:
            value = _read_parts(what, f"{name}.{row}", sent, wrong)
        if value != NOTHING:
            found.append(value)
    return found or NOTHING


def is_plain(what: Field) -> bool:
    """Whether its rows are values instead of objects."""
    return len(what.fields) == 1


def _texts(what: Field, name: str, value: object) -> dict[str, str]:
    """The fields of a form that show one stored answer."""
    reason = _said_reason(what, value)
    if reason:
        is_button = is_radio(what) and reason not in (NULL, NONE_KNOWN)
        return {name: MARK + reason} if is_button else {f"{name}.{REASON}": reason}
    if isinstance(value, Mapping):
        inner = {one.name: one for one in what.fields}
        pairs = ((inner[key], f"{name}.{key}", one) for key, one in value.items() if key in inner)
        return {key: text for pair in pairs for key, text in _texts(*pair).items()}
    if isinstance(value, list) and what.kind == "rows":
        rows = (_row_texts(what, f"{name}.{row}", one) for row, one in enumerate(value))
        return {key: text for row in rows for key, text in row.items()}
    if isinstance(value, list):
        return {name: ",".join(str(one) for one in value)}
    return {name: str(value).lower() if isinstance(value, bool) else str(value)}


def _row_texts(what: Field, name: str, row: object) -> dict[str, str]:
    """One row of a list; a bare word stands in its first field."""
    if isinstance(row, Mapping):
        return _texts(what, name, row)
    return {name if is_plain(what) else f"{name}.{what.fields[0].name}": str(row)}


def _said_reason(what: Field, value: object) -> str:
    """Why there is no value, as the form says it; nothing where there is one."""
    if value is None:
        return NULL
    if value == [NONE_KNOWN]:
        return NONE_KNOWN
    if isinstance(value, Mapping) and value.keys() == {REASON} and what.name != REASON:
        return str(value[REASON])
    return ""


READERS: Mapping[str, Callable[[Field, str, Sent, list[FieldError]], Any]] = {
    "day": _read_day,
    "choices": _read_choices,
    "parts": _read_parts,
    "rows": _read_rows,
}
