"""Where the service works: sites and the settings people may change."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from intake import clock
from intake.models.base import Base, HasId, Versioned


class Site(HasId, Versioned, Base):
    """One place of work with its own clients, staff, time zone and telephone number."""

    __tablename__ = "sites"
    __table_args__ = (
        ForeignKeyConstraint(
            ["id", "on_duty_staff_id"],
            ["memberships.site_id", "memberships.staff_id"],
            name="fk_sites_on_duty_staff_id",
            use_alter=True,
        ),
        CheckConstraint("length(btrim(name)) > 0", name="name_given"),
    )

    #: The name staff see; it never leaves in a message
    name: Mapped[str]
    #: IANA name; local wall times are meant in it
    time_zone: Mapped[str]
    #: The number a reminder tells people to call, E.164
    phone: Mapped[str]
    #: A neutral alias shown as the sender of messages
    sender_name: Mapped[str]
    #: Who answers critical alerts now; empty means every clinical lead
    on_duty_staff_id: Mapped[uuid.UUID | None]
    #: When the site was set up
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.machine_now)


class SiteSetting(Versioned, Base):
    """One setting of one site that differs from its default (`intake/site_settings.py`)."""

    __tablename__ = "site_settings"

    #: The site
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    #: A key declared in intake/site_settings.py
    key: Mapped[str] = mapped_column(primary_key=True)
    #: The value, of the declared type
    value: Mapped[object] = mapped_column(JSONB)
