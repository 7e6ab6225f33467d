"""Who reads which progress note? Signed ones are read by who treats; a draft by its author."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from intake.access import Actor, Permission, Scope
from intake.clinical.progress_notes import SIGN_WITHIN
from intake.errors import Forbidden, NotFound
from intake.models import Case, Client, ProgressNote
from intake.services import audit, pages, relations, sealed_text, timelines
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "progress_notes.sealed"


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note in a list: what kind it is, not what it says."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    author_id: uuid.UUID
    format: str
    appointment_id: uuid.UUID | None
    minutes: int | None
    mode: str | None
    goal_ids: list[uuid.UUID]
    risk_changed: bool
    confidentiality: str
    addendum_to: uuid.UUID | None
    drafted_at: dt.datetime
    signed_at: dt.datetime | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class NoteView(NoteLine):
    """A note as it is read: its sections by name."""

    sections: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A note, its case and its person."""

    note: ProgressNote
    case: Case
    client: Client


def read(session: Session, note_id: uuid.UUID, *, actor: Actor) -> NoteView:
    """One note; the read is recorded. Raises as `loaded`, Forbidden for a colleague's draft."""
    kept = loaded(session, note_id, actor, Permission.NOTE_READ)
    if kept.note.state == "draft" and kept.note.author_id != actor.staff_id:
        raise Forbidden("This is a draft; its author alone reads it until it is signed.")
    audit.record(session, event(kept, "read", "R"))
    return view(session, kept)


def loaded(session: Session, note_id: uuid.UUID, actor: Actor, permission: Permission) -> Kept:
    """A note and what belongs to it, in one statement.

    Raises as `relations.require`; NotFound for a draft whose existence is its author's and the
    lead's to know, Forbidden for a restricted note in an emergency access.
    """
    row = session.execute(
        select(ProgressNote, Case, Client)
        .join(ProgressNote.case)
        .join(Case.client)
        .where(ProgressNote.id == note_id)
    ).one_or_none()
    if row is None:
        raise NotFound("note")
    kept = Kept(row.ProgressNote, row.Case, row.Client)
    theirs = (kept.note.author_id,)
    relations.require(session, actor, permission, kept.case, others=theirs, what="note")
    is_hidden = kept.note.state == "draft" and kept.note.author_id != actor.staff_id
    if is_hidden and not _oversees(actor):
        raise NotFound("note")
    is_restricted = kept.note.confidentiality == "restricted"
    if is_restricted and not relations.is_related(actor, permission, kept.case, others=theirs):
        raise Forbidden("This note is restricted; emergency access doesn't open it.")
    return kept


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor,
    state: str | None = None,
) -> pages.Page[NoteLine]:  # fmt: skip
    """Notes of a case, the newest first: signed ones, one's own drafts, for a lead every draft.

    Raises as `relations.require`; the identifiers shown are recorded.
    """
    case = relations.case(session, case_id, actor, Permission.NOTE_READ)
    query = select(ProgressNote.id.label("id"), ProgressNote).where(
        ProgressNote.case_id == case.id, shown_to(actor)
    )
    if not relations.is_related(actor, Permission.NOTE_READ, case):
        query = query.where(ProgressNote.confidentiality == "normal")
    if state is not None:
        query = query.where(ProgressNote.state == state)
    page = pages.fetch(
        session,
        query,
        key=ProgressNote.__table__.c.id,
        wanted=wanted,
        show=lambda row: NoteLine(**_plain(row.ProgressNote)),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "progress_note", shown, client_id=case.client_id, sensitivity="P2")
    return page


def unsigned(
    session: Session, wanted: timelines.Wanted, *, actor: Actor, now: dt.datetime
) -> timelines.Timeline[NoteLine]:
    """Drafts begun more than 48 hours ago, the oldest first: one's own, for a lead the site's."""
    columns = ProgressNote.__table__.c
    query = select(ProgressNote).where(
        ProgressNote.state == "draft",
        ProgressNote.drafted_at < now - SIGN_WITHIN,
        true() if _oversees(actor) else ProgressNote.author_id == actor.staff_id,
    )
    page = timelines.fetch(
        session,
        query,
        order=timelines.Order(columns.drafted_at, columns.id),
        wanted=wanted,
        show=lambda row: NoteLine(**_plain(row.ProgressNote)),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "progress_note", shown, sensitivity="P2")
    return page


def view(session: Session, kept: Kept) -> NoteView:
    """A note with its sections, opened with the person's key."""
    vault = vault_of(session, kept.client)
    words = sealed_text.opened(FIELD, kept.note.id, kept.note.sealed, vault)
    return NoteView(**_plain(kept.note), sections=words)


def event(kept: Kept, subtype: str, action: str, *, fields: tuple[str, ...] = ()) -> Event:
    """What was done to a note."""
    return Event(
        "progress_note",
        subtype,
        action,
        row=kept.note,
        client_id=kept.case.client_id,
        fields=fields,
        sensitivity="P2",
    )


def _oversees(actor: Actor) -> bool:
    """Whether somebody knows of every draft: who may write notes in any case of the site."""
    return actor.scope(Permission.NOTE_WRITE) is Scope.SITE


def shown_to(actor: Actor) -> ColumnElement[bool]:
    """Which notes of a case one knows of: signed ones, one's own drafts, for a lead every draft."""
    if _oversees(actor):
        return true()
    return or_(ProgressNote.state == "signed", ProgressNote.author_id == actor.staff_id)


def _plain(note: ProgressNote) -> dict[str, Any]:
    return {name: getattr(note, name) for name in NoteLine.__dataclass_fields__}
