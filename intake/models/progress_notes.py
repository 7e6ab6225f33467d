"""What staff write about a contact with a person: signed for good, read by who treats them."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.clinical.progress_notes import CONFIDENTIALITIES, FORMATS
from intake.crypto import Sealed
from intake.models.appointments import APPOINTMENT_MODES, Appointment
from intake.models.base import Base, SiteRow, Versioned, closed, who, within_site
from intake.models.cases import Case

PROGRESS_NOTE_STATES = ("draft", "signed")


class ProgressNote(SiteRow, Versioned, Base):
    """One note of a contact. A draft is its author's; a signed one is added to, never changed."""

    __tablename__ = "progress_notes"
    __table_args__ = (
        within_site("case_id", "cases"),
        within_site("appointment_id", "appointments"),
        within_site("addendum_to", "progress_notes"),
        closed("format", tuple(FORMATS)),
        closed("mode", APPOINTMENT_MODES),
        closed("confidentiality", CONFIDENTIALITIES),
        closed("state", PROGRESS_NOTE_STATES),
        CheckConstraint("minutes BETWEEN 1 AND 480", name="minutes_plausible"),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_when"),
        Index(None, "site_id", "case_id", "id"),
        Index(
            "ix_progress_notes_unsigned",
            "site_id",
            "drafted_at",
            "id",
            postgresql_where=text("state = 'draft'"),
        ),
        Index(
            "ix_progress_notes_drafts_of",
            "site_id",
            "author_id",
            postgresql_where=text("state = 'draft'"),
        ),
        Index(
            "uq_progress_notes_one_unsigned_addendum",
            "site_id",
            "addendum_to",
            "author_id",
            unique=True,
            postgresql_where=text("state = 'draft' AND addendum_to IS NOT NULL"),
        ),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: Who wrote it; nobody else signs it
    author_id: Mapped[uuid.UUID] = who()
    #: soap, dap, birp or free: which sections it has
    format: Mapped[str]
    #: The appointment it tells of
    appointment_id: Mapped[uuid.UUID | None]
    #: How long the contact took, in minutes
    minutes: Mapped[int | None]
    #: in_person, phone, video, group or outreach
    mode: Mapped[str | None]
    #: The goals it is about
    goal_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid))
    #: The risk was found to have changed
    risk_changed: Mapped[bool]
    #: normal, or restricted: not opened by an emergency access
    confidentiality: Mapped[str]
    #: The signed note this one adds to
    addendum_to: Mapped[uuid.UUID | None]
    #: draft or signed
    state: Mapped[str]
    #: The sections by name, sealed with the client's key
    sealed: Mapped[Sealed]
    #: When it was begun (clinic time); after 48 hours unsigned it is on a list
    drafted_at: Mapped[dt.datetime]
    #: When it was signed (clinic time)
    signed_at: Mapped[dt.datetime | None]

    case: Mapped[Case] = relationship(foreign_keys="ProgressNote.case_id", lazy="raise")
    appointment: Mapped[Appointment | None] = relationship(
        foreign_keys="ProgressNote.appointment_id", lazy="raise"
    )
