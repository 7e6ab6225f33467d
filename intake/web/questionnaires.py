"""What does a questionnaire look like as a form, and what do the answers typed so far come to?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from intake.clinical import scoring
from intake.clinical.alerts import Alert, alerts_named
from intake.clinical.answers import answers_by_id
from intake.clinical.instruments import Instrument, Item
from intake.clinical.scoring import Score
from intake.services.assessment_views import AssessmentView
from intake.web.reading import FLAGS, INTEGER

PREFIX = "answers"


def questions(instrument: Instrument) -> tuple[Question, ...]:
    """The questions of an instrument, in order."""
    numbers = {item.id: number for number, item in enumerate(instrument.items, 1)}
    watched = {trigger.name for trigger in instrument.triggers}
    return tuple(
        Question(
            name=_name(instrument, place, item),
            text=item.text,
            options=tuple((_text(one.value), one.label) for one in item.options),
            hint=_hint(item, numbers),
            is_safety=item.id in watched,
        )
        for place, item in enumerate(instrument.items)
    )


def answers(instrument: Instrument) -> object:
    """What was answered, in the shape that the services take; None when nothing was."""
    given = [
        _value(request.form.get(_name(instrument, place, item), "").strip())
        for place, item in enumerate(instrument.items)
    ]
    if all(one is None for one in given):
        return None
    if not instrument.answers_by_id:
        return given
    named = zip(instrument.items, given, strict=True)
    return {item.id: value for item, value in named if value is not None}


def empty(instrument: Instrument) -> object:
    """No answer at all, in the shape that the services take."""
    return {} if instrument.answers_by_id else [None] * len(instrument.items)


def answered(instrument: Instrument, given: object) -> int:
    """How many questions have an answer."""
    return sum(one is not None for one in answers_by_id(instrument, given).values())


def certain_alerts(instrument: Instrument, given: object) -> tuple[Alert, ...]:
    """Alerts that single answers raise, whatever the questions still open will say."""
    values = answers_by_id(instrument, given)
    return alerts_named(scoring.alerts_of_items(instrument, values))


def shown(instrument: Instrument, given: object) -> tuple[tuple[str, str], ...]:
    """Each question and what was answered, in words; nothing when it was declined."""
    if given is None:
        return ()
    values = answers_by_id(instrument, given)
    return tuple((item.text, _in_words(item, values[item.id])) for item in instrument.items)


def _in_words(item: Item, value: object) -> str:
    if value is None:
        return "Not answered"
    return next((one.label for one in item.options if one.value == value), str(value))


def _name(instrument: Instrument, place: int, item: Item) -> str:
    """The place of an answer in the body, so that a refusal finds its question."""
    return f"{PREFIX}.{item.id if instrument.answers_by_id else place}"


def _hint(item: Item, numbers: Mapping[str, int]) -> str:
    if item.bounds:
        return f"A whole number from {item.bounds[0]} to {item.bounds[1]}."
    if item.asked_when:
        return f"Asked only when question {numbers[item.asked_when]} is yes."
    return "May be left out." if item.optional else ""


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(text: str) -> object:
    if not text:
        return None
    return int(text) if INTEGER.match(text) else FLAGS.get(text, text)


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the name of its field, and what may be answered (none: a whole number)."""

    name: str
    text: str
    options: tuple[tuple[str, str], ...]
    hint: str
    is_safety: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """What the answers come to: a score once all are there, an alert as soon as it is certain."""

    instrument: Instrument
    score: Score | None
    answered: int
    alerts: tuple[Alert, ...]
    last: AssessmentView | None

    @property
    def top(self) -> int | None:
        """The highest possible total; None where there is only a level."""
        bounds = self.instrument.score.bounds
        return bounds[1] if bounds else None

    @property
    def bands(self) -> tuple[str, ...]:
        """The names of the bands, in order, once each."""
        named = tuple(one.name for one in self.instrument.bands)
        return tuple(dict.fromkeys(named or self.instrument.score.band_names))

    @property
    def change(self) -> int | None:
        """Points since the last time; None across versions, which can't be compared."""
        if self.score is None or self.score.total is None or self.last is None:
            return None
        if self.last.total is None or self.last.instrument_version != self.instrument.version:
            return None
        return self.score.total - self.last.total
