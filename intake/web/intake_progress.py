"""How far is an intake? Each step in a word, with what the record still lacks there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from intake.clinical.record_sections import LISTS
from intake.http.unit_of_work import work
from intake.services import cases, consents, contacts
from intake.services.intake_views import IntakeView
from intake.web import intake_outline, words
from intake.web.intake_outline import STEPS, Place, Step

#: Consents and ways to reach the person are pages of their own, which show every step anew.
BY_MORE_THAN_ANSWERS = frozenset({"contact", "consent"})
TO_DO, DONE = ("To do", ""), ("Done", "ok")


@dataclass(frozen=True, slots=True)
class Line:
    """A step as a list shows it; `tone` is of the word for its state."""

    slug: str
    title: str
    address: str
    state: str
    tone: str
    hint: str


def lines(found: IntakeView) -> list[Line]:
    """Every step of an intake, in order."""
    return [_line(found, step) for step in STEPS]


def after_save(found: IntakeView, slug: str) -> Line | None:
    """The step that saved itself, as it stands now; None where more than its answers counts."""
    step = intake_outline.BY_SLUG[slug]
    return None if slug in BY_MORE_THAN_ANSWERS else _line(found, step)


def _line(found: IntakeView, step: Step) -> Line:
    address = url_for("console.intake_steps.show", intake_id=found.id, slug=step.slug)
    return Line(step.slug, step.title, address, *_state(found, step), step.hint)


def _state(found: IntakeView, step: Step) -> tuple[str, str]:
    """How far a step is, in a word, and the tone of the word."""
    if step.slug == "consent":
        return _consent(found)
    lacking = _lacking(found, step)
    if lacking and _is_begun(found, step):
        return f"{words.many(lacking, 'answer')} to add", "info"
    if step.slug == "contact":
        return _contact(found)
    return DONE if _is_begun(found, step) else TO_DO


def _is_begun(found: IntakeView, step: Step) -> bool:
    return any(_is_answered(found, one) for one in intake_outline.places(step.slug))


def _lacking(found: IntakeView, step: Step) -> int:
    """How many answers the record still lacks in a step."""
    names = tuple(one.name for one in intake_outline.places(step.slug))
    starts = tuple(f"{one}." for one in names)
    pointers = (one for section in found.sections for one in section.missing)
    missing = (one.strip("/").replace("/", ".") for one in pointers)
    return sum(one in names or one.startswith(starts) for one in missing)


def _contact(found: IntakeView) -> tuple[str, str]:
    """Without a safe way to reach the person no reminder is ever sent."""
    now = work()
    ways = contacts.list_for(now.session, found.client_id, actor=now.actor)
    if not ways:
        return TO_DO
    return DONE if any(one.is_safe for one in ways) else ("No safe way yet", "warn")


def _consent(found: IntakeView) -> tuple[str, str]:
    now = work()
    today = cases.local_date(now.now, now.actor)
    return (
        DONE
        if "treatment" in consents.current(now.session, found.client_id, today=today)
        else TO_DO
    )


def _is_answered(found: IntakeView, place: Place) -> bool:
    section = found.answers.get(place.section)
    if place.section in LISTS:
        return bool(section)
    return isinstance(section, dict) and place.field.name in section
