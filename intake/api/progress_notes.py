"""Progress notes: draft, sign, add to."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging, timelines
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.progress_notes import (
    NewNoteIn,
    NoteChangeIn,
    NoteLineOut,
    NoteOut,
    NoteQuery,
)
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import progress_note_views, progress_notes
from intake.services.progress_notes import NewNote, NoteChange

blp = Blueprint("progress_notes", __name__, description="Progress notes of a case")


@blp.route("/cases/<uuid:case_id>/notes", methods=["GET"])
@act(Permission.NOTE_READ)
@blp.arguments(NoteQuery(), location="query")
@blp.response(200, page_of(NoteLineOut)())
def list_notes(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Notes of a case, the newest first; of drafts one's own, for a lead that they exist."""
    now, wanted = work(), paging.wanted(query)
    page = progress_note_views.list_page(
        now.session, case_id, wanted, actor=now.actor, state=query.get("state")
    )
    return paging.envelope(page)


@blp.route("/cases/<uuid:case_id>/notes", methods=["POST"])
@act(Permission.NOTE_WRITE, creates=True)
@blp.arguments(NewNoteIn())
@blp.response(201, CreatedOut())
def write_note(order: NewNote, case_id: uuid.UUID) -> Any:
    """Begin a draft."""
    now = work()
    made = progress_notes.write(now.session, case_id, order, actor=now.actor, now=now.now)
    return made, 201, concurrency.created(f"/api/v1/notes/{made.id}", made.version)


@blp.route("/notes/unsigned", methods=["GET"])
@act(Permission.NOTE_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(NoteLineOut)())
def list_unsigned_notes(query: dict[str, Any]) -> Any:
    """Drafts begun more than 48 hours ago, the oldest first: one's own, for a lead the site's."""
    now, wanted = work(), timelines.wanted(query)
    page = progress_note_views.unsigned(now.session, wanted, actor=now.actor, now=now.now)
    return timelines.envelope(page)


@blp.route("/notes/<uuid:note_id>", methods=["GET"])
@act(Permission.NOTE_READ)
@blp.response(200, NoteOut())
def read_note(note_id: uuid.UUID) -> Any:
    """One note with its sections."""
    now = work()
    found = progress_note_views.read(now.session, note_id, actor=now.actor)
    return found, 200, concurrency.etag(found.version, whole=True)


@blp.route("/notes/<uuid:note_id>", methods=["PATCH"])
@act(Permission.NOTE_WRITE)
@blp.arguments(NoteChangeIn())
@blp.response(200, NoteOut())
def change_note(order: NoteChange, note_id: uuid.UUID) -> Any:
    """Change one's own draft."""
    now, version = work(), concurrency.if_match()
    changed = progress_notes.change(now.session, note_id, order, version=version, actor=now.actor)
    return changed, 200, concurrency.etag(changed.version)


@blp.route("/notes/<uuid:note_id>/actions/sign", methods=["POST"])
@act(Permission.NOTE_WRITE)
@blp.response(200, NoteOut())
def sign_note(note_id: uuid.UUID) -> Any:
    """Sign one's own draft for good."""
    now, version = work(), concurrency.if_match()
    signed = progress_notes.sign(
        now.session, note_id, version=version, actor=now.actor, now=now.now
    )
    return signed, 200, concurrency.etag(signed.version)


@blp.route("/notes/<uuid:note_id>/actions/amend", methods=["POST"])
@act(Permission.NOTE_WRITE)
@blp.arguments(NewNoteIn())
@blp.response(200, NoteOut())
def amend_note(order: NewNote, note_id: uuid.UUID) -> Any:
    """Begin an addendum to a signed note, which itself stays as it is."""
    now, version = work(), concurrency.if_match()
    made = progress_notes.amend(
        now.session, note_id, order, version=version, actor=now.actor, now=now.now
    )
    return made, 200, concurrency.created(f"/api/v1/notes/{made.id}", made.version)
