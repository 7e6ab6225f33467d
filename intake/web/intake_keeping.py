"""How is what stands in a step's form saved, with the quick note beside its questions?

The note is on every page of the intake, so that a page which is open since earlier would put back
what stood there then. Each page therefore says which note it shows, and only one that was changed
there is saved.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from intake.clinical import intake_record, quick_note
from intake.clinical.record_sections import LISTS
from intake.errors import BadRequest, ValidationFailed
from intake.http import forms as form_parts
from intake.http.unit_of_work import work
from intake.services import intake_sittings
from intake.services.intake_sittings import Kept, Seen, Typed
from intake.web import (
    forms,
    intake_outline,
    intake_progress,
    pages,
    record_forms,
    record_refusals,
    words,
)
from intake.web.intake_outline import NOTE
from intake.web.record_forms import Answers

#: Fields of a form: which note its page showed, which answers, and the page's random name.
SHOWN, SEEN, PAGE = "_note", "_seen", "_page"
MARK = re.compile(r"^[0-9a-f]{16}$", re.ASCII)
NOTE_PLACE = (quick_note.SECTION, quick_note.NAME)


def mark(note: str) -> str:
    """What tells one note from another, without its words."""
    return intake_sittings.mark({quick_note.SECTION: {quick_note.NAME: note or None}}, [NOTE_PLACE])


def new_page() -> str:
    """A random name for a page that is shown now."""
    return secrets.token_hex(8)


def seen(slug: str, answers: Mapping[str, Any]) -> str:
    """What tells the answers that a step shows from others."""
    return intake_sittings.mark(answers, _places(slug))


def said(slug: str) -> Answers:
    """What the form says of a step's fields, and of the quick note if it was changed there."""
    places = intake_outline.places(slug)
    if is_note_changed():
        return record_forms.read((*places, NOTE), request.form)
    rest = MultiDict(pair for pair in request.form.items(multi=True) if pair[0] != NOTE.name)
    return record_forms.read(places, rest)


def said_of_note() -> Answers:
    """What the form says of the quick note alone; nothing if it wasn't changed there."""
    sent = MultiDict({NOTE.name: request.form.get(NOTE.name, "")})
    return record_forms.read((NOTE,), sent) if is_note_changed() else Answers()


def is_note_changed() -> bool:
    """Whether another note stands in the form than its page showed."""
    shown = forms.text(SHOWN)
    return bool(shown) and NOTE.name in request.form and mark(_note()) != shown


def refuse_wrong(found: Answers) -> None:
    """Raises ValidationFailed naming each field that can't be taken."""
    wrong = (*found.wrong, *intake_record.check_answers(found.given))
    if wrong:
        raise ValidationFailed(*record_refusals.named(wrong))


def begun() -> dict[str, dict[str, str]] | None:
    """The answers that an intake begins with: its quick note, where there is one."""
    note = _note()
    return {quick_note.SECTION: {quick_note.NAME: note}} if note else None


def keep(intake_id: uuid.UUID, slug: str, found: Answers) -> Kept:
    """Save what the record takes. Raises as `intake_sittings.keep`."""
    now, version = work(), form_parts.version()
    page, shows = forms.text(PAGE), [Seen(_places(slug), forms.text(SEEN))]
    if not MARK.match(page) or not MARK.match(shows[0].mark):
        raise BadRequest("The form doesn't say which draft it shows. Load the page again.")
    if is_note_changed():
        shows.append(Seen((NOTE_PLACE,), forms.text(SHOWN)))
    typed = Typed(page, tuple(shows), found.given, tuple(found.emptied))
    return intake_sittings.keep(
        now.session, intake_id, typed, version=version, actor=now.actor, now=now.now
    )


def saved(kept: Kept, found: Answers, slug: str) -> Response:
    """What changes on the page after it saved itself."""
    is_wrong = NOTE.section in found.given and NOTE.section not in found.without_wrong().given
    return pages.part(
        "intakes/_saved.html",
        kept=kept,
        seen=seen(slug, kept.view.answers),
        at=words.clock_time(words.local(kept.saved_at, work().actor.time_zone)),
        step=intake_progress.after_save(kept.view, slug),
        left=not_kept(found),
        note_mark=forms.text(SHOWN) if is_wrong else mark(_note()),
    )


def not_kept(found: Answers) -> int:
    """How many answers a save leaves out, because they can't be read."""
    taken = found.without_wrong()
    return len(found.given_fields() - taken.given_fields()) + len(found.wrong)


def shown(slug: str, answers: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the fields of a step, the quick note among them."""
    return record_forms.shown((*intake_outline.places(slug), NOTE), answers)


def _places(slug: str) -> tuple[tuple[str, str | None], ...]:
    return tuple(
        (one.section, None if one.section in LISTS else one.field.name)
        for one in intake_outline.places(slug)
    )


def _note() -> str:
    return request.form.get(NOTE.name, "").replace("\r\n", "\n").strip()
