"""Which programs may call the API, at which site, for what, until when."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from intake.models.base import Base, SiteRow, who


class ApiKey(SiteRow, Base):
    """A key of a program. It acts as an account with its own id, which nobody can sign in to."""

    __tablename__ = "api_keys"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) > 0", name="name_given"),
        CheckConstraint("cardinality(scopes) > 0", name="scopes_given"),
        CheckConstraint("octet_length(token_hash) = 32", name="token_is_a_hash"),
        CheckConstraint(
            "expires_at > created_at AND expires_at <= created_at + interval '366 days'",
            name="a_year_at_most",
        ),
        ForeignKeyConstraint(["site_id", "id"], ["memberships.site_id", "memberships.staff_id"]),
        UniqueConstraint("token_hash"),
    )

    #: What the key is for, as its administrator calls it
    name: Mapped[str]
    #: Permissions it has, of those its role has
    scopes: Mapped[list[str]]
    #: Whether everything it writes is undone before the answer
    is_test: Mapped[bool]
    #: SHA-256 of the token; the token itself was shown once
    token_hash: Mapped[bytes]
    #: The administrator who made it
    created_by: Mapped[uuid.UUID] = who()
    #: It works until then, a year at most
    expires_at: Mapped[dt.datetime]
    #: When it was last used, to five minutes
    last_used_at: Mapped[dt.datetime | None]
    #: When it was ended before its time
    revoked_at: Mapped[dt.datetime | None]
