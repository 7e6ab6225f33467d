"""Who has to do with a colleague's case: dated cover, and emergency access to one case."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, relationship

from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, Versioned, closed, member_of_site, who, within_site
from intake.models.cases import Case

REASON_CODES = ("emergency", "colleague_absent", "safeguarding", "other")
REVIEW_OUTCOMES = ("justified", "not_justified")


class Cover(SiteRow, Versioned, Base):
    """For some days, one person answers for another's cases too."""

    __tablename__ = "covers"
    __table_args__ = (
        member_of_site("staff_id"),
        member_of_site("for_staff_id"),
        CheckConstraint("until_on >= from_on", name="days_in_order"),
        CheckConstraint("staff_id <> for_staff_id", name="for_somebody_else"),
        Index(None, "site_id", "staff_id", "until_on"),
    )

    #: Who covers
    staff_id: Mapped[uuid.UUID]
    #: Whose cases
    for_staff_id: Mapped[uuid.UUID]
    #: The first day, at the site
    from_on: Mapped[dt.date]
    #: The last day, at the site
    until_on: Mapped[dt.date]
    #: Which clinical lead arranged it
    set_by: Mapped[uuid.UUID] = who()


class BreakGlassGrant(SiteRow, Versioned, Base):
    """One case opened for reading in an emergency, for an hour, to one person."""

    __tablename__ = "break_glass_grants"
    __table_args__ = (
        within_site("case_id", "cases"),
        member_of_site("staff_id"),
        closed("reason_code", REASON_CODES),
        closed("review_outcome", REVIEW_OUTCOMES),
        CheckConstraint(
            "expires_at > granted_at AND expires_at <= granted_at + interval '60 minutes'",
            name="an_hour_at_most",
        ),
        CheckConstraint(
            "(reviewed_at IS NULL) = (review_outcome IS NULL)"
            " AND (reviewed_at IS NULL) = (reviewed_by IS NULL)",
            name="review_whole",
        ),
        CheckConstraint("reviewed_by <> staff_id", name="reviewed_by_another"),
        Index(None, "site_id", "staff_id", "expires_at"),
        Index(
            "ix_break_glass_grants_unreviewed",
            "site_id",
            "granted_at",
            "id",
            postgresql_where=text("reviewed_at IS NULL"),
        ),
    )

    #: Which case
    case_id: Mapped[uuid.UUID]
    #: To whom
    staff_id: Mapped[uuid.UUID]
    #: Why, as a code
    reason_code: Mapped[str]
    #: Why, in the person's own words: sealed with the client's key
    sealed: Mapped[Sealed]
    #: From when (machine time)
    granted_at: Mapped[dt.datetime]
    #: Until when (machine time)
    expires_at: Mapped[dt.datetime]
    #: When an auditor looked at it (machine time)
    reviewed_at: Mapped[dt.datetime | None]
    #: Which auditor
    reviewed_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: What the auditor found
    review_outcome: Mapped[str | None]

    case: Mapped[Case] = relationship(foreign_keys="BreakGlassGrant.case_id", lazy="raise")
