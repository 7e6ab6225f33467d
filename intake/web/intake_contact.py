"""How may we reach the person? One more number or address, with what they allowed there."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http.unit_of_work import act, work
from intake.models.clients import CHANNELS
from intake.schemas.clients import ContactIn
from intake.services import contacts, intakes
from intake.web import contact_words, forms, pages, subjects, words
from intake.web.screens import Screen

blp = Screen("intake_contact", __name__)


@blp.page("/intakes/<uuid:intake_id>/contact")
@act(Permission.CLIENT_EDIT)
def new(intake_id: uuid.UUID) -> Response:
    """An empty form: nothing is allowed unless the person said so."""
    now = work()
    found = intakes.read(now.session, intake_id, actor=now.actor)
    return pages.page(
        "intakes/contact.html",
        subject=subjects.of_case(found.case_id),
        found=found,
        form=forms.form(),
        channels=words.options(contact_words.CHANNELS, CHANNELS),
    )


@blp.form("/intakes/<uuid:intake_id>/contact")
@act(Permission.CLIENT_EDIT, creates=True)
def create(intake_id: uuid.UUID) -> Response:
    """It is written down; reminders may use it where it is safe."""
    now = work()
    found = intakes.read(now.session, intake_id, actor=now.actor)
    order = forms.load(ContactIn())
    contacts.record(now.session, found.client_id, order, actor=now.actor, now=now.now)
    return pages.go(
        "console.intake_steps.show", intake_id=intake_id, slug="contact", done="contact_added"
    )
