"""How does a step of an intake ask its fields? Each as a question that a template can draw."""

from __future__ import annotations

from dataclasses import dataclass

from intake.clinical.record_field import Field
from intake.clinical.record_sections import LISTS
from intake.web import intake_outline, record_forms, record_words
from intake.web.forms import Form
from intake.web.intake_outline import Place
from intake.web.reading import MAX_ROWS

#: Beyond this a text gets several lines.
ONE_LINE = 200
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `look` is the macro that draws it; `reasons` say why there is no answer.

    `parts` are the questions inside one, `rows` those of each row, the last row being empty.
    """

    name: str
    label: str
    hint: str
    look: str
    options: Choices = ()
    reasons: Choices = record_words.REASONS
    is_number: bool = False
    parts: tuple[Question, ...] = ()
    rows: tuple[tuple[Question, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Questions below one heading."""

    id: str
    title: str
    questions: tuple[Question, ...]

    @property
    def has_rows(self) -> bool:
        """Whether one of them is a list that may grow."""
        return any(one.rows for one in self.questions)


def groups(slug: str, form: Form) -> tuple[Group, ...]:
    """What a step asks, as its form stands now."""
    return tuple(
        Group(
            section or "first",
            record_words.section(section),
            tuple(_of_place(place, form) for place in places),
        )
        for section, places in intake_outline.groups(slug)
    )


def _of_place(place: Place, form: Form) -> Question:
    within = "" if place.section in LISTS else place.section
    return _question(place.field, place.name, within, form)


def _question(what: Field, name: str, within: str, form: Form) -> Question:
    return Question(
        name=name,
        label=record_words.label(what, within),
        hint=record_words.hint(what),
        look=_look(what),
        options=record_words.options(what),
        reasons=_reasons(what),
        is_number=what.kind in ("whole", "number"),
        parts=_parts(what, name, form) if what.kind == "parts" else (),
        rows=_rows(what, name, form) if what.kind == "rows" else (),
    )


def _look(what: Field) -> str:
    """Which macro draws a field."""
    if record_forms.is_radio(what):
        return "buttons"
    if what.kind == "text":
        return "line" if what.high is not None and what.high <= ONE_LINE else "lines"
    known = {"choice": "list", "choices": "boxes", "day": "day", "parts": "parts", "rows": "rows"}
    return known.get(what.kind, "short")


def _reasons(what: Field) -> Choices:
    """Why there may be no answer; a list of allergies may be known to be empty."""
    found: Choices = record_words.REASONS
    if "unknown" in what.choices:
        found = tuple(one for one in found if one[0] != "unknown")
    if what.nullable:
        found = ((record_forms.NULL, record_words.answer(record_forms.NULL)), *found)
    if what.name == "allergies":
        known = record_forms.NONE_KNOWN
        found = ((known, record_words.answer(known)), *found)
    return found


def _parts(what: Field, name: str, form: Form) -> tuple[Question, ...]:
    return tuple(_question(one, f"{name}.{one.name}", what.name, form) for one in what.fields)


def _rows(what: Field, name: str, form: Form) -> tuple[tuple[Question, ...], ...]:
    """The rows that are filled in and one more, as long as one more is taken."""
    filled = _filled(name, form)
    most = int(what.high or MAX_ROWS)
    return tuple(
        (_question(what.fields[0], f"{name}.{row}", what.name, form),)
        if record_forms.is_plain(what)
        else _parts(what, f"{name}.{row}", form)
        for row in range(min(filled + 1, most))
    )


def _filled(name: str, form: Form) -> int:
    """One more than the last row with something in it."""
    names = form.initial if form.sent is None else [one for one in form.sent if form.sent[one]]
    rows = (
        one[len(name) + 1 :].partition(".")[0].partition("-")[0]
        for one in names
        if one.startswith(f"{name}.")
    )
    return max((int(one) + 1 for one in rows if one.isascii() and one.isdecimal()), default=0)
