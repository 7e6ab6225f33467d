"""Is an intake complete? All answers on one page, to be handed in, with the first time to keep."""

from __future__ import annotations

import uuid
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.clinical import quick_note
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.models.appointments import APPOINTMENT_MODES
from intake.schemas.intakes import SubmissionIn
from intake.services import colleagues, intake_submission, intakes
from intake.services.intake_views import IntakeView
from intake.web import (
    case_tabs,
    forms,
    intake_outline,
    intake_progress,
    intake_ways,
    pages,
    record_answers,
    record_refusals,
    subjects,
    words,
)
from intake.web.forms import Form
from intake.web.intake_outline import STEPS, Step
from intake.web.reading import read
from intake.web.screens import Screen

blp = Screen("intake_check", __name__)
DRAFT = "draft"
FIRST = "first_appointment"
#: Title, address to change it at, rows of question and answer.
Section = tuple[str, str, list[tuple[str, str]]]


@blp.page("/intakes/<uuid:intake_id>/check")
@act(Permission.INTAKE_READ)
def show(intake_id: uuid.UUID) -> Response:
    """Every answer with the way to change it; what was handed in is only read."""
    now = work()
    return _page(intakes.read(now.session, intake_id, actor=now.actor))


@blp.page("/cases/<uuid:case_id>/intake")
@act(Permission.INTAKE_READ)
def of_case(case_id: uuid.UUID) -> Response:
    """The intake that a case began with."""
    now = work()
    return _page(intakes.read_of_case(now.session, case_id, actor=now.actor))


@blp.form("/intakes/<uuid:intake_id>/check")
@act(Permission.INTAKE_WRITE)
def submit(intake_id: uuid.UUID) -> Response:
    """Handed in, with the first appointment or without; all that is missing is named at once."""
    now, version = work(), form_parts.version()
    order = forms.load(SubmissionIn(), first_appointment=_first())
    with record_refusals.in_words():
        intake_submission.submit(
            now.session,
            intake_id,
            version=version,
            actor=now.actor,
            now=now.now,
            first_appointment=order.get(FIRST),
        )
    done = "intake_booked" if FIRST in order else "intake_handed_in"
    return pages.go(".show", intake_id=intake_id, done=done)


def _page(found: IntakeView) -> Response:
    """Step by step, with the note that belongs to none of them; beside its case's other pages."""
    now = work()
    is_draft = found.state == DRAFT and now.actor.may(Permission.INTAKE_WRITE)
    form = forms.form({f"{FIRST}.kind": "intake", f"{FIRST}.minutes": "60"}, version=found.version)
    return pages.page(
        "intakes/check.html",
        subject=subjects.of_case(found.case_id),
        found=found,
        steps=intake_progress.lines(found),
        sections=_sections(found, is_draft=is_draft),
        form=form,
        hrefs=_hrefs(form, found),
        is_draft=is_draft,
        tabs=[] if is_draft else case_tabs.of(found.case_id, "intake"),
        staff=_staff() if is_draft and now.actor.may(Permission.APPOINTMENT_WRITE) else (),
        modes=words.options(words.MODES, APPOINTMENT_MODES),
    )


def _first() -> dict[str, Any] | None:
    """The first appointment, where a time or somebody was chosen."""
    given: dict[str, Any] = read(SubmissionIn(), forms.sent())[0].get(FIRST, {})
    return given if given.get("local_start") or given.get("staff_id") else None


def _section(found: IntakeView, step: Step, *, is_draft: bool) -> Section:
    """A step with its answers; its address where they can be changed."""
    address = url_for("console.intake_steps.show", intake_id=found.id, slug=step.slug)
    rows = [*intake_ways.rows(step.slug, found), *record_answers.rows(step.slug, found.answers)]
    return step.title, address if is_draft else "", rows or [("Nothing asked yet", "")]


def _sections(found: IntakeView, *, is_draft: bool) -> list[Section]:
    """The steps, and the quick note where there is one."""
    note = quick_note.of(found.answers)
    rest = [_section(found, step, is_draft=is_draft) for step in STEPS]
    if not note:
        return rest
    first = url_for(
        "console.intake_steps.show", intake_id=found.id, slug=STEPS[0].slug, _anchor="note"
    )
    row = ("Belongs to no question", note)
    return [*rest, ("Quick note", first if is_draft else "", [row])]


def _hrefs(form: Form, found: IntakeView) -> dict[str, str]:
    """Where each missing answer is given: its field, on the page of its step."""
    return {
        name: url_for(
            "console.intake_steps.show",
            intake_id=found.id,
            slug=intake_outline.step_of("/" + name.replace(".", "/")).slug,
            _anchor="f-" + name.replace(".", "-"),
        )
        for name, _ in form.summary
        if name.startswith(("answers.", "consents."))
    }


def _staff() -> list[tuple[str, str]]:
    now = work()
    found = colleagues.who_may(now.session, Permission.APPOINTMENT_WRITE, actor=now.actor)
    return [(str(one.id), f"{one.name}, {words.role(one.role).lower()}") for one in found]
