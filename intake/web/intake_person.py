"""Who is the person of an intake? Their details corrected, and told apart from who looks alike."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import BadRequest
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.schemas.clients import ClientChangeIn
from intake.schemas.same_person import AskMergeIn, DistinctionIn
from intake.services import clients, distinctions, intakes
from intake.web import forms, look_alikes, pages, subjects
from intake.web.screens import Screen

blp = Screen("intake_person", __name__)
STEP = "console.intake_steps.show"


@blp.page("/intakes/<uuid:intake_id>/person")
@act(Permission.CLIENT_EDIT)
def edit(intake_id: uuid.UUID) -> Response:
    """Names and birth date as they are stored."""
    now = work()
    found = intakes.read(now.session, intake_id, actor=now.actor)
    who = clients.read(now.session, found.client_id, actor=now.actor)
    return pages.page(
        "intakes/person.html",
        subject=subjects.of_case(found.case_id),
        found=found,
        form=forms.form(who.identity, version=who.version),
    )


@blp.form("/intakes/<uuid:intake_id>/person")
@act(Permission.CLIENT_EDIT)
def correct(intake_id: uuid.UUID) -> Response:
    """A correction; what was emptied is cleared where it may be."""
    now, version = work(), form_parts.version()
    found = intakes.read(now.session, intake_id, actor=now.actor)
    order = forms.load(ClientChangeIn(), clears=True)
    clients.change(
        now.session, found.client_id, order, version=version, actor=now.actor, now=now.now
    )
    return pages.go(STEP, intake_id=intake_id, slug="person", done="person_corrected")


@blp.page("/intakes/<uuid:intake_id>/similar")
@act(Permission.CLIENT_EDIT)
def similar(intake_id: uuid.UUID) -> Response:
    """Who looks like this person, masked; the look is recorded."""
    now = work()
    found = intakes.read(now.session, intake_id, actor=now.actor)
    return pages.page(
        "intakes/similar.html",
        subject=subjects.of_case(found.case_id),
        found=found,
        alike=distinctions.similar(now.session, found.client_id, actor=now.actor),
        in_words=look_alikes.in_words,
        form=forms.form(),
    )


@blp.form("/intakes/<uuid:intake_id>/similar", keeps=False)
@act(Permission.CLIENT_EDIT, creates=True)
def decide(intake_id: uuid.UUID) -> Response:
    """Two people, which is remembered; or one, which a clinical lead is asked to merge."""
    now, wanted = work(), forms.text("_do")
    found = intakes.read(now.session, intake_id, actor=now.actor)
    if wanted == "apart":
        order = forms.load(DistinctionIn())
        distinctions.tell_apart(now.session, found.client_id, **order, actor=now.actor, now=now.now)
        return pages.go(".similar", intake_id=intake_id, done="told_apart")
    if wanted != "merge":
        raise BadRequest("Choose one of the buttons.")
    said = {"other_id": forms.text("other_id"), "note": forms.text("reason")}
    order = forms.checked(AskMergeIn(), {name: text for name, text in said.items() if text})
    distinctions.ask_merge(now.session, found.client_id, **order, actor=now.actor, now=now.now)
    return pages.go(".similar", intake_id=intake_id, done="merge_asked")
