"""Counselling notes: for their author alone."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.counselling_notes import (
    CounsellingNoteChangeIn,
    CounsellingNoteLineOut,
    CounsellingNoteOut,
    NewCounsellingNoteIn,
)
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import counselling_notes
from intake.services.counselling_notes import NewCounsellingNote

blp = Blueprint("counselling_notes", __name__, description="Counselling notes, their author's own")


@blp.route("/cases/<uuid:case_id>/counselling-notes", methods=["GET"])
@act(Permission.COUNSELLING_NOTE_OWN)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(CounsellingNoteLineOut)())
def list_counselling_notes(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """One's own notes of a case, the newest first."""
    now = work()
    return paging.envelope(
        counselling_notes.list_page(now.session, case_id, paging.wanted(query), actor=now.actor)
    )


@blp.route("/cases/<uuid:case_id>/counselling-notes", methods=["POST"])
@act(Permission.COUNSELLING_NOTE_WRITE, creates=True)
@blp.arguments(NewCounsellingNoteIn())
@blp.response(201, CreatedOut())
def write_counselling_note(order: NewCounsellingNote, case_id: uuid.UUID) -> Any:
    """Begin a draft, or an addendum to one's own signed note."""
    now = work()
    made = counselling_notes.write(now.session, case_id, order, actor=now.actor)
    return made, 201, concurrency.created(f"/api/v1/counselling-notes/{made.id}", made.version)


@blp.route("/counselling-notes/<uuid:note_id>", methods=["GET"])
@act(Permission.COUNSELLING_NOTE_OWN)
@blp.response(200, CounsellingNoteOut())
def read_counselling_note(note_id: uuid.UUID) -> Any:
    """One's own note."""
    now = work()
    found = counselling_notes.read(now.session, note_id, actor=now.actor)
    return found, 200, concurrency.etag(found.version)


@blp.route("/counselling-notes/<uuid:note_id>", methods=["PATCH"])
@act(Permission.COUNSELLING_NOTE_OWN)
@blp.arguments(CounsellingNoteChangeIn())
@blp.response(200, CounsellingNoteOut())
def change_counselling_note(order: dict[str, str], note_id: uuid.UUID) -> Any:
    """Write one's own draft anew."""
    now = work()
    version = concurrency.if_match()
    changed = counselling_notes.change(
        now.session, note_id, text=order["text"], version=version, actor=now.actor
    )
    return changed, 200, concurrency.etag(changed.version)


@blp.route("/counselling-notes/<uuid:note_id>/actions/sign", methods=["POST"])
@act(Permission.COUNSELLING_NOTE_OWN)
@blp.response(200, CounsellingNoteOut())
def sign_counselling_note(note_id: uuid.UUID) -> Any:
    """Sign one's own draft for good."""
    now = work()
    version = concurrency.if_match()
    signed = counselling_notes.sign(
        now.session, note_id, version=version, actor=now.actor, now=now.now
    )
    return signed, 200, concurrency.etag(signed.version)
