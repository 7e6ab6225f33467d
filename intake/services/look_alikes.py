"""What is known of people who look alike, without telling who they are? Newest case, last contact.

Number and state of a case and the day somebody was met are administrative; a name or a birth date
is shown on request only, and that is recorded.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from intake.access import Actor, Permission, Scope
from intake.models import Appointment, Case, Client, ContactAttempt
from intake.services import duplicates, relations
from intake.services.duplicates import Sought

ANY_CASE = aliased(Case)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be the same person, masked; case and contact are None where there is none.

    `case_reference` and `case_state` are of the newest case; `last_contact_on` is the day, at the
    site, of the last visit kept or the last time somebody reached them, in any case.
    """

    client_id: str
    initials: str
    birth_year: str
    matched: str
    case_reference: str | None
    case_state: str | None
    last_contact_on: dt.date | None


def match(session: Session, sought: Sought, *, actor: Actor) -> tuple[Candidate, ...]:
    """The masked people most alike, the best first; the search itself is recorded."""
    return known(session, duplicates.match(session, sought, actor=actor), actor=actor)


def known(
    session: Session, masked: Sequence[dict[str, str]], *, actor: Actor
) -> tuple[Candidate, ...]:
    """Masked people with their newest case and last contact, in one statement for all."""
    if not masked:
        return ()
    ids = [uuid.UUID(one["client_id"]) for one in masked]
    rows = session.execute(
        select(
            Case.client_id,
            Case.reference,
            Case.state,
            _last_visit().label("last_visit"),
            _last_reached().label("last_reached"),
        )
        .where(Case.client_id.in_(ids))
        .ext(distinct_on(Case.client_id))
        .order_by(Case.client_id, Case.id.desc())
    )
    found, zone = {str(row.client_id): row for row in rows}, ZoneInfo(actor.time_zone)
    return tuple(_candidate(one, found.get(one["client_id"]), zone) for one in masked)


def open_to(session: Session, found: Sequence[Candidate], *, actor: Actor) -> frozenset[str]:
    """Of whom the actor may read who they are, by relation: a grant is for what it was taken for.

    At most one statement.
    """
    ids = [uuid.UUID(one.client_id) for one in found]
    if not ids or actor.scope(Permission.CLIENT_READ) is Scope.SITE:
        return frozenset(map(str, ids))
    mine = select(Client.id).where(Client.id.in_(ids), relations.among_mine(actor))
    return frozenset(map(str, session.execute(mine).scalars()))


def _candidate(masked: dict[str, str], row: Any, zone: ZoneInfo) -> Candidate:
    if row is None:
        return Candidate(**masked, case_reference=None, case_state=None, last_contact_on=None)
    days = [row.last_visit.date()] if row.last_visit else []
    if row.last_reached:
        days.append(row.last_reached.astimezone(zone).date())
    return Candidate(
        **masked,
        case_reference=row.reference,
        case_state=row.state,
        last_contact_on=max(days, default=None),
    )


def _last_visit() -> ScalarSelect[Any]:
    """When the person came last, on the clock of the visit."""
    return (
        select(func.max(Appointment.local_start))
        .where(
            Appointment.site_id == Case.site_id,
            Appointment.client_id == Case.client_id,
            Appointment.status == "fulfilled",
        )
        .correlate(Case)
        .scalar_subquery()
    )


def _last_reached() -> ScalarSelect[Any]:
    """When somebody reached the person last, in any of their cases."""
    of_case = and_(
        ContactAttempt.site_id == ANY_CASE.site_id, ContactAttempt.case_id == ANY_CASE.id
    )
    return (
        select(func.max(ContactAttempt.at))
        .join(ANY_CASE, of_case)
        .where(
            ANY_CASE.site_id == Case.site_id,
            ANY_CASE.client_id == Case.client_id,
            ContactAttempt.outcome == "reached",
        )
        .correlate(Case)
        .scalar_subquery()
    )
