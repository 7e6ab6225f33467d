"""As whom, and when, does a scene of the demonstration happen? One act of one person at a time.

All scenes share one transaction, so that a load is there as a whole or not at all. Each act is what
a request would be: the permission is asked for, the service is called with the moment of the story
as clinic time, the events are written in the name of whoever acts, the session forgets the rows.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake import clock
from intake.access import Actor, Permission
from intake.services import audit
from intake.services.audit import Context

CLIENT = "demo load"


@dataclass(frozen=True, slots=True)
class Work:
    """What a scene works with: the session, who acts, and clinic time; as a view of the API has."""

    session: Session
    actor: Actor
    now: dt.datetime

    def version(self, model: Any, row_id: uuid.UUID) -> int:
        """The version of a row as it is now."""
        found: int = self.session.execute(
            select(model.version).where(model.id == row_id)
        ).scalar_one()
        return found


@dataclass(slots=True)
class Stage:
    """The site with its staff by name, and the moment at which the story is."""

    session: Session
    staff: Mapping[str, Actor]
    #: The moment of the load: the stories end here (clinic time)
    until: dt.datetime
    #: Where the stories are (clinic time)
    moment: dt.datetime
    #: Something was observed that may have raised an alert
    has_observed: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the site."""
        return ZoneInfo(next(iter(self.staff.values())).time_zone)

    @property
    def today(self) -> dt.date:
        """The day of the load at the site."""
        return self.until.astimezone(self.zone).date()

    def id_of(self, who: str) -> uuid.UUID:
        """The staff id of somebody."""
        return self.staff[who].staff_id

    @contextmanager
    def acting(self, who: str, permission: Permission) -> Iterator[Work]:
        """One act of that person at the moment of the story. Raises Forbidden, and what it does."""
        actor = self.staff[who]
        audit.begin(
            self.session,
            Context(
                request_id=clock.uuid7(),
                service="cli",
                agent_role=actor.role.value,
                occurred_at=self.moment,
                site_id=actor.site_id,
                agent_id=actor.staff_id,
                agent_client=CLIENT,
            ),
        )
        actor.require(permission)
        yield Work(self.session, actor, self.moment)
        audit.write(self.session)
        # The next act reads what is stored, as the next request would.
        self.session.expunge_all()
