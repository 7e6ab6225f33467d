"""How is a page answered? The template inside the shell, under the policy of every page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http import forms
from intake.http.unit_of_work import Work
from intake.services import sessions, sign_in
from intake.services.sign_in import Person, SiteOfPerson
from intake.web import form_places, words
from intake.web.navigation import Group, groups

# No inline script or style, no other host, no frame around a page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
COUNT = re.compile(r"^[1-9]\d{0,2}$", re.ASCII)
IDLE_SECONDS = int(sessions.IDLE.total_seconds())


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around every page of somebody who is signed in at a site."""

    person: Person
    site: SiteOfPerson
    navigation: tuple[Group, ...]
    token: str

    @property
    def initials(self) -> str:
        """At most two letters of the name, for the round sign beside it."""
        parts = self.person.display_name.split()
        return "".join(part[0] for part in (parts[:1] + parts[-1:] if parts[1:] else parts)).upper()

    @property
    def role(self) -> str:
        """The role at this site, in words."""
        return words.role(self.site.role)


def page(template: str, *, status: int = 200, **context: Any) -> Response:
    """A page inside the shell of the signed-in person; `context` is for the template."""
    return plain(
        template, status=status, here=_here(), done=_done(), not_kept=_not_kept(), **context
    )


def plain(template: str, *, status: int = 200, **context: Any) -> Response:
    """A page without the shell: before signing in, or when something went wrong."""
    text = render_template(template, **context)
    response = make_response(text, status)
    response.headers["Content-Security-Policy"] = POLICY
    # The same address answers htmx with a part of the page.
    response.headers["Vary"] = "HX-Request"
    return response


def part(template: str, **context: Any) -> Response:
    """A fragment for htmx: the same template that the whole page includes."""
    return plain(template, **context)


def is_for_part() -> bool:
    """Whether htmx asks, and wants a fragment instead of the page."""
    return request.headers.get("HX-Request") == "true"


def go(endpoint: str, *, done: str | None = None, is_sent: bool = True, **values: Any) -> Response:
    """On to another page after something was done; `done` is a key of `words.DONE`.

    `is_sent` is false where what was typed into the form is still to be sent.
    """
    if is_sent:
        form_places.sent()
    if done is not None:
        values["done"] = done
    return redirect(url_for(endpoint, **values), 303)


def _here() -> Shell | None:
    """Name, sites and menu, in one statement; None for somebody who isn't at a site yet."""
    work = g.get("work")
    if not isinstance(work, Work):
        return None
    person = sign_in.person_and_sites(work.session, work.actor.staff_id)
    site = next(one for one in person.sites if one.id == work.actor.site_id)
    allowed = frozenset(one for one in Permission if work.actor.may(one))
    known = current_app.view_functions.keys()
    shown = groups(allowed, frozenset(known), request.endpoint or "")
    return Shell(person, site, shown, forms.token(work.actor.staff_id))


def _done() -> str | None:
    """What the page before did, in words; an unknown word in the address says nothing."""
    return words.DONE.get(request.args.get("done", ""))


def _not_kept() -> str:
    """What the page before couldn't keep, in words; a count that is none says nothing."""
    said = request.args.get("not_kept", "")
    return words.not_kept(int(said)) if COUNT.match(said) else ""
