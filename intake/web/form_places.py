"""Which form is at an address, and is what somebody types into it kept until it is sent?"""

from __future__ import annotations

from typing import Any

from flask import current_app, g, request
from werkzeug.exceptions import HTTPException

from intake.errors import NotFound
from intake.http import forms
from intake.http.unit_of_work import Work
from intake.services import unsent_forms
from intake.services.unsent_forms import OWNERS, Place

#: Identifiers of an address that tell whom its form is about.
ABOUT = ("case_id", *OWNERS)


def of(address: str) -> Place:
    """The form that is sent to that path. Raises NotFound where none is kept."""
    place = _find(address)
    if place is None:
        raise NotFound("form")
    return place


def here(at: str = "") -> Place | None:
    """The form of the page that is shown, or of the one at `at`; None where it isn't kept."""
    return _find(at or request.path) if isinstance(g.get("work"), Work) else None


def sent() -> None:
    """What was typed here is done: nothing of it is left to come back."""
    place = here() if request.method == "POST" else None
    if place is not None:
        now, key = g.work, forms.key() or ""
        unsent_forms.sent(now.session, place.address, form_key=key, actor=now.actor)


def _find(address: str) -> Place | None:
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        raise RuntimeError("a page is shown outside a request")
    try:
        endpoint, values = adapter.match(address, method="POST")
    except HTTPException:
        return None
    view: Any = current_app.view_functions[endpoint]
    if not getattr(view, "keeps", False):
        return None
    about = next(((name, values[name]) for name in ABOUT if name in values), None)
    return Place(adapter.build(endpoint, values), view.permission, about)
