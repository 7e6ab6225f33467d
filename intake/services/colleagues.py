"""Who works at a site? Names to choose from, where something is given to somebody or booked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission, Role
from intake.models import Membership, Staff
from intake.permissions import ROLE_PERMISSIONS
from intake.services import api_keys


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at the actor's site, in one role there."""

    id: uuid.UUID
    name: str
    role: str


def who_may(session: Session, permission: Permission, *, actor: Actor) -> tuple[Colleague, ...]:
    """Active staff of the site whose role has that permission, by name; no program."""
    roles = [str(role) for role in Role if permission in ROLE_PERMISSIONS[role]]
    rows = session.execute(
        select(Staff.id, Staff.display_name, Membership.role)
        .join(Membership, Membership.staff_id == Staff.id)
        .where(
            Membership.site_id == actor.site_id,
            Membership.role.in_(roles),
            Staff.active,
            api_keys.IS_PERSON,
        )
        .order_by(Staff.display_name, Staff.id)
    )
    return tuple(Colleague(row.id, row.display_name, row.role) for row in rows)
