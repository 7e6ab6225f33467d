"""How a person proves who they are: the password, and what comes next.

Own service on argon2-cffi and tables, not an extension (ADR 0014): sessions live on the server,
a failure is counted even though the request is refused, and every step leaves its event.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake import clock
from intake.errors import AuthenticationRequired
from intake.models import Membership, Site, Staff
from intake.services import audit, failures, passwords, sessions
from intake.services.audit import Event

WRONG = "E-mail address and password don't match an active account."


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session that knows the password only; `next` is what the person has to show or set up."""

    token: str
    next: str


@dataclass(frozen=True, slots=True)
class SiteOfPerson:
    """One site where a person works, and their role there."""

    id: uuid.UUID
    name: str
    time_zone: str
    role: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, with every site they work at, by name."""

    id: uuid.UUID
    email: str
    display_name: str
    sites: tuple[SiteOfPerson, ...]


def sign_in(session: Session, *, email: str, password: str) -> OpenedSession:
    """Check e-mail and password and open a session that opens nothing but the second factor.

    Raises AuthenticationRequired (one answer for unknown, wrong and disabled) or RateLimited.
    """
    now = clock.machine_now()
    failures.check(session, failures.PASSWORD, email, now)
    staff = session.execute(
        select(Staff).where(Staff.email == email.strip().lower())
    ).scalar_one_or_none()
    is_right = passwords.matches(staff.password_hash if staff else None, password)
    if not is_right or staff is None or not staff.active:
        raise failures.counting(
            AuthenticationRequired(WRONG), session, failures.PASSWORD, email, now
        )
    if passwords.needs_rehash(staff.password_hash):
        staff.password_hash = passwords.hash_password(password)
    token = sessions.open_session(session, staff.id, now)
    audit.record(session, Event("session", "sign_in", "E", row=staff, sensitivity="P4"))
    return OpenedSession(token, "mfa" if staff.totp_confirmed_at else "mfa_setup")


def change_password(session: Session, staff_id: uuid.UUID, *, current: str, new: str) -> None:
    """Set another password; every session ends. Raises MfaRequired, ValidationFailed."""
    now = clock.machine_now()
    staff = session.execute(select(Staff).where(Staff.id == staff_id)).scalar_one()
    failures.check(session, failures.CODE, staff.email, now)
    if not passwords.matches(staff.password_hash, current):
        wrong = AuthenticationRequired("The present password is wrong.")
        raise failures.counting(wrong, session, failures.CODE, staff.email, now)
    set_password(session, staff, new)
    audit.record(session, Event("staff", "password", "U", row=staff, sensitivity="P4"))


def set_password(session: Session, staff: Staff, password: str) -> None:
    """Set a password that is good enough; the database ends all sessions with it.

    Raises ValidationFailed.
    """
    sites = session.scalars(
        select(Site.name)
        .join(Membership, Membership.site_id == Site.id)
        .where(Membership.staff_id == staff.id)
    ).all()
    passwords.check_password(password, staff.email, staff.display_name, *sites)
    staff.password_hash = passwords.hash_password(password)
    staff.password_changed_at = clock.machine_now()


def whoami(session: Session, staff_id: uuid.UUID) -> dict[str, object]:
    """The signed-in person, with role and name of each site. Raises AuthenticationRequired."""
    person = person_and_sites(session, staff_id)
    audit.record(session, Event("session", "whoami", "R", sensitivity="P4"))
    return {
        "id": person.id,
        "email": person.email,
        "display_name": person.display_name,
        "sites": person.sites,
    }


def person_and_sites(session: Session, staff_id: uuid.UUID) -> Person:
    """Who is signed in and where they work, for the head of a page: one statement, no event.

    Raises AuthenticationRequired when they work nowhere.
    """
    rows = session.execute(
        select(Staff.id, Staff.email, Staff.display_name, Membership.role, Site)
        .join(Membership, Membership.staff_id == Staff.id)
        .join(Site, Site.id == Membership.site_id)
        .where(Staff.id == staff_id)
        .order_by(Site.name)
    ).all()
    if not rows:
        raise AuthenticationRequired("This account works at no site; ask an administrator.")
    return Person(
        rows[0].id,
        rows[0].email,
        rows[0].display_name,
        tuple(
            SiteOfPerson(one.Site.id, one.Site.name, one.Site.time_zone, one.role) for one in rows
        ),
    )
