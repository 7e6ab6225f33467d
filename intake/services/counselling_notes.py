"""A counsellor's own notes of sessions: whoever didn't write one doesn't learn that it exists."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import Conflict, FieldError, NotFound, PreconditionFailed, ValidationFailed
from intake.models import Case, Client, CounsellingNote, CounsellingNoteKey
from intake.services import audit, cases, identity, pages, relations
from intake.services import counselling_note_keys as keys
from intake.services.audit import Event


@dataclass(frozen=True, slots=True)
class NewCounsellingNote:
    """A note to begin, or an addendum to a signed one."""

    text: str
    addendum_to: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class CounsellingNoteLine:
    """A note in its author's list."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    addendum_to: uuid.UUID | None
    created_at: dt.datetime
    signed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class CounsellingNoteView(CounsellingNoteLine):
    """A note with its text, as its author reads it."""

    text: str


@dataclass(frozen=True, slots=True)
class Own:
    """A note of the acting person, with its key and case."""

    note: CounsellingNote
    key: CounsellingNoteKey
    case: Case


def write(
    session: Session, case_id: uuid.UUID, order: NewCounsellingNote, *, actor: Actor
) -> CounsellingNoteView:
    """Begin a draft.

    Raises NotFound, Erased, ValidationFailed for an addendum to what isn't one's own.
    """
    found = session.execute(
        select(Case, Client, CounsellingNoteKey)
        .join(Case.client)
        .outerjoin(
            CounsellingNoteKey,
            and_(
                CounsellingNoteKey.case_id == Case.id,
                CounsellingNoteKey.author_id == actor.staff_id,
            ),
        )
        .where(Case.id == case_id)
    ).one_or_none()
    if found is None:
        raise NotFound("case")
    relations.require(session, actor, Permission.COUNSELLING_NOTE_WRITE, found.Case)
    identity.refuse_erased(found.Client)
    cases.require_open(session, found.Case)
    key = found.CounsellingNoteKey or keys.new(session, found.Case, actor.staff_id)
    if order.addendum_to is not None:
        _refuse_foreign(session, order.addendum_to, key)
    note = CounsellingNote(
        site_id=found.Case.site_id, key_id=key.id, state="draft", addendum_to=order.addendum_to
    )
    vault = keys.vault_of(session, key)
    note.sealed = keys.sealed_text(note, order.text, vault)
    session.add(note)
    own = Own(note, key, found.Case)
    _note(session, own, "create", "C")
    session.flush()
    return _view(session, own)


def read(session: Session, note_id: uuid.UUID, *, actor: Actor) -> CounsellingNoteView:
    """One's own note; the read is recorded. Raises NotFound for everybody else."""
    own = _own(session, note_id, actor)
    _note(session, own, "read", "R")
    return _view(session, own)


def change(
    session: Session, note_id: uuid.UUID, *, text: str, version: int, actor: Actor
) -> CounsellingNoteView:
    """Write a draft anew. Raises NotFound, PreconditionFailed, Conflict once it is signed."""
    own = _draft(session, note_id, version, actor)
    own.note.sealed = keys.sealed_text(own.note, text, keys.vault_of(session, own.key))
    _note(session, own, "save", "U", fields=("sealed",))
    session.flush()
    return _view(session, own)


def sign(
    session: Session, note_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> CounsellingNoteView:
    """Sign for good; what comes later is an addendum. Raises as `change`."""
    own = _draft(session, note_id, version, actor)
    own.note.state, own.note.signed_at = "signed", now
    _note(session, own, "sign", "U", fields=("state", "signed_at"))
    session.flush()
    return _view(session, own)


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor
) -> pages.Page[CounsellingNoteLine]:
    """One's own notes of a case, the newest first; nobody sees others'. Raises NotFound."""
    case = cases.get(session, case_id)
    page = pages.fetch(
        session,
        select(CounsellingNote.id.label("id"), CounsellingNote)
        .join(CounsellingNote.key)
        .where(
            CounsellingNoteKey.case_id == case.id, CounsellingNoteKey.author_id == actor.staff_id
        ),
        key=CounsellingNote.__table__.c.id,
        wanted=wanted,
        show=lambda row: CounsellingNoteLine(**_plain(row.CounsellingNote, case)),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(
        session, "counselling_note", shown, client_id=case.client_id, sensitivity="P3"
    )
    return page


def _own(session: Session, note_id: uuid.UUID, actor: Actor) -> Own:
    """A note of the acting person. Raises NotFound."""
    row = session.execute(
        select(CounsellingNote, CounsellingNoteKey, Case)
        .join(CounsellingNote.key)
        .join(CounsellingNoteKey.case)
        .where(CounsellingNote.id == note_id, CounsellingNoteKey.author_id == actor.staff_id)
    ).one_or_none()
    if row is None:
        raise NotFound("counselling note")
    return Own(row.CounsellingNote, row.CounsellingNoteKey, row.Case)


def _draft(session: Session, note_id: uuid.UUID, version: int, actor: Actor) -> Own:
    own = _own(session, note_id, actor)
    if own.note.version != version:
        raise PreconditionFailed(own.note.version)
    if own.note.state != "draft":
        raise Conflict("This note is signed; write an addendum to it.")
    cases.require_open(session, own.case)
    return own


def _refuse_foreign(session: Session, note_id: uuid.UUID, key: CounsellingNoteKey) -> None:
    """An addendum belongs to one's own signed note of the same case. Raises ValidationFailed."""
    known = session.execute(
        select(CounsellingNote.id).where(
            CounsellingNote.id == note_id,
            CounsellingNote.key_id == key.id,
            CounsellingNote.state == "signed",
        )
    )
    if known.first() is None:
        message = "You have no signed note with this id in this case."
        raise ValidationFailed(FieldError("/addendum_to", "unknown", message))


def _note(
    session: Session, own: Own, subtype: str, action: str, *, fields: tuple[str, ...] = ()
) -> None:
    audit.record(
        session,
        Event(
            "counselling_note",
            subtype,
            action,
            row=own.note,
            client_id=own.case.client_id,
            fields=fields,
            sensitivity="P3",
        ),
    )


def _plain(note: CounsellingNote, case: Case) -> dict[str, Any]:
    names = ("id", "version", "state", "addendum_to", "created_at", "signed_at")
    return {name: getattr(note, name) for name in names} | {"case_id": case.id}


def _view(session: Session, own: Own) -> CounsellingNoteView:
    text = keys.text_of(own.note, keys.vault_of(session, own.key))
    return CounsellingNoteView(**_plain(own.note, own.case), text=text)
