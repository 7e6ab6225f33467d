"""Where treatment takes place: programmes of a site, and who has or waits for a place there."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.crypto import Sealed
from intake.models.base import Base, SiteRow, Versioned, closed, who, within_site
from intake.models.cases import URGENCIES, Case
from intake.models.plans import SETTINGS

PROGRAMME_KINDS = ("inpatient_unit", "detox_centre", "cbt_clinic", "peer_group")
PLACEMENT_STATES = (
    "waiting",
    "offered",
    "accepted",
    "started",
    "ended",
    "declined",
    "withdrawn",
)
#: A place is held from the offer on.
HOLDING = ("offered", "accepted", "started")
OPEN_PLACEMENTS = ("waiting", *HOLDING)
_OPEN = ", ".join(f"'{state}'" for state in OPEN_PLACEMENTS)
_SETTINGS = ", ".join(f"'{setting}'" for setting in SETTINGS)


class Programme(SiteRow, Versioned, Base):
    """One unit, centre, clinic or group, with its places and whom it takes."""

    __tablename__ = "programmes"
    __table_args__ = (
        closed("kind", PROGRAMME_KINDS),
        CheckConstraint("capacity BETWEEN 0 AND 1000", name="capacity_range"),
        CheckConstraint(
            f"cardinality(settings) > 0 AND settings <@ ARRAY[{_SETTINGS}]::text[]",
            name="settings_known",
        ),
        CheckConstraint("sexes <@ ARRAY['female', 'male', 'intersex']::text[]", name="sexes_known"),
        CheckConstraint("max_age >= min_age", name="ages_in_order"),
        UniqueConstraint("site_id", "name"),
    )

    #: What staff call it
    name: Mapped[str]
    #: inpatient_unit, detox_centre, cbt_clinic or peer_group
    kind: Mapped[str]
    #: How many people it takes at a time
    capacity: Mapped[int]
    #: Settings of a plan that it serves
    settings: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: Sexes at birth it takes; empty for every
    sexes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: Youngest age in years
    min_age: Mapped[int | None]
    #: Oldest age in years
    max_age: Mapped[int | None]
    #: Works in a group: nobody for whom groups are contra-indicated
    is_group: Mapped[bool]
    #: Its staff know ketamine and other dissociative drugs
    is_experienced_in_dissociatives: Mapped[bool]
    #: Takes people at present
    is_open: Mapped[bool]


class Placement(SiteRow, Versioned, Base):
    """A person's place in a programme, from the waiting list to its end."""

    __tablename__ = "placements"
    __table_args__ = (
        within_site("case_id", "cases"),
        within_site("programme_id", "programmes"),
        closed("state", PLACEMENT_STATES),
        closed("urgency", URGENCIES),
        closed("gap_setting", SETTINGS),
        CheckConstraint("ended_on >= started_on", name="end_after_start"),
        CheckConstraint(
            "(state IN ('started', 'ended')) = (started_on IS NOT NULL)"
            " AND (state = 'ended') = (ended_on IS NOT NULL)",
            name="stay_whole",
        ),
        Index(
            "uq_placements_one_open_per_programme",
            "site_id",
            "case_id",
            "programme_id",
            unique=True,
            postgresql_where=text(f"state IN ({_OPEN})"),
        ),
        Index(
            "ix_placements_open",
            "site_id",
            "programme_id",
            postgresql_where=text(f"state IN ({_OPEN})"),
        ),
        Index(None, "site_id", "case_id", "id"),
    )

    #: Whose case
    case_id: Mapped[uuid.UUID]
    #: Where
    programme_id: Mapped[uuid.UUID]
    #: waiting, offered, accepted, started, ended, declined or withdrawn
    state: Mapped[str] = mapped_column(default="waiting")
    #: routine, urgent or emergency: decides the order before the time waited
    urgency: Mapped[str]
    #: Since when the person waits (clinic time)
    waits_since: Mapped[dt.datetime]
    #: When a free place was this person's turn and its task was opened
    called_at: Mapped[dt.datetime | None]
    #: What is done until there is a place
    gap_setting: Mapped[str]
    #: Chosen although the programme has no experience with dissociative drugs
    takes_inexperienced: Mapped[bool]
    #: First day there
    started_on: Mapped[dt.date | None]
    #: Last day there
    ended_on: Mapped[dt.date | None]
    #: The plan meanwhile, why an inexperienced programme, and reasons: sealed
    sealed: Mapped[Sealed]
    #: Who asked for the place
    asked_by: Mapped[uuid.UUID] = who()

    case: Mapped[Case] = relationship(foreign_keys="Placement.case_id", lazy="raise")
    programme: Mapped[Programme] = relationship(foreign_keys="Placement.programme_id", lazy="raise")
