"""Who acts when a command names a member of staff? The person at one site, in the role there."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Role
from intake.errors import BadRequest, Forbidden
from intake.models import Membership, Site, Staff

# Nobody's token: whoever can run commands has been let in by the operating system.
NO_SESSION = b""


def acting(session: Session, email: str, site_id: uuid.UUID | None = None) -> Actor:
    """The active member of staff with that address, at that site or the only one.

    Raises Forbidden when nobody of that address works there, BadRequest when a site must be named.
    """
    query = (
        select(Staff.id, Membership.role, Site.id.label("site_id"), Site.time_zone)
        .join(Membership, Membership.staff_id == Staff.id)
        .join(Site, Site.id == Membership.site_id)
        .where(Staff.email == email.strip().lower(), Staff.active)
        .limit(2)
    )
    if site_id is not None:
        query = query.where(Site.id == site_id)
    rows = session.execute(query).all()
    if not rows:
        raise Forbidden("Nobody with that address works here, or the account is disabled.")
    if len(rows) > 1:
        raise BadRequest("This person works at several sites; say at which.")
    row = rows[0]
    return Actor(
        staff_id=row.id,
        role=Role(row.role),
        site_id=row.site_id,
        time_zone=row.time_zone,
        session=NO_SESSION,
    )
