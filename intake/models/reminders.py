"""The queue of everything that leaves: reminders, their attempts, and notices to staff."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.models.appointments import Appointment
from intake.models.base import Base, Json, SiteRow, closed, member_of_site, within_site
from intake.models.clients import Client, ContactPoint
from intake.models.staff import Membership

REMINDER_KINDS = ("d7", "d3", "d1", "h2", "changed")
REMINDER_STATES = (
    "scheduled",
    "leased",
    "sending",
    "accepted",
    "delivered",
    "failed",
    "dead",
    "uncertain",
    "cancelled",
    "suppressed",
    "expired",
)
#: Nobody knows that these reached the person; staff has to settle them.
UNSENT = ("failed", "dead", "uncertain")
ATTEMPT_OUTCOMES = ("accepted", "permanent", "config", "throttled", "transient", "unknown")
NOTICE_KINDS = ("audit_digest", "break_glass", "alert", "alert_escalated", "api_key")
NOTICE_STATES = ("scheduled", "leased", "sending", "sent", "dead")


class Leased:
    """What a row needs to be claimed, sent and recorded by one worker at a time."""

    #: When it may be claimed next (clinic time)
    next_attempt_at: Mapped[dt.datetime]
    #: Counted at claim, so a crash loop ends too
    attempts: Mapped[int] = mapped_column(default=0)
    #: Fences every write: a stale worker changes nothing
    lease_token: Mapped[uuid.UUID | None]
    #: When the lease ends (machine time)
    lease_until: Mapped[dt.datetime | None]
    #: Which worker holds it
    lease_owner: Mapped[str | None]
    #: Counts leases
    lease_no: Mapped[int] = mapped_column(default=0)


class Reminder(SiteRow, Leased, Base):
    """One logical message to a person about an appointment. The row is the message."""

    __tablename__ = "reminders"
    __table_args__ = (
        within_site("client_id", "clients"),
        within_site("appointment_id", "appointments"),
        within_site("contact_id", "contact_points"),
        within_site("resend_of", "reminders"),
        within_site("contact_attempt_id", "contact_attempts"),
        UniqueConstraint("site_id", "dedupe_key"),
        UniqueConstraint("site_id", "resend_of"),
        UniqueConstraint("provider", "provider_ref"),
        closed("kind", REMINDER_KINDS),
        closed("state", REMINDER_STATES),
        CheckConstraint("expires_at > send_after", name="expires_later"),
        CheckConstraint(
            "contact_attempt_id IS NULL OR settled_at IS NOT NULL", name="called_is_settled"
        ),
        Index("ix_reminders_due", "next_attempt_at", postgresql_where=text("state = 'scheduled'")),
        Index(
            "ix_reminders_leases",
            "lease_until",
            postgresql_where=text("state IN ('leased', 'sending')"),
        ),
        Index(None, "site_id", "appointment_id"),
        Index(
            "ix_reminders_failed",
            "site_id",
            "send_after",
            "id",
            postgresql_where=text(
                "state IN ('failed', 'dead', 'uncertain') AND settled_at IS NULL"
            ),
        ),
        Index(None, "site_id", "client_id", "send_after"),
    )

    #: To whom
    client_id: Mapped[uuid.UUID]
    #: About which appointment
    appointment_id: Mapped[uuid.UUID]
    #: About which of its schedules
    schedule_no: Mapped[int]
    #: d7, d3, d1, h2 or changed
    kind: Mapped[str]
    #: sms
    channel: Mapped[str]
    #: Where to
    contact_id: Mapped[uuid.UUID]
    #: As the contact was when planned
    contact_version: Mapped[int]
    #: Language of the text
    locale: Mapped[str]
    #: One logical reminder is one row; its SHA-256 is the key the provider sees
    dedupe_key: Mapped[str]
    #: Not before (clinic time)
    send_after: Mapped[dt.datetime]
    #: A late reminder is worse than none (clinic time)
    expires_at: Mapped[dt.datetime]
    #: Where it stands
    state: Mapped[str] = mapped_column(default="scheduled")
    #: Why, as a code that staff can read
    state_reason: Mapped[str | None]
    #: Attempts while the provider was out, not counted as attempts
    outage_attempts: Mapped[int] = mapped_column(default=0)
    #: Who carried it
    provider: Mapped[str | None]
    #: The carrier's own reference
    provider_ref: Mapped[str | None]
    #: The failed one that staff sent again as this row: at most one row follows another
    resend_of: Mapped[uuid.UUID | None]
    #: When a failed one was sent again, or somebody spoke with the person instead (clinic time)
    settled_at: Mapped[dt.datetime | None]
    #: How the person was spoken with; empty when it was sent again
    contact_attempt_id: Mapped[uuid.UUID | None]

    client: Mapped[Client] = relationship(foreign_keys="Reminder.client_id", lazy="raise")
    appointment: Mapped[Appointment] = relationship(
        foreign_keys="Reminder.appointment_id", lazy="raise"
    )
    contact: Mapped[ContactPoint] = relationship(foreign_keys="Reminder.contact_id", lazy="raise")


class ReminderAttempt(Base):
    """One physical attempt: the intent before it, the outcome after it. No text, no address."""

    __tablename__ = "reminder_attempts"
    __table_args__ = (
        within_site("reminder_id", "reminders"),
        closed("outcome", ATTEMPT_OUTCOMES),
    )

    #: The site
    site_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: Which reminder
    reminder_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: First, second …
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: Under which lease
    lease_token: Mapped[uuid.UUID]
    #: The key the provider saw, a SHA-256 in hexadecimal
    idem_key: Mapped[str]
    #: Through whom
    provider: Mapped[str]
    #: Begun (machine time)
    started_at: Mapped[dt.datetime]
    #: Ended; empty means nobody knows how it ended
    finished_at: Mapped[dt.datetime | None]
    #: How it ended
    outcome: Mapped[str | None]
    #: The provider's HTTP status
    http_status: Mapped[int | None]
    #: The class of the error, never its text
    error_class: Mapped[str | None]

    reminder: Mapped[Reminder] = relationship(
        foreign_keys="ReminderAttempt.reminder_id", lazy="raise"
    )


class StaffNotice(SiteRow, Leased, Base):
    """A message to a member of staff: counts and a link, never a name."""

    __tablename__ = "staff_notices"
    __table_args__ = (
        member_of_site("staff_id"),
        UniqueConstraint("site_id", "dedupe_key"),
        closed("kind", NOTICE_KINDS),
        closed("state", NOTICE_STATES),
        Index(
            "ix_staff_notices_due",
            "next_attempt_at",
            postgresql_where=text("state = 'scheduled'"),
        ),
    )

    #: To whom
    staff_id: Mapped[uuid.UUID]
    #: What about
    kind: Mapped[str]
    #: One notice per person, kind and day
    dedupe_key: Mapped[str]
    #: Numbers only
    counts: Mapped[Json]
    #: Where to read more, below the public address
    path: Mapped[str] = mapped_column(Text)
    #: Not before (clinic time)
    send_after: Mapped[dt.datetime]
    #: Where it stands
    state: Mapped[str] = mapped_column(default="scheduled")
    #: When it went out
    sent_at: Mapped[dt.datetime | None]

    staff: Mapped[Membership] = relationship(foreign_keys="StaffNotice.staff_id", lazy="raise")
