"""Which time does a form of a visit mean? The one that is typed, or a free one that was offered.

After a clash free times stand above the field. A radio button can't be taken back, so that "The
time below" is one of them; and who chose a free time and then typed another is asked which counts:
a visit is never booked at another time than somebody means.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass, replace

from flask import g
from werkzeug.datastructures import MultiDict

from intake.errors import BookingConflict, FieldError, ValidationFailed
from intake.http.unit_of_work import work
from intake.services import free_times
from intake.services.appointment_views import AppointmentView
from intake.services.free_times import Wish
from intake.web import forms, words
from intake.web.forms import Form

#: The form's own fields: the time chosen among those offered, and the one that was taken.
INSTEAD, TAKEN = "_instead", "_taken"
#: The choice that means the field below.
TYPED = "typed"
USUAL_MINUTES = 50
FIELD, UNDECIDED = "local_start", "undecided"
DIGITS = re.compile(r"^\d{1,3}$", re.ASCII)
#: A time as a form takes it, and in words.
Offer = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Usual:
    """What is meant where the form says nothing, or nothing that can be read."""

    staff_id: uuid.UUID
    minutes: int = USUAL_MINUTES
    local_start: dt.datetime | None = None
    #: The visit that is to be moved: its own time is free for it
    but: uuid.UUID | None = None


def start() -> str | None:
    """The time that is meant. Raises ValidationFailed where two are."""
    chosen, typed = forms.text(INSTEAD), forms.text(FIELD)
    if chosen in ("", TYPED):
        return typed or None
    if typed not in ("", chosen, forms.text(TAKEN)):
        message = "You chose a free time and typed another one below. Choose which of them counts."
        raise ValidationFailed(FieldError(f"/{INSTEAD}", UNDECIDED, message))
    return chosen


def as_booked(found: AppointmentView) -> Usual:
    """A visit that is to be moved keeps what the form doesn't change."""
    return Usual(found.staff_id, found.minutes, found.local_start, found.id)


def undecided(form: Form) -> Form:
    """The form shown again; a choice that contradicts the field isn't put before anybody."""
    if form.sent is None or not any(one.code == UNDECIDED for one in form.errors):
        return form
    kept = [pair for pair in form.sent.items(multi=True) if pair[0] != INSTEAD]
    return replace(form, sent=MultiDict(kept))


def offers(case_id: uuid.UUID, form: Form, usual: Usual) -> list[Offer]:
    """Free times near the one that was taken, and the field below; none unless one was.

    After another refusal they are those that were offered before, with the one that was chosen.
    """
    is_taken, typed = isinstance(g.get("refusal"), BookingConflict), _time(form.value(FIELD))
    before = None if is_taken else _time(forms.text(TAKEN))
    near = before or typed or usual.local_start
    if near is None or not (is_taken or before):
        return []
    now, minutes = work(), form.value("minutes")
    wish = Wish(
        _identifier(form.value("staff_id")) or usual.staff_id,
        near,
        int(minutes) if DIGITS.match(minutes) else usual.minutes,
        usual.but,
    )
    found = free_times.near(now.session, case_id, wish, actor=now.actor, now=now.now)
    chosen = None if is_taken else _time(forms.text(INSTEAD))
    shown = [
        (f"{one:%Y-%m-%dT%H:%M}", f"{words.day(one)}, {words.clock_time(one)}")
        for one in sorted({*found, *([chosen] if chosen else [])})
    ]
    return [*shown, (TYPED, "The time below")] if shown else []


def _time(text: str) -> dt.datetime | None:
    """A wall time as the field writes it; None for what is none, which the field says itself."""
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _identifier(text: str) -> uuid.UUID | None:
    """A member of staff; None for what is none, which the field says itself."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
