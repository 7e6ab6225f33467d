"""What a counsellor writes for themselves about a session: a table and a key of its own."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, Versioned, closed, who, within_site
from intake.models.cases import Case

COUNSELLING_NOTE_STATES = ("draft", "signed")


class CounsellingNoteKey(SiteRow, Base):
    """The data key of one author's notes in one case. The client's own key doesn't open them."""

    __tablename__ = "counselling_note_keys"
    __table_args__ = (
        within_site("case_id", "cases"),
        UniqueConstraint("site_id", "case_id", "author_id"),
    )

    #: Which case
    case_id: Mapped[uuid.UUID]
    #: Whose notes
    author_id: Mapped[uuid.UUID] = who()
    #: The data key, wrapped by the key-encryption key and bound to this row; empty once destroyed
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: Which key-encryption key wrapped it
    kek_id: Mapped[int]
    #: The version of the data key; it is part of every sealed value
    key_version: Mapped[int]

    case: Mapped[Case] = relationship(foreign_keys="CounsellingNoteKey.case_id", lazy="raise")


class CounsellingNote(SiteRow, Versioned, Base):
    """One note; its author alone reads it. Signed for good; an addendum is a note of its own."""

    __tablename__ = "counselling_notes"
    __table_args__ = (
        within_site("key_id", "counselling_note_keys"),
        within_site("addendum_to", "counselling_notes"),
        closed("state", COUNSELLING_NOTE_STATES),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_when"),
        Index(None, "site_id", "key_id"),
    )

    #: Case, author and key
    key_id: Mapped[uuid.UUID]
    #: The signed note this one adds to
    addendum_to: Mapped[uuid.UUID | None]
    #: draft or signed
    state: Mapped[str] = mapped_column(default="draft")
    #: The text, sealed with the notes' own key
    sealed: Mapped[Sealed]
    #: When it was signed (clinic time)
    signed_at: Mapped[dt.datetime | None]

    key: Mapped[CounsellingNoteKey] = relationship(
        foreign_keys="CounsellingNote.key_id", lazy="raise"
    )
