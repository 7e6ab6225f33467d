"""What did somebody type into a form that they have not sent yet?"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, member_of_site


class UnsentForm(SiteRow, Base):
    """One form of one person; its identifier is made of the person and the form's address.

    Once it is sent the row holds no words any more, only the key of the form that was sent: a
    late save of the same form, overtaken on its way, can't bring them back.
    """

    __tablename__ = "unsent_forms"
    __table_args__ = (
        member_of_site("staff_id"),
        ForeignKeyConstraint(["site_id", "client_id"], ["clients.site_id", "clients.id"]),
        CheckConstraint("(sealed IS NULL) = (kept_at IS NULL)", name="words_have_a_moment"),
        Index(None, "expires_at"),
        Index(None, "site_id", "staff_id"),
    )

    #: Who types
    staff_id: Mapped[uuid.UUID] = mapped_column(sort_order=1)
    #: The page's path: identifiers at most, never words
    address: Mapped[str] = mapped_column(sort_order=2)
    #: Whom it is about, and whose key seals it; empty for somebody not on record yet
    client_id: Mapped[uuid.UUID | None] = mapped_column(sort_order=3)
    #: Names and texts of the fields: sealed with the client's key, or with the application's
    sealed: Mapped[Sealed | None] = mapped_column(sort_order=4)
    #: When it was kept last (clinic time)
    kept_at: Mapped[dt.datetime | None] = mapped_column(sort_order=5)
    #: Which form was sent last from this address
    sent_key: Mapped[str | None] = mapped_column(sort_order=6)
    #: When it is forgotten (machine time)
    expires_at: Mapped[dt.datetime] = mapped_column(sort_order=7)
