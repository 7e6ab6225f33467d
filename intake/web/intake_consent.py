"""What does the person agree to? The ninth step; each answer is recorded for good, when asked."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.clinical import quick_note
from intake.errors import BadRequest
from intake.http.unit_of_work import act, work
from intake.models.clients import CONSENT_PURPOSES
from intake.schemas.clients import ConsentIn
from intake.services import consents, intakes
from intake.services.intake_views import IntakeView
from intake.web import (
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
#: The wording that a service begins with; each answer keeps the version it was given to.
WORDING = "2026-01"
GIVEN, REFUSED, WITHDRAWN = ("given", "Given"), ("refused", "Refused"), ("withdrawn", "Withdrawn")


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
        form=forms.form(
            {"consents": known, "wording_version": WORDING}
            | intake_keeping.shown(SLUG, found.answers)
        ),
        purposes=[
            (one, intake_ways.PURPOSES[one], _choices(known.get(one))) for one in _in_order()
        ],
        facts=[],
        saved="",
        note_mark=intake_keeping.mark(quick_note.of(found.answers)),
    )


@blp.form("/intakes/<uuid:intake_id>/steps/consent")
@act(Permission.CONSENT_RECORD)
def record(intake_id: uuid.UUID) -> Response:
    """What was decided anew is written down; what stands already is not repeated.

    By itself the page saves its quick note alone: consent is recorded on purpose only.
    """
    now, note = work(), intake_keeping.said_of_note()
    if pages.is_for_part():
        return intake_keeping.saved(intake_keeping.keep(intake_id, note.without_wrong()), note)
    if intake_keeping.is_note_changed():
        intake_keeping.refuse_wrong(note)
        intake_keeping.keep(intake_id, note)
    found = intakes.read(now.session, intake_id, actor=now.actor)
    for order in _orders(found):
        consents.record(now.session, found.case_id, order, actor=now.actor, now=now.now)
    if forms.text("_do") == "back":
        return pages.go("console.intakes.show", intake_id=intake_id, done="consents_kept")
    return pages.go("console.intake_check.show", intake_id=intake_id, done="consents_kept")


def _in_order() -> tuple[str, ...]:
    """Treatment and reminders first: without them nothing goes on."""
    first = ("treatment", "reminders")
    return first + tuple(one for one in CONSENT_PURPOSES if one not in first)


def _choices(before: str | None) -> tuple[tuple[str, str], ...]:
    return (GIVEN, WITHDRAWN) if before == "given" else (GIVEN, REFUSED)


def _orders(found: IntakeView) -> list[consents.ConsentOrder]:
    """The answers that differ from what stands."""
    before = intake_ways.current(found)
    said = {one: forms.text(f"consents.{one}") for one in CONSENT_PURPOSES}
    known = {f"consents.{one}" for one in CONSENT_PURPOSES} | {"wording_version", NOTE.name}
    if any(not one.startswith("_") and one not in known for one in forms.sent()):
        raise BadRequest("This form has a field that isn't known here. Load the page again.")
    version = forms.text("wording_version")
    return [
        forms.checked(ConsentIn(), {"purpose": one, "status": status, "wording_version": version})
        for one, status in said.items()
        if status and status != before.get(one)
    ]
