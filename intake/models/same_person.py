"""Which records are one person's, and which are not although they look alike? Append-only."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from intake.crypto import Sealed
from intake.models.base import Base, Json, SiteRow, who, within_site


class ClientMerge(SiteRow, Base):
    """Two records became one: what moved, and what was taken; enough to take it apart again."""

    __tablename__ = "client_merges"
    __table_args__ = (
        within_site("surviving_id", "clients"),
        within_site("merged_id", "clients"),
        UniqueConstraint("site_id", "merged_id"),
        Index(None, "site_id", "surviving_id"),
    )

    #: The record that goes on
    surviving_id: Mapped[uuid.UUID]
    #: The record that ended
    merged_id: Mapped[uuid.UUID]
    #: Which clinical lead
    merged_by: Mapped[uuid.UUID] = who()
    #: When (clinic time)
    at: Mapped[dt.datetime]
    #: Which parts of the identity came from the record that ended
    fields_taken: Mapped[list[str]]
    #: Identifiers by table, and the look-up tokens and versions there were before
    moved: Mapped[Json]
    #: Why, and the surviving identity as it was: sealed with the survivor's key
    sealed: Mapped[Sealed]


class ClientDistinction(SiteRow, Base):
    """Two people who look alike and are not the same; nobody is asked again."""

    __tablename__ = "client_distinctions"
    __table_args__ = (
        within_site("client_id", "clients"),
        within_site("other_id", "clients"),
        UniqueConstraint("site_id", "client_id", "other_id"),
        Index(None, "site_id", "other_id"),
    )

    #: The one
    client_id: Mapped[uuid.UUID]
    #: The other
    other_id: Mapped[uuid.UUID]
    #: Who said so
    decided_by: Mapped[uuid.UUID] = who()
    #: When (clinic time)
    at: Mapped[dt.datetime]
    #: Why, in words: sealed with the first one's key
    sealed: Mapped[Sealed]
