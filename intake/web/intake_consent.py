"""What does the person agree to? The ninth step; each answer is recorded for good, when asked."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.clinical import quick_note
from intake.http.unit_of_work import act, work
from intake.services import consents, intakes
from intake.web import (
    consent_answers,
    forms,
    intake_keeping,
    intake_outline,
    intake_progress,
    intake_ways,
    pages,
    subjects,
)
from intake.web.intake_outline import NOTE
from intake.web.screens import Screen

blp = Screen("intake_consent", __name__)
SLUG = "consent"


@blp.page("/intakes/<uuid:intake_id>/steps/consent")
@act(Permission.INTAKE_WRITE)
def show(intake_id: uuid.UUID) -> Response:
    """Each purpose with what was decided last."""
    now = work()
    found = intakes.read(now.session, intake_id, actor=now.actor)
    if found.state != "draft":
        return pages.go("console.intake_check.show", intake_id=intake_id)
    known, step = intake_ways.current(found), intake_outline.BY_SLUG[SLUG]
    return pages.page(
        "intakes/consent.html",
        subject=subjects.of_case(found.case_id),
        found=found,
        step=step,
        number=intake_outline.STEPS.index(step) + 1,
        steps=intake_progress.lines(found),
        form=consent_answers.form(known, intake_keeping.shown(SLUG, found.answers)),
        purposes=consent_answers.asked(known),
        facts=[],
        saved="",
        note_mark=intake_keeping.mark(quick_note.of(found.answers)),
        seen=intake_keeping.seen(SLUG, found.answers),
        page_name=intake_keeping.new_page(),
    )


@blp.form("/intakes/<uuid:intake_id>/steps/consent", keeps=False)
@act(Permission.CONSENT_RECORD)
def record(intake_id: uuid.UUID) -> Response:
    """What was decided on this page is written down; what stands already is not repeated.

    By itself the page saves its quick note alone: consent is recorded on purpose only.
    """
    now, note = work(), intake_keeping.said_of_note()
    if pages.is_for_part():
        kept = intake_keeping.keep(intake_id, SLUG, note.without_wrong())
        return intake_keeping.saved(kept, note, SLUG)
    if intake_keeping.is_note_changed():
        intake_keeping.refuse_wrong(note)
        intake_keeping.keep(intake_id, SLUG, note)
    found = intakes.read(now.session, intake_id, actor=now.actor)
    decided = consent_answers.orders(intake_ways.current(found), also=(NOTE.name,))
    for order in decided:
        consents.record(now.session, found.case_id, order, actor=now.actor, now=now.now)
    if forms.text("_do") == "back":
        return pages.go("console.intakes.show", intake_id=intake_id, done="consents_kept")
    return pages.go("console.intake_check.show", intake_id=intake_id, done="consents_kept")
