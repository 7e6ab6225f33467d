"""Fields that take exactly what they say: no silent conversion, no invisible characters."""

from __future__ import annotations

import datetime as dt
import decimal
import re
import unicodedata
import zoneinfo
from collections.abc import Mapping
from functools import cache
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from intake.clinical.record_field import is_status

DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
TIME = re.compile(r"^\d{2}:\d{2}$", re.ASCII)
LOCAL_TIME = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$", re.ASCII)
INSTANT = re.compile(
    r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$", re.ASCII
)
JOINERS = frozenset("\u200c\u200d")
NOT_ZONES = frozenset({"localtime", "posixrules", "Factory"})
YEARS = range(1900, 2101)
#: The same years for the contract, whose `format` knows no bounds.
YEAR_PATTERN = "(19[0-9]{2}|20[0-9]{2}|2100)"
DAY_PATTERN = f"^{YEAR_PATTERN}-[0-9]{{2}}-[0-9]{{2}}$"


class Pattern(validate.Regexp):
    """A text that the pattern describes as a whole: no line end may follow it."""

    def __call__(self, value: Any) -> Any:
        """The text. Raises ValidationError for another one."""
        if self.regex.fullmatch(value) is None:
            raise ma.ValidationError(self._format_error(value))
        return value


class Text(fields.String):
    """Text a person typed: normalised (NFC), trimmed, not empty, without control characters."""

    def __init__(
        self, *, longest: int, shortest: int = 1, many_lines: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(validate=validate.Length(min=shortest, max=longest), **kwargs)
        self.many_lines = many_lines

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        text = unicodedata.normalize("NFC", text).strip()
        if any(self._is_bad(letter) for letter in text):
            raise ma.ValidationError("Remove invisible or control characters.")
        if not text.strip("".join(JOINERS)):
            raise ma.ValidationError("Enter some text.")
        return text

    def _is_bad(self, letter: str) -> bool:
        if letter in JOINERS or (self.many_lines and letter in "\n\t"):
            return False
        return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn")


class Day(fields.Date):
    """A date written YYYY-MM-DD between 1900 and 2100, nothing else."""

    def __init__(self, *, metadata: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(metadata={"pattern": DAY_PATTERN, **(metadata or {})}, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dt.date:
        if not isinstance(value, str) or not DATE.match(value):
            raise ma.ValidationError("Write the date as YYYY-MM-DD.")
        day = super()._deserialize(value, attr, data, **kwargs)
        if not isinstance(day, dt.date) or day.year not in YEARS:
            raise ma.ValidationError("Enter a year between 1900 and 2100.")
        return day


class WallTime(fields.Time):
    """A time of day written HH:MM."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dt.time:
        if not isinstance(value, str) or not TIME.match(value):
            raise ma.ValidationError("Write the time as HH:MM.")
        time = super()._deserialize(value, attr, data, **kwargs)
        if not isinstance(time, dt.time):
            raise ma.ValidationError("Write the time as HH:MM.")
        return time


class LocalDateTime(fields.NaiveDateTime):
    """Wall time at the site, written YYYY-MM-DDTHH:MM without an offset."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dt.datetime:
        if not isinstance(value, str) or not LOCAL_TIME.match(value):
            raise ma.ValidationError("Write the local time as YYYY-MM-DDTHH:MM, without an offset.")
        moment = super()._deserialize(value, attr, data, **kwargs)
        if moment.year not in YEARS:
            raise ma.ValidationError("Enter a year between 1900 and 2100.")
        return moment


class Instant(fields.AwareDateTime):
    """A moment with its offset, between 1900 and 2100 in UTC."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dt.datetime:
        if not isinstance(value, str) or not INSTANT.match(value):
            raise ma.ValidationError("Write the moment as YYYY-MM-DDTHH:MM:SS+00:00.")
        try:
            moment = super()._deserialize(value, attr, data, **kwargs).astimezone(dt.UTC)
        except OverflowError as error:
            raise ma.ValidationError("Enter a year between 1900 and 2100.") from error
        if moment.year not in YEARS:
            raise ma.ValidationError("Enter a year between 1900 and 2100.")
        return moment


class Flag(fields.Boolean):
    """true or false; never "on" or 1."""

    truthy = {True}  # noqa: RUF012 - marshmallow's own attribute
    falsy = {False}  # noqa: RUF012 - marshmallow's own attribute

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        del attr, data, kwargs
        if not isinstance(value, bool):
            raise ma.ValidationError("Send true or false.")
        return value


class Whole(fields.Integer):
    """A whole number within bounds; never "12", 1.9 or true."""

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(low, high), **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ma.ValidationError("Send a whole number.")
        number = super()._deserialize(value, attr, data, **kwargs)
        if number is None:
            raise ma.ValidationError("Send a whole number.")
        return number


class Amount(fields.Decimal):
    """A number within bounds with at most two decimal places; never "1.5" or true."""

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:
        super().__init__(places=None, validate=validate.Range(low, high), **kwargs)
        self.bounds = (low, high)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> decimal.Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | decimal.Decimal):
            raise ma.ValidationError("Send a number.")
        number = super()._deserialize(str(value), attr, data, **kwargs)
        low, high = self.bounds
        # What is out of bounds is refused by them; rounding it may overflow.
        if number is None or (low <= number <= high and number != round(number, 2)):
            raise ma.ValidationError("Send a number with at most two decimal places.")
        return number

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        del attr, obj, kwargs
        return None if value is None else float(value)


class OrStatus(fields.Field[Any]):
    """A value, or why there is none: {"status": "unknown" | "declined" | "not_asked"}."""

    def __init__(self, inner: fields.Field[Any], **kwargs: Any) -> None:
        shown = {"description": 'or {"status": "unknown" | "declined" | "not_asked"}'}
        super().__init__(metadata=shown | kwargs.pop("metadata", {}), **kwargs)
        self.inner = inner

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if is_status(value):
            return dict(value)
        return self.inner.deserialize(value, attr, data, **kwargs)


def one_of(*values: str, **kwargs: Any) -> fields.String:
    """One word of a closed list; the message lists them."""
    return fields.String(
        validate=validate.OneOf(values, error=f"Choose one of: {', '.join(values)}."), **kwargs
    )


@cache
def known_zones() -> frozenset[str]:
    """IANA zones a clinic can be in."""
    found = zoneinfo.available_timezones() - NOT_ZONES
    return frozenset(name for name in found if not name.startswith("Etc/"))


def time_zone(**kwargs: Any) -> fields.String:
    """An IANA time zone, such as Europe/London."""

    def check(value: str) -> None:
        if value not in known_zones():
            raise ma.ValidationError("Enter an IANA time zone such as Europe/London.")

    return fields.String(validate=check, **kwargs)
