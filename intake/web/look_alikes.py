"""Who may be the person on the phone? Those on record who look alike, masked until asked for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import request

from intake.access import Permission
from intake.errors import BadRequest, NotFound, ValidationFailed
from intake.http.unit_of_work import work
from intake.schemas.clients import SoughtIn
from intake.services import clients, contacts, look_alikes
from intake.services.duplicates import EXACT, Sought
from intake.services.identity import Identity
from intake.services.look_alikes import Candidate
from intake.web import words
from intake.web.reading import read

#: Buttons of the panel: this person is meant, or show who it is.
USE, SHOW = "_use", "_show"
PREFIX = "client."


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Somebody on record; `name` and `born` are there once they were asked for."""

    id: str
    initials: str
    birth_year: str
    reasons: str
    case: str
    last_contact: str
    is_exact: bool
    #: Whether the actor may see who it is
    is_open: bool
    name: str = ""
    born: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """Who looks like the person typed so far; `is_asked` when there was enough to look with."""

    is_asked: bool
    people: tuple[LookAlike, ...] = ()

    @property
    def has_exact(self) -> bool:
        """Whether somebody has the same name and birth date."""
        return any(one.is_exact for one in self.people)


def panel() -> Panel:
    """Who looks like the person in the form that was sent; the look is recorded."""
    now, sought = work(), _sought()
    if sought is None or not now.actor.may(Permission.CLIENT_CREATE):
        return Panel(is_asked=False)
    found = look_alikes.match(now.session, sought, actor=now.actor)
    open_ = look_alikes.open_to(now.session, found, actor=now.actor)
    return Panel(
        is_asked=True,
        people=tuple(_look_alike(one, is_open=one.client_id in open_) for one in found),
    )


def chosen() -> uuid.UUID | None:
    """The person on record whom the form means. Raises BadRequest for what is no identifier."""
    return _identifier(USE)


def in_words(found: Candidate) -> tuple[str, str]:
    """The newest case with where it stands, and the last contact."""
    case = "No case yet"
    if found.case_reference and found.case_state:
        case = f"{found.case_reference}, {words.case_state(found.case_state).lower()}"
    day = found.last_contact_on
    return case, f"Last contact {words.long_day(day)}" if day else "Never met"


def _look_alike(found: Candidate, *, is_open: bool) -> LookAlike:
    shown = _identifier(SHOW)
    is_shown = shown is not None and str(shown) == found.client_id
    name, born = _named(shown) if is_shown and shown else ("", "")
    case, last_contact = in_words(found)
    return LookAlike(
        id=found.client_id,
        initials=found.initials,
        birth_year=found.birth_year,
        reasons=found.matched,
        case=case,
        last_contact=last_contact,
        is_exact=EXACT in found.matched,
        is_open=is_open,
        name=name,
        born=born,
    )


def _named(client_id: uuid.UUID) -> tuple[str, str]:
    """Name and birth date; the read is recorded."""
    now = work()
    who = clients.read(now.session, client_id, actor=now.actor).identity
    if not isinstance(who, Identity):
        raise NotFound("client")
    return f"{who.given_name} {who.family_name}", words.long_day(who.date_of_birth)


def _sought() -> Sought | None:
    """Whom the form describes; None while name or birth date are missing or can't be read."""
    schema = SoughtIn()
    given = read(schema, request.form, prefix=PREFIX)[0]
    number = request.form.get("client.contacts.0.value", "").strip()
    if schema.validate(given):
        return None
    identity = Identity(**schema.load(given))
    try:
        phones = (contacts.phone(work().session, number, "/phone"),) if number else ()
    except ValidationFailed:
        # An e-mail address, or a number still being typed: the form says so when it is sent.
        phones = ()
    return Sought(identity, phones)


def _identifier(name: str) -> uuid.UUID | None:
    said = request.form.get(name, "")
    if not said:
        return None
    try:
        return uuid.UUID(said)
    except ValueError as error:
        raise BadRequest("The form names nobody. Load the page again.") from error
