"""How does a form save itself before it is sent? As it stands, to come back when it is opened."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import BadRequest
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.services import unsent_forms
from intake.web import form_places, forms, pages, words
from intake.web.screens import Screen

blp = Screen("unsent_forms", __name__)


@blp.form("/unsent-forms", keeps=False)
@act(Permission.SESSION_OWN)
def keep() -> Response:
    """What was typed is kept, or thrown away with the button that says so."""
    now, key = work(), form_parts.key()
    place = form_places.of(forms.text(form_parts.ADDRESS))
    if not key:
        raise BadRequest("The form doesn't say which one it is. Load the page again.")
    if forms.text("_do") == "clear":
        unsent_forms.clear(now.session, place.address, form_key=key, actor=now.actor)
        return redirect(place.address, 303)
    typed = forms.typed_fields(request.form)
    unsent_forms.keep(now.session, place, typed, form_key=key, actor=now.actor, now=now.now)
    at = words.clock_time(words.local(now.now, now.actor.time_zone))
    return pages.part("unsent_forms/_kept.html", at=at)
