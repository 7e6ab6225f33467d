"""How does an intake begin? A person and their referral, or a referral of somebody on record.

Whoever looks alike is shown beside the form, masked; a name is shown on request, and that is
recorded. The same name and birth date stop the form once more, with the same choice. Of somebody on
record only the number just typed is new: it is kept beside those that are known.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import ValidationFailed
from intake.http.unit_of_work import act, work
from intake.schemas.clients import ContactIn
from intake.schemas.intakes import NewIntakeIn
from intake.services import cases, contact_learning, intakes
from intake.web import forms, intake_keeping, look_alikes, pages, referral_words
from intake.web.forms import Form
from intake.web.reading import read
from intake.web.screens import Screen

blp = Screen("intake_start", __name__)
FIRST_STEP = "safety"
#: Where the form's one way to reach the person stands in what the schema takes.
NUMBER = "/client/contacts/0"


@blp.page("/intakes/new")
@act(Permission.INTAKE_WRITE)
def new() -> Response:
    """Who is it, and who sends them? Little is asked before everything is saved by itself."""
    return _entry(forms.form({"referral": {"referral_date": _today(), "urgency": "routine"}}))


@blp.form("/intakes/new")
@act(Permission.INTAKE_WRITE, creates=True)
def create() -> Response:
    """Register: a new person with their referral, or a referral of somebody on record."""
    now, known, note = work(), look_alikes.chosen(), intake_keeping.begun()
    if known is not None:
        order = forms.load(NewIntakeIn(), client=None, client_id=str(known), answers=note)
    else:
        order = forms.load(NewIntakeIn(), client=_client(), answers=note)
    made = intakes.register(now.session, order, actor=now.actor, now=now.now)
    done = "intake_begun" if known is None else _learn_number(known)
    return pages.go("console.intake_steps.show", intake_id=made.id, slug=FIRST_STEP, done=done)


@blp.page("/intakes/new/similar")
@act(Permission.CLIENT_CREATE)
def similar_again() -> Response:
    """Loading what was looked up again begins anew: names are in no address."""
    return pages.go(".new")


@blp.form("/intakes/new/similar", keeps=False)
@act(Permission.CLIENT_CREATE)
def similar() -> Response:
    """Who looks like the person typed so far; asked by the form itself."""
    form = forms.typed(url_for(".create"))
    if pages.is_for_part():
        return pages.part("intakes/_similar.html", panel=look_alikes.panel(), form=form)
    return _entry(form)


def _entry(form: Form) -> Response:
    return pages.page(
        "intakes/new.html",
        form=form,
        panel=look_alikes.panel(),
        sources=referral_words.sources(),
        may_look=work().actor.may(Permission.CLIENT_CREATE),
    )


def _today() -> str:
    return cases.local_date(work().now, work().actor).isoformat()


def _client() -> dict[str, Any] | None:
    """The person as the form says it; a way to reach them only where a number was typed."""
    person = read(NewIntakeIn(), request.form)[0].get("client", {})
    ways = [one for one in person.get("contacts", ()) if one.get("value")]
    return {**person, "contacts": ways} if person else None


def _learn_number(client_id: uuid.UUID) -> str:
    """Keep the number typed for somebody on record; what is said of it, a key of `words.DONE`.

    Raises ValidationFailed at the fields of this form.
    """
    now, person = work(), _client() or {}
    if not person.get("contacts"):
        return "intake_begun"
    try:
        order = forms.checked(ContactIn(), person["contacts"][0])
        made = contact_learning.learn(now.session, client_id, order, actor=now.actor, now=now.now)
    except ValidationFailed as error:
        found = (replace(one, pointer=NUMBER + one.pointer) for one in error.fields)
        raise ValidationFailed(*found) from error
    return "intake_begun_number" if made else "intake_begun_known_number"
