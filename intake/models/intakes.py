"""The intake assessment: what was asked and answered when the case began."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import Base, Json, SiteRow, Versioned, closed, who, within_site
from intake.models.cases import Case

INTAKE_STATES = ("draft", "submitted", "amended", "abandoned")


class Intake(SiteRow, Versioned, Base):
    """Structured answers by section; identity and contact are never in here."""

    __tablename__ = "intakes"
    __table_args__ = (
        within_site("case_id", "cases"),
        UniqueConstraint("site_id", "case_id"),
        closed("state", INTAKE_STATES),
        CheckConstraint(
            "(state IN ('submitted', 'amended')) = (submitted_at IS NOT NULL)",
            name="submitted_when",
        ),
        Index("ix_intakes_drafts", "site_id", "id", postgresql_where=text("state = 'draft'")),
        Index(
            "ix_intakes_drafts_of",
            "site_id",
            "author_id",
            postgresql_where=text("state = 'draft'"),
        ),
    )

    #: The case it opens
    case_id: Mapped[uuid.UUID]
    #: draft, submitted, amended or abandoned
    state: Mapped[str] = mapped_column(default="draft")
    #: Sections and fields of the intake record; absent means not asked
    answers: Mapped[Json]
    #: Free text of the intake, sealed
    sealed: Mapped[Sealed | None]
    #: Counts saves of the draft
    draft_revision: Mapped[int] = mapped_column(default=1)
    #: When the draft was last saved (clinic time); empty for those older than this column
    saved_at: Mapped[dt.datetime | None]
    #: Who saved it last; empty for those older than this column
    saved_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: The version that this person found; nobody else saved since
    saved_from: Mapped[int | None]
    #: Parts that the event of the present sitting names; what is typed there needs no further one.
    #: Beside them `page:` and the random name of the page that saved last
    sitting: Mapped[list[str] | None]
    #: Who began it
    author_id: Mapped[uuid.UUID] = who()
    #: When it was handed in (clinic time)
    submitted_at: Mapped[dt.datetime | None]
    #: By whom
    submitted_by: Mapped[uuid.UUID | None] = who(nullable=True)

    case: Mapped[Case] = relationship(foreign_keys="Intake.case_id", lazy="raise")
