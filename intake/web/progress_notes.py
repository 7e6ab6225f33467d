"""How is a note begun, kept while one types, signed, and read afterwards?"""

from __future__ import annotations

import uuid

from flask import url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.clinical.progress_notes import FORMATS
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.schemas.progress_notes import LONGEST, NewNoteIn, NoteChangeIn
from intake.services import colleagues, progress_note_views, progress_notes
from intake.services.colleagues import Colleague
from intake.services.pages import Wanted
from intake.services.progress_note_views import NoteView
from intake.web import case_tabs, case_words, forms, list_places, pages, words
from intake.web.screens import Screen

blp = Screen("progress_notes", __name__)
SHOWN = Wanted(limit=50, after=None)
FORMAT_WORDS = (
    ("soap", "SOAP", "What the person says, what is seen, what it means, what comes next"),
    ("dap", "DAP", "Facts, what they mean, what comes next"),
    ("birp", "BIRP", "Behaviour, what was done, how the person responded, what comes next"),
    ("free", "Free text", "One field"),
)
READERS = (
    ("normal", "Whoever works with the case"),
    ("restricted", "Restricted: closed to an emergency access, too"),
)
SECTIONS = {
    "subjective": "What the person says",
    "objective": "What is seen",
    "assessment": "What it means",
    "plan": "What comes next",
    "data": "Facts",
    "behaviour": "Behaviour",
    "intervention": "What was done",
    "response": "How the person responded",
    "text": "Note",
}


@blp.page("/cases/<uuid:case_id>/notes")
@act(Permission.NOTE_READ)
def show_list(case_id: uuid.UUID) -> Response:
    """Notes of a case, the newest first; what they say is on a page of their own."""
    now = work()
    subject = case_tabs.subject(case_id)
    found = progress_note_views.list_page(
        now.session, case_id, list_places.wanted(), actor=now.actor
    )
    names = {one.id: one.name for one in _staff()}
    return pages.page(
        "progress_notes/list.html",
        subject=subject,
        tabs=case_tabs.of(case_id, "notes"),
        rows=[
            (one, words.moment(one.signed_at or one.drafted_at, now.actor.time_zone),
             names.get(one.author_id, ""))
            for one in found.rows
        ],
        places=list_places.places(found, ".show_list", case_id=case_id),
        formats=case_words.FORMATS,
        may_write=now.actor.may(Permission.NOTE_WRITE),
    )  # fmt: skip


@blp.page("/cases/<uuid:case_id>/notes/new")
@act(Permission.NOTE_WRITE)
def new(case_id: uuid.UUID) -> Response:
    """Which form the note has; one that was begun and not signed is offered first."""
    now = work()
    subject = case_tabs.subject(case_id)
    drafts = progress_note_views.list_page(
        now.session, case_id, SHOWN, actor=now.actor, state="draft"
    ).rows
    mine = [one for one in drafts if one.author_id == now.actor.staff_id]
    return pages.page(
        "progress_notes/new.html",
        subject=subject,
        form=forms.form({"format": "free", "confidentiality": "normal"}),
        formats=FORMAT_WORDS,
        readers=READERS,
        drafts=[
            (
                url_for("console.progress_notes.show", note_id=one.id),
                case_words.of(case_words.FORMATS, one.format),
                words.moment(one.drafted_at, now.actor.time_zone),
            )
            for one in mine
        ],
    )


@blp.form("/cases/<uuid:case_id>/notes/new", keeps=False)
@act(Permission.NOTE_WRITE, creates=True)
def create(case_id: uuid.UUID) -> Response:
    """An empty draft, which is kept from now on while one types."""
    now = work()
    order = forms.load(NewNoteIn(), sections={})
    made = progress_notes.write(now.session, case_id, order, actor=now.actor, now=now.now)
    return pages.go("console.progress_notes.show", note_id=made.id)


@blp.page("/notes/<uuid:note_id>")
@act(Permission.NOTE_READ)
def show(note_id: uuid.UUID) -> Response:
    """A draft to write on, or a signed note to read."""
    now = work()
    found = progress_note_views.read(now.session, note_id, actor=now.actor)
    return pages.page(
        "progress_notes/show.html",
        found=found,
        subject=case_tabs.named(found.case_id),
        format=case_words.of(case_words.FORMATS, found.format),
        sections=[(name, SECTIONS[name]) for name in FORMATS[found.format]],
        form=forms.form({"sections": dict(found.sections)}, version=found.version),
        is_mine=found.state == "draft" and found.author_id == now.actor.staff_id,
        may_add=found.state == "signed" and now.actor.may(Permission.NOTE_WRITE),
        longest=LONGEST,
        saved="",
        here_again=url_for("console.progress_notes.show", note_id=note_id),
    )


@blp.page("/notes/<uuid:note_id>/addendum")
@act(Permission.NOTE_WRITE)
def add(note_id: uuid.UUID) -> Response:
    """Which form an addendum has, beside the note that it adds to."""
    now = work()
    found = progress_note_views.read(now.session, note_id, actor=now.actor)
    return pages.page(
        "progress_notes/add.html",
        found=found,
        subject=case_tabs.named(found.case_id),
        sections=[(name, SECTIONS[name]) for name in FORMATS[found.format]],
        form=forms.form({"format": found.format}, version=found.version),
        formats=FORMAT_WORDS,
    )


@blp.form("/notes/<uuid:note_id>/addendum", keeps=False)
@act(Permission.NOTE_WRITE)
def amend(note_id: uuid.UUID) -> Response:
    """An empty draft of one's own; the signed note stays as it is."""
    now, version = work(), form_parts.version()
    order = forms.load(NewNoteIn(), sections={})
    made = progress_notes.amend(
        now.session, note_id, order, version=version, actor=now.actor, now=now.now
    )
    return pages.go("console.progress_notes.show", note_id=made.id)


@blp.form("/notes/<uuid:note_id>", keeps=False)
@act(Permission.NOTE_WRITE)
def save(note_id: uuid.UUID) -> Response:
    """What was typed is kept; with "Sign" it is signed for good."""
    now, version = work(), form_parts.version()
    order = forms.load(NoteChangeIn())
    if forms.text("_do") == "sign" and not pages.is_for_part():
        signed = progress_notes.finish(
            now.session, note_id, order, version=version, actor=now.actor, now=now.now
        )
        return pages.go("console.cases.show", case_id=signed.case_id, done="note_signed")
    found = progress_notes.change(now.session, note_id, order, version=version, actor=now.actor)
    if pages.is_for_part():
        return _kept(found)
    return pages.go("console.progress_notes.show", note_id=note_id, done="note_kept")


def _kept(found: NoteView) -> Response:
    """The line that says so, and the version that the next save names."""
    now = work()
    at = words.clock_time(words.local(now.now, now.actor.time_zone))
    return pages.part("progress_notes/_kept.html", version=found.version, saved=f"Draft saved {at}")


def _staff() -> tuple[Colleague, ...]:
    """Whoever sees people here, to choose from and to name."""
    now = work()
    return colleagues.who_may(now.session, Permission.APPOINTMENT_ATTEND, actor=now.actor)
