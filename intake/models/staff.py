"""Who works here: staff, their role at each site, and their sessions."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from intake import clock
from intake.access import Role
from intake.crypto import Sealed
from intake.models.base import Base, HasId, Versioned, closed


class Staff(HasId, Versioned, Base):
    """A person who signs in. One account, whatever the number of sites."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        CheckConstraint("failed_count >= 0", name="failed_count_positive"),
    )

    #: The sign-in name, in lower case
    email: Mapped[str] = mapped_column(unique=True)
    #: The name colleagues see
    display_name: Mapped[str]
    #: argon2id, with its parameters
    password_hash: Mapped[str]
    #: When the password was last set
    password_changed_at: Mapped[dt.datetime] = mapped_column(default=clock.machine_now)
    #: False once disabled: sessions end at once
    active: Mapped[bool] = mapped_column(default=True)
    #: Not used since failures are counted by name (sign_in_failures); the next release drops it
    failed_count: Mapped[int] = mapped_column(default=0)
    #: Not used either
    failed_at: Mapped[dt.datetime | None]
    #: The second factor's secret, sealed with the application key
    totp_secret: Mapped[Sealed | None]
    #: When a first code proved that the authenticator holds the secret; null until then
    totp_confirmed_at: Mapped[dt.datetime | None]
    #: The last time step a code was accepted for; it only rises
    last_totp_counter: Mapped[int | None]
    #: When the account was made
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.machine_now)


class Membership(Versioned, Base):
    """The role of a person at a site."""

    __tablename__ = "memberships"
    __table_args__ = (
        closed("role", tuple(role.value for role in Role)),
        Index(None, "staff_id"),
    )

    #: The site
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    #: The person
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    #: What the person does there
    role: Mapped[str]


class StaffSession(Base):
    """A signed-in browser or client. The token itself is never stored."""

    __tablename__ = "staff_sessions"
    __table_args__ = (Index(None, "staff_id", "created_at"),)

    #: SHA-256 of the token; replaced when the second factor is shown
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    #: Whose session
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    #: Start; it ends 12 hours later at the latest
    created_at: Mapped[dt.datetime]
    #: Last used, to the minute; it ends after 15 idle minutes
    seen_at: Mapped[dt.datetime]
    #: When the second factor was last shown
    mfa_at: Mapped[dt.datetime | None]
    #: When it was ended before its time
    revoked_at: Mapped[dt.datetime | None]
