"""Who can be given a duty here? A person of this site, at work, whose role can do what it asks.

A disabled account reads nothing and a program answers for nobody: what either is given waits for
ever. A refusal says the same of a stranger, a colleague of another site and somebody who is gone,
so that nobody is found out by asking.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import ROLE_PERMISSIONS, Actor, Permission, Role
from intake.errors import FieldErrors
from intake.models import Membership, Staff
from intake.services import api_keys

AtWork = Mapping[uuid.UUID, Role]
#: To answer for a case is to be able to take it over.
ANSWER_FOR_CASES = Permission.HANDOVER_ANSWER
#: What a task of a kind asks of whoever has it; of every other kind, to close it.
OF_TASK = {
    "alert": Permission.ALERT_CLOSE,
    "sign_off": Permission.PLAN_SIGN_OFF,
    "decide_again": Permission.PLAN_DECIDE,
    "second_opinion": Permission.PLAN_DECIDE,
    "set_dates": Permission.PLAN_DECIDE,
    "approve_discharge": Permission.PROPOSAL_DECIDE,
    "merge": Permission.CLIENT_MERGE,
    "offer_place": Permission.PLACEMENT_WRITE,
    "referral_overdue": Permission.CARE_WRITE,
}


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody named in a field, and what they would have to be able to do."""

    pointer: str
    staff_id: uuid.UUID
    needs: frozenset[Permission]


def refuse_unable(
    session: Session, staff_id: uuid.UUID, needs: Permission, *, pointer: str, actor: Actor
) -> None:
    """Refuse somebody who couldn't do it. Raises ValidationFailed naming the field."""
    errors = FieldErrors()
    check(at_work(session, {staff_id}, actor), Named(pointer, staff_id, frozenset({needs})), errors)
    errors.raise_if_any()


def refuse_owner(session: Session, kind: str, owner_id: uuid.UUID, actor: Actor) -> None:
    """Refuse an owner who couldn't do what a kind of task asks. Raises ValidationFailed."""
    needs = OF_TASK.get(kind, Permission.WORK_CLOSE)
    refuse_unable(session, owner_id, needs, pointer="/owner_id", actor=actor)


def at_work(session: Session, staff_ids: Collection[uuid.UUID], actor: Actor) -> AtWork:
    """Those of some people whose accounts are open at the actor's site, with their role there."""
    rows = session.execute(
        select(Membership.staff_id, Membership.role)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(
            Membership.site_id == actor.site_id,
            Membership.staff_id.in_(staff_ids),
            Staff.active,
            api_keys.IS_PERSON,
        )
    )
    return {row.staff_id: Role(row.role) for row in rows}


def check(people: AtWork, named: Named, errors: FieldErrors) -> None:
    """Note a field that names nobody at work who could do it."""
    able = [role for role in Role if named.needs <= ROLE_PERMISSIONS[role]]
    if people.get(named.staff_id) not in able:
        *others, last = (role.value.replace("_", " ") for role in able)
        listed = " or ".join(([", ".join(others)] if others else []) + [last])
        message = f"Name somebody who works at this site as {listed} and whose account is open."
        errors.add(named.pointer, "unknown", message)
