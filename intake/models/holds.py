"""What keeps a record from being erased, and who asked for an erasure and who agreed."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, Versioned, closed, who, within_site
from intake.models.clients import Client

HOLD_STATES = ("requested", "active", "lift_requested", "lifted")
ERASURE_STATES = ("requested", "approved", "refused", "withdrawn", "done")
ERASURE_REASONS = ("retention_over", "client_request", "registered_in_error")


class LegalHold(SiteRow, Versioned, Base):
    """Nothing of this person may be erased until it is lifted: asked for by one, placed by another.

    It holds from the moment it is asked for: waiting for the second person must lose nothing.
    """

    __tablename__ = "legal_holds"
    __table_args__ = (
        within_site("client_id", "clients"),
        closed("state", HOLD_STATES),
        CheckConstraint("placed_by <> requested_by", name="second_person_places"),
        CheckConstraint(
            "state <> 'lifted' OR (lifted_by IS NOT NULL AND lift_requested_by IS NOT NULL"
            " AND lifted_by <> lift_requested_by)",
            name="second_person_lifts",
        ),
        Index(None, "site_id", "client_id"),
    )

    #: Whose record is held
    client_id: Mapped[uuid.UUID]
    #: requested, active, lift_requested or lifted
    state: Mapped[str] = mapped_column(default="requested")
    #: Why, in words: sealed
    sealed: Mapped[Sealed]
    #: Who asked for it
    requested_by: Mapped[uuid.UUID] = who()
    #: When (clinic time)
    requested_at: Mapped[dt.datetime]
    #: The second person, who placed it
    placed_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: When
    placed_at: Mapped[dt.datetime | None]
    #: Who asked to lift it
    lift_requested_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: When
    lift_requested_at: Mapped[dt.datetime | None]
    #: The second person, who lifted it
    lifted_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: When
    lifted_at: Mapped[dt.datetime | None]

    client: Mapped[Client] = relationship(foreign_keys="LegalHold.client_id", lazy="raise")


class Erasure(SiteRow, Versioned, Base):
    """An erasure of one person: asked for by one, agreed by another, done by a command."""

    __tablename__ = "erasures"
    __table_args__ = (
        within_site("client_id", "clients"),
        closed("state", ERASURE_STATES),
        closed("reason", ERASURE_REASONS),
        CheckConstraint(
            "state NOT IN ('approved', 'done')"
            " OR (decided_by IS NOT NULL AND decided_by <> requested_by)",
            name="second_person_agrees",
        ),
        Index(
            "uq_erasures_one_open_per_client",
            "site_id",
            "client_id",
            unique=True,
            postgresql_where=text("state IN ('requested', 'approved')"),
        ),
    )

    #: Who is to be erased
    client_id: Mapped[uuid.UUID]
    #: requested, approved, refused, withdrawn or done
    state: Mapped[str] = mapped_column(default="requested")
    #: retention_over, client_request or registered_in_error
    reason: Mapped[str]
    #: Who asked for it
    requested_by: Mapped[uuid.UUID] = who()
    #: When (clinic time)
    requested_at: Mapped[dt.datetime]
    #: The second person, who agreed or refused
    decided_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: When
    decided_at: Mapped[dt.datetime | None]
    #: Who called it off before it was carried out; that takes one person
    withdrawn_by: Mapped[uuid.UUID | None] = who(nullable=True)
    #: When
    withdrawn_at: Mapped[dt.datetime | None]
    #: When the key was destroyed
    done_at: Mapped[dt.datetime | None]

    client: Mapped[Client] = relationship(foreign_keys="Erasure.client_id", lazy="raise")
