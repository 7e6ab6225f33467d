"""Which instruments are there, what do they ask, and what do their totals mean?

Each released version is one TOML file in `intake/instruments`, never edited after release, so
answers stay pinned to the version they were given to. A new instrument is a new file; no code.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from intake import errors

TRIGGER = re.compile(r"^(?P<name>\w+) (?P<comparison>>=|=) (?P<value>\w+)$")


@functools.cache
def catalogue() -> tuple[Instrument, ...]:
    """All released versions, by code, oldest version first. Raises ConfigurationError."""
    folder = resources.files("intake") / "instruments"
    found = [
        read_instrument(file.read_text(encoding="utf-8"), name=file.name)
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda one: (one.code, version_order(one.version))))


def get(code: str, version: str | None = None) -> Instrument:
    """The instrument of that code; its newest version unless one is named. Raises NotFound."""
    found = _by_code().get(code, {})
    if not found:
        raise errors.NotFound("instrument")
    if version is None:
        return next(reversed(found.values()))
    if version not in found:
        raise errors.NotFound("version of this instrument")
    return found[version]


@functools.cache
def _by_code() -> dict[str, dict[str, Instrument]]:
    by_code: dict[str, dict[str, Instrument]] = {}
    for instrument in catalogue():
        by_code.setdefault(instrument.code, {})[instrument.version] = instrument
    return by_code


def version_order(version: str) -> tuple[int, ...]:
    """`"1.10"` comes after `"1.9"`."""
    return tuple(int(part) for part in version.split("."))


def read_instrument(text: str, *, name: str = "instrument") -> Instrument:
    """Read one TOML definition. Raises ConfigurationError, naming the file and what is wrong."""
    try:
        data = tomllib.loads(text)
        shared = data.get("options", [])
        return Instrument(
            code=data["code"],
            version=data["version"],
            title=data["title"],
            language=data["language"],
            licence=data["licence"],
            source=data["source"],
            items=tuple(_item(item, shared) for item in data["items"]),
            score=_scoring(data["score"]),
            bands=tuple(
                Band(low=one["from"], high=one["to"], name=one["name"], group=one.get("group"))
                for one in data.get("bands", [])
            ),
            triggers=tuple(_trigger(one) for one in data.get("triggers", [])),
            look_back_days=data.get("look_back_days"),
            repeat_days=data.get("repeat_days"),
            repeat=data["repeat"],
            reliable_change=data.get("reliable_change"),
            higher_is=data["higher_is"],
            rated_by=data["rated_by"],
            answers_by_id=data.get("answers") == "by_id",
            score_entry_only=data.get("score_entry_only", False),
            loinc=data.get("loinc", {}),
            vectors=tuple(data.get("vectors", [])),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise errors.ConfigurationError(
            f"{name} is not a usable instrument: {error!r}. Compare it with a released file."
        ) from error


def _item(data: Mapping[str, Any], shared: Sequence[Mapping[str, Any]]) -> Item:
    bounds = data.get("range")
    options = () if bounds else tuple(_option(one) for one in data.get("options", shared))
    if not bounds and not options:
        raise ValueError(f"item {data['id']} has neither options nor a range")
    return Item(
        id=data["id"],
        text=data["text"],
        options=options,
        bounds=(bounds[0], bounds[1]) if bounds else None,
        optional=data.get("optional", False),
        asked_when=data.get("asked_when"),
        implies=data.get("implies"),
        loinc=data.get("loinc"),
    )


def _option(data: Mapping[str, Any]) -> Option:
    return Option(data["value"], data["label"], data.get("score", int(data["value"])))


def _scoring(data: Mapping[str, Any]) -> Scoring:
    bounds = data.get("range")
    return Scoring(
        method=data["method"],
        bounds=(bounds[0], bounds[1]) if bounds else None,
        band_names=tuple(data.get("bands", ())),
        extras=dict(data.get("extras", {})),
        prorate_max_missing=data.get("prorate_max_missing", 0),
    )


def _trigger(data: Mapping[str, Any]) -> Trigger:
    match = TRIGGER.match(data["when"])
    if match is None:
        raise ValueError(f"trigger {data['when']!r} is not `name = value` or `name >= number`")
    name, comparison, value = match.group("name", "comparison", "value")
    wanted = int(value) if value.isdigit() else value
    return Trigger(name, comparison, wanted, data["alert"])


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be chosen; `score` is what it adds (usually its value)."""

    value: bool | int
    label: str
    score: int


@dataclass(frozen=True, slots=True)
class Item:
    """One question: options to choose from, or `bounds` of a whole number.

    `asked_when` names a yes/no item that must be true for this one to be asked; `implies` one
    that must be true when this one is.
    """

    id: str
    text: str
    options: tuple[Option, ...]
    bounds: tuple[int, int] | None
    optional: bool
    asked_when: str | None
    implies: str | None
    loinc: str | None

    @property
    def is_yes_no(self) -> bool:
        """Whether the answer is true or false, and never 1 or 0."""
        return bool(self.options) and isinstance(self.options[0].value, bool)


@dataclass(frozen=True, slots=True)
class Band:
    """Totals from `low` to `high`, both included; `group` limits it to some people."""

    low: int
    high: int
    name: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Trigger:
    """An alert raised when `name` (an item, `total` or `band`) reaches or equals a value."""

    name: str
    comparison: str
    value: int | str
    alert: str


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a total is made: `sum`, `count`, or `named:<function of scoring.py>`.

    `bounds` is None for an instrument that gives a risk level and no total; `band_names` then
    lists its levels. `prorate_max_missing` items may be missing (0: none).
    """

    method: str
    bounds: tuple[int, int] | None
    band_names: tuple[str, ...]
    extras: Mapping[str, str]
    prorate_max_missing: int


@dataclass(frozen=True, slots=True)
class Instrument:
    """One released version of an instrument: see the TOML files for what each field says."""

    code: str
    version: str
    title: str
    language: str
    licence: str
    source: str
    items: tuple[Item, ...]
    score: Scoring
    bands: tuple[Band, ...]
    triggers: tuple[Trigger, ...]
    look_back_days: int | None
    repeat_days: int | None
    repeat: str
    reliable_change: int | None
    higher_is: str
    rated_by: str
    answers_by_id: bool
    score_entry_only: bool
    loinc: Mapping[str, str]
    vectors: tuple[Mapping[str, Any], ...]
