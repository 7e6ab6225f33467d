"""One administration of an instrument: answers, score, band and who signed it."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import Base, Json, SiteRow, Versioned, closed, who, within_site
from intake.models.cases import Case

ASSESSMENT_STATES = ("draft", "signed", "amended", "entered_in_error")
MODES = ("self", "interviewer")


class Assessment(SiteRow, Versioned, Base):
    """Answers are pinned to the version of the instrument they were given to."""

    __tablename__ = "assessments"
    __table_args__ = (
        within_site("case_id", "cases"),
        closed("state", ASSESSMENT_STATES),
        closed("mode", MODES),
        CheckConstraint(
            "NOT declined OR (answers IS NULL AND total IS NULL)", name="declined_bare"
        ),
        CheckConstraint("state <> 'signed' OR signed_at IS NOT NULL", name="signed_when"),
        within_site("amends", "assessments"),
        CheckConstraint("(amends IS NULL) = (sealed IS NULL)", name="amendment_explained"),
        UniqueConstraint("site_id", "amends"),
        Index(None, "site_id", "case_id", "instrument", "assessed_on"),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: Code of the instrument, such as phq9
    instrument: Mapped[str]
    #: Its version
    instrument_version: Mapped[str]
    #: draft, signed, amended or entered_in_error
    state: Mapped[str] = mapped_column(default="draft")
    #: Item answers as the instrument wants them; empty when declined
    answers: Mapped[object | None] = mapped_column(JSONB(none_as_null=True))
    #: The person chose not to answer: a state of its own, never 0
    declined: Mapped[bool] = mapped_column(default=False)
    #: The score; empty where the instrument has none
    total: Mapped[int | None]
    #: The band of the score
    band: Mapped[str | None]
    #: Everything scoring gave
    result: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    #: self or interviewer
    mode: Mapped[str]
    #: Language it was given in
    language: Mapped[str]
    #: The day it was given
    assessed_on: Mapped[dt.date]
    #: Who gave it
    assessed_by: Mapped[uuid.UUID] = who()
    #: When it was signed (clinic time)
    signed_at: Mapped[dt.datetime | None]
    #: The assessment that this one takes the place of; each is amended once, then its successor
    amends: Mapped[uuid.UUID | None]
    #: Why it was amended, in words: sealed with the client's key
    sealed: Mapped[Sealed | None]

    case: Mapped[Case] = relationship(foreign_keys="Assessment.case_id", lazy="raise")
