"""May the people of the demonstration be loaded here, and who plays with them?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.cli import demo_people
from intake.cli.demo_load import player
from intake.cli.demo_load.player import Order
from intake.database import SET_SITE
from intake.errors import ConfigurationError, IntakeError
from intake.models import Case, Site
from intake.services import members

#: One load at a time; any number that nothing else locks.
ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(7007)")
NOT_EMPTY = (
    "This database holds cases, and demo people go only where there are none, so that nobody is "
    "taken for one of them. On this machine `make reset` begins with an empty one."
)


def has_cases(session: Session) -> bool:
    """Whether any site has a case; a site's rows are seen one site at a time."""
    return any(_of_site(session, site) for site in session.scalars(select(Site.id)).all())


def load(
    session: Session, order: Order, *, now: dt.datetime, progress: Callable[[dt.datetime], None]
) -> int:
    """Play the stories at the demo site; answer how many people there are now.

    The caller commits: it is all there, or nothing is. Raises ConfigurationError when there are
    cases, another load runs, or the people of `intake demo seed` aren't there.
    """
    if not session.scalar(ONE_AT_A_TIME):
        raise ConfigurationError("Another `intake demo load` is running; let it finish.")
    if has_cases(session):
        raise ConfigurationError(NOT_EMPTY)
    staff = everybody(session)
    session.execute(SET_SITE, {"site": str(next(iter(staff.values())).site_id)})
    return player.play(session, staff, order, now=now, progress=progress)


def everybody(session: Session) -> dict[str, Actor]:
    """The staff of `intake demo seed` by name. Raises ConfigurationError."""
    try:
        return {
            name: members.acting(session, demo_people.address(name)) for name in demo_people.PEOPLE
        }
    except IntakeError as error:
        raise ConfigurationError(
            "The staff of the demo site aren't all here. `intake demo seed` makes them in an empty "
            "database; on this machine `make reset` begins with one."
        ) from error


def _of_site(session: Session, site: uuid.UUID) -> bool:
    session.execute(SET_SITE, {"site": str(site)})
    return bool(session.scalar(select(exists().select_from(Case))))
