"""How do the flat names and texts of a form become the tree that a schema takes, and back?

A form knows texts only. What a schema wants as a number or as true is read as such when it is
written as one, and otherwise left as it is: the schema then says what is wrong.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import uuid
from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields
from werkzeug.datastructures import MultiDict

from intake.errors import FieldError

DATE_PARTS = ("year", "month", "day")
INTEGER = re.compile(r"^-?\d{1,15}$", re.ASCII)
FLAGS = {"true": True, "false": False}
#: Instead of a value a person may say that it isn't known, or that they don't want to say.
STATUS = "status"
NO_DATE = "Enter a day, a month and a year that exist, such as 14 3 1997."
UNKNOWN = "This form has a field that isn't known here. Load the page again."
MAX_ROWS = 50

Sent = MultiDict[str, str]


@dataclasses.dataclass(slots=True)
class _Reading:
    """One form being read: which names were used, and what could not be read at all."""

    sent: Sent
    clears: bool
    used: set[str] = dataclasses.field(default_factory=set)
    wrong: list[FieldError] = dataclasses.field(default_factory=list)

    def schema(self, schema: ma.Schema, prefix: str = "") -> dict[str, Any]:
        """The fields of a schema that were filled in."""
        found: dict[str, Any] = {}
        for name, field in schema.load_fields.items():
            value = self._field(field, prefix + (field.data_key or name))
            if value is not None or (
                self.clears and field.allow_none and self._was_sent(prefix + name)
            ):
                found[field.data_key or name] = value
        return found

    def _was_sent(self, name: str) -> bool:
        return any(one == name or one.startswith((f"{name}-", f"{name}.")) for one in self.sent)

    def _field(self, field: fields.Field[Any], name: str) -> Any:
        """One value, or None when nothing was filled in."""
        if status := self._text(f"{name}.{STATUS}"):
            self.used.update(one for one in self.sent if one.startswith(f"{name}."))
            self.used.update({name, *(f"{name}-{part}" for part in DATE_PARTS)})
            return {STATUS: status}
        if isinstance(field, fields.Nested):
            return self.schema(field.schema, f"{name}.") or None
        if isinstance(field, fields.List):
            return self._list(field, name)
        if isinstance(field, (fields.Mapping, fields.Raw)):
            return self._mapping(name)
        if isinstance(field, fields.Date):
            return self._date(name)
        self.used.add(name)
        sent = self.sent.get(name, "")
        return sent if field.load_only and sent else _value(field, self._text(name))

    def _text(self, name: str) -> str:
        self.used.add(name)
        return self.sent.get(name, "").replace("\r\n", "\n").strip()

    def _list(self, field: fields.List[Any], name: str) -> list[Any] | None:
        """Checkboxes of one name, or numbered rows of which empty ones are left out."""
        inner = field.inner
        if not isinstance(inner, fields.Nested):
            self.used.add(name)
            texts = (one.strip() for one in self.sent.getlist(name))
            return [_value(inner, one) for one in texts if one] or None
        numbers = {
            one[len(name) + 1 :].partition(".")[0]
            for one in self.sent
            if one.startswith(f"{name}.")
        }
        rows = sorted(int(one) for one in numbers if one.isascii() and one.isdecimal())[:MAX_ROWS]
        found = (self.schema(inner.schema, f"{name}.{row}.") for row in rows)
        return [one for one in found if one] or None

    def _mapping(self, name: str) -> dict[str, Any] | None:
        """Free names below one: answers by item. Numbers and flags are read as such."""
        found: dict[str, Any] = {}
        for one in self.sent:
            if one.startswith(f"{name}.") and (text := self._text(one)):
                found[one[len(name) + 1 :]] = (
                    int(text) if INTEGER.match(text) else FLAGS.get(text, text)
                )
        return found or None

    def _date(self, name: str) -> str | None:
        """YYYY-MM-DD from three fields, or from one."""
        if whole := self._text(name):
            return whole
        parts = [self._text(f"{name}-{part}") for part in DATE_PARTS]
        if not any(parts):
            return None
        try:
            year, month, day = (int(part) for part in parts)
            return dt.date(year, month, day).isoformat()
        except ValueError:
            self.wrong.append(FieldError("/" + name.replace(".", "/"), "invalid", NO_DATE))
            return None


def read(
    schema: ma.Schema, sent: Sent, *, clears: bool = False, prefix: str = ""
) -> tuple[dict[str, Any], tuple[FieldError, ...]]:
    """The tree for the schema, and what could not be read. Names no schema knows are refused.

    With a `prefix` only what stands below it is read, such as the person of a larger form.
    """
    reading = _Reading(sent, clears)
    found = reading.schema(schema, prefix)
    if prefix:
        return found, tuple(reading.wrong)
    unknown = [one for one in sent if one not in reading.used and not one.startswith("_")]
    if unknown:
        reading.wrong.append(FieldError("/", "unknown_field", UNKNOWN))
    return found, tuple(reading.wrong)


def unread(stored: object, prefix: str = "") -> dict[str, str]:
    """What is stored, as the texts of a form's fields by their dotted names."""
    if stored is None:
        return {}
    if dataclasses.is_dataclass(stored) and not isinstance(stored, type):
        stored = {one.name: getattr(stored, one.name) for one in dataclasses.fields(stored)}
    if not isinstance(stored, Mapping):
        return {prefix.removesuffix("."): _shown(stored)}
    found: dict[str, str] = {}
    for name, value in stored.items():
        if isinstance(value, (list, tuple)) and any(isinstance(one, Mapping) for one in value):
            value = dict(enumerate(value))  # noqa: PLW2901 - rows are numbered in names
        found |= unread(value, f"{prefix}{name}.")
    return found


def a_uuid(text: str) -> uuid.UUID | None:
    """An identifier in an address; None for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _value(field: fields.Field[Any], text: str) -> Any:
    """A text as the field's own kind where it is written as one; None when it is empty."""
    if not text:
        return None
    if isinstance(field, fields.Boolean):
        return FLAGS.get(text, text)
    if isinstance(field, fields.Integer):
        return int(text) if INTEGER.match(text) else text
    return text


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, frozenset, set)):
        return ",".join(sorted(str(one) for one in value))
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)
