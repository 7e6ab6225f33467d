"""Who is treated: identity (sealed), look-up tokens, contact points and consents."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, Versioned, closed, who, within_site

CLIENT_STATES = ("active", "deceased", "merged", "erased")
CHANNELS = ("sms", "phone", "email", "post")
CONSENT_PURPOSES = (
    "treatment",
    "share_gp",
    "share_urology",
    "share_family",
    "national_reporting",
    "reminders",
    "research",
)
CONSENT_STATUSES = ("given", "refused", "withdrawn")
#: Why a way to reach somebody is no longer used.
CONTACT_ENDINGS = ("replaced", "not_theirs", "not_safe", "not_wanted", "entered_in_error")


class Client(SiteRow, Versioned, Base):
    """The person treated. Everything that identifies is sealed with the person's own key."""

    __tablename__ = "clients"
    __table_args__ = (
        closed("state", CLIENT_STATES),
        CheckConstraint("birth_year BETWEEN 1903 AND 2100", name="birth_year_plausible"),
        CheckConstraint("(state = 'erased') = (wrapped_key IS NULL)", name="erased_has_no_key"),
        CheckConstraint(
            "state <> 'erased' OR num_nonnulls(given_name, family_name, preferred_name, pronouns,"
            " date_of_birth, sealed) = 0",
            name="erased_holds_nothing",
        ),
        CheckConstraint(
            "state = 'erased' OR num_nulls(given_name, family_name, date_of_birth) = 0",
            name="others_are_known",
        ),
        within_site("merged_into", "clients"),
        CheckConstraint(
            "CASE WHEN merged_into IS NULL THEN state <> 'merged'"
            " ELSE state IN ('merged', 'erased') AND merged_into <> id END",
            name="merged_whole",
        ),
        Index(
            "ix_clients_merged_into",
            "site_id",
            "merged_into",
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    #: The person's data key, wrapped by the key-encryption key; destroyed when they are erased
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: Which key-encryption key wrapped it
    kek_id: Mapped[int]
    #: The version of the data key; it is part of every sealed value
    key_version: Mapped[int]
    #: First name, sealed
    given_name: Mapped[Sealed | None]
    #: Last name, sealed
    family_name: Mapped[Sealed | None]
    #: The name to use, sealed
    preferred_name: Mapped[Sealed | None]
    #: Pronouns, sealed
    pronouns: Mapped[Sealed | None]
    #: Date of birth, sealed
    date_of_birth: Mapped[Sealed | None]
    #: Year of birth, plain, for age bands
    birth_year: Mapped[int]
    #: active, deceased, merged into another record, or erased
    state: Mapped[str] = mapped_column(default="active")
    #: The record this person goes on under, once two were found to be one
    merged_into: Mapped[uuid.UUID | None]
    #: Other records were merged into this one: their keys open what they sealed
    absorbed: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Free text, such as why somebody similar is not the same person: sealed
    sealed: Mapped[Sealed | None]


class ClientToken(Base):
    """A blind-index token: finds a person by an exact word or date without revealing it."""

    __tablename__ = "client_tokens"
    __table_args__ = (within_site("client_id", "clients"),)

    #: The site; tokens of two sites never match
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    #: 64 bits of a keyed hash of field and value
    token: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: Whose
    client_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)

    client: Mapped[Client] = relationship(foreign_keys="ClientToken.client_id", lazy="raise")


class ContactPoint(SiteRow, Versioned, Base):
    """One way to reach the person, and what they allowed there."""

    __tablename__ = "contact_points"
    __table_args__ = (
        within_site("client_id", "clients"),
        closed("channel", CHANNELS),
        closed("ended_reason", CONTACT_ENDINGS),
        CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended_whole"),
        CheckConstraint("ended_at IS NULL OR NOT (is_safe OR is_preferred)", name="ended_unsafe"),
        Index(None, "site_id", "client_id"),
    )

    #: Whose
    client_id: Mapped[uuid.UUID]
    #: sms, phone, email or post
    channel: Mapped[str]
    #: Number or address, sealed; emptied when the person is erased
    value: Mapped[Sealed | None]
    #: The person said messages are safe here; nothing automatic goes elsewhere
    is_safe: Mapped[bool] = mapped_column(default=False)
    #: The person's first choice
    is_preferred: Mapped[bool] = mapped_column(default=False)
    #: A message may be left
    may_leave_message: Mapped[bool] = mapped_column(default=False)
    #: The service may say who it is
    may_identify_service: Mapped[bool] = mapped_column(default=False)
    #: Nothing is sent from this local time …
    quiet_from: Mapped[dt.time | None]
    #: … until this one; empty means the site's hours
    quiet_until: Mapped[dt.time | None]
    #: The person's zone; empty means the site's
    time_zone: Mapped[str | None]
    #: When staff read it back and the person said yes
    confirmed_at: Mapped[dt.datetime | None]
    #: A message failed here: ask again before using it
    needs_check: Mapped[bool] = mapped_column(default=False)
    #: When it ceased to be used; it stays as history, and nothing is sent there
    ended_at: Mapped[dt.datetime | None]
    #: Why: replaced by another, not theirs (any more), not safe, not wanted, entered in error
    ended_reason: Mapped[str | None]

    client: Mapped[Client] = relationship(foreign_keys="ContactPoint.client_id", lazy="raise")


class Consent(SiteRow, Base):
    """What a person agreed to, refused or withdrew. Append-only: the newest row counts."""

    __tablename__ = "consents"
    __table_args__ = (
        within_site("client_id", "clients"),
        closed("purpose", CONSENT_PURPOSES),
        closed("status", CONSENT_STATUSES),
        Index(None, "site_id", "client_id", "purpose", "decided_at"),
        Index(
            "ix_consents_ending",
            "site_id",
            "expires_on",
            "id",
            postgresql_where=text("expires_on IS NOT NULL"),
        ),
    )

    #: Whose
    client_id: Mapped[uuid.UUID]
    #: What for (domain: treatment, sharing, reporting, reminders, research)
    purpose: Mapped[str]
    #: given, refused or withdrawn
    status: Mapped[str]
    #: Which wording was shown
    wording_version: Mapped[str]
    #: When the person decided (clinic time)
    decided_at: Mapped[dt.datetime]
    #: Who wrote it down
    recorded_by: Mapped[uuid.UUID] = who()
    #: Ends by itself after this day
    expires_on: Mapped[dt.date | None]

    client: Mapped[Client] = relationship(foreign_keys="Consent.client_id", lazy="raise")
