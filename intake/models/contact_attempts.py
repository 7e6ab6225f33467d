"""How often was somebody sought, and with what outcome? Append-only."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, relationship

from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, closed, who, within_site
from intake.models.cases import Case

ATTEMPT_CHANNELS = ("phone", "sms", "email", "post", "in_person")
ATTEMPT_OUTCOMES = ("reached", "no_reply", "message_left", "wrong_contact")


class ContactAttempt(SiteRow, Base):
    """One try to reach the person of a case, by hand; reminders count for themselves."""

    __tablename__ = "contact_attempts"
    __table_args__ = (
        within_site("case_id", "cases"),
        closed("channel", ATTEMPT_CHANNELS),
        closed("outcome", ATTEMPT_OUTCOMES),
        Index(None, "site_id", "case_id", "at"),
    )

    #: In which case
    case_id: Mapped[uuid.UUID]
    #: When (clinic time)
    at: Mapped[dt.datetime]
    #: How
    channel: Mapped[str]
    #: What came of it
    outcome: Mapped[str]
    #: Who tried
    made_by: Mapped[uuid.UUID] = who()
    #: In words: sealed with the client's key
    sealed: Mapped[Sealed | None]

    case: Mapped[Case] = relationship(foreign_keys="ContactAttempt.case_id", lazy="raise")
