"""What opens counselling notes: a key for each author and case, never the client's."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from intake import database
from intake.crypto import Sealed, Vault, WrappedKey
from intake.errors import NotFound
from intake.models import Case, CounsellingNote, CounsellingNoteKey

FIELD = "counselling_notes.sealed"


def new(session: Session, case: Case, author_id: uuid.UUID) -> CounsellingNoteKey:
    """A fresh key for an author's notes in a case; it is added to the session."""
    row = CounsellingNoteKey(site_id=case.site_id, case_id=case.id, author_id=author_id)
    _, made = database.keyring(session).new_vault(row.id)
    row.wrapped_key, row.kek_id, row.key_version = made.wrapped, made.kek_id, made.version
    session.add(row)
    return row


def vault_of(session: Session, key: CounsellingNoteKey) -> Vault:
    """What opens the notes of one author in one case. Raises NotFound once it was destroyed."""
    if key.wrapped_key is None:
        raise NotFound("counselling note")
    wrapped = WrappedKey(key.wrapped_key, key.kek_id, key.key_version)
    return database.keyring(session).vault(key.id, wrapped)


def sealed_text(note: CounsellingNote, text: str, vault: Vault) -> Sealed:
    """The text of a note, to be stored."""
    return vault.seal(FIELD, note.id, text)


def text_of(note: CounsellingNote, vault: Vault) -> str:
    """The text of a note."""
    return vault.open(FIELD, note.id, note.sealed)
