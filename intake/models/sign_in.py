"""What signing in leaves behind: failures that slow the next try, recovery codes, invitations."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from intake.models.base import Base


class SignInFailure(Base):
    """Failed tries for one sign-in name, known here or not, with a password or with a code.

    Counted by a keyed hash of the name: an unknown name is slowed down exactly as a known one,
    and the table tells nobody's address.
    """

    __tablename__ = "sign_in_failures"
    __table_args__ = (CheckConstraint("recent > 0 AND in_a_row >= recent", name="counts_positive"),)

    #: Keyed hash of the name and of what was tried: password or code
    name_hash: Mapped[bytes] = mapped_column(primary_key=True)
    #: Failures, each within 15 minutes of the one before
    recent: Mapped[int]
    #: Failures since the last success, however long ago
    in_a_row: Mapped[int]
    #: When the last one failed
    failed_at: Mapped[dt.datetime]


class RecoveryCode(Base):
    """A code for the day the authenticator is lost. It works once; the code itself isn't stored."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index(None, "staff_id"),)

    #: SHA-256 of 64 random bits
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    #: Whose
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    #: When it was made
    created_at: Mapped[dt.datetime]
    #: When it was used
    used_at: Mapped[dt.datetime | None]


class Invite(Base):
    """A link with which a person sets a password, once and soon. The token isn't stored."""

    __tablename__ = "invites"
    __table_args__ = (Index(None, "staff_id"),)

    #: SHA-256 of the token
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    #: Who is invited
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    #: When it was made
    created_at: Mapped[dt.datetime]
    #: It works until then
    expires_at: Mapped[dt.datetime]
    #: When it was used, or made void by a newer one
    used_at: Mapped[dt.datetime | None]
