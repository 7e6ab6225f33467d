"""How a person proves who they are: password, session, sign-out, throttle.

Own service on argon2-cffi and tables, not an extension (ADR 0014): sessions live on the server,
a failure is counted even though the request is refused, and every step leaves its event.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import threading
import uuid
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import case, select, text, update
from sqlalchemy.orm import Session

from intake import clock
from intake.access import Role
from intake.errors import (
    AuthenticationRequired,
    Conflict,
    FieldError,
    RateLimited,
    ValidationFailed,
)
from intake.models import Membership, Site, Staff, StaffSession
from intake.services import audit
from intake.services.audit import Event

SHORTEST_PASSWORD, LONGEST_PASSWORD = 15, 128
FREE_FAILURES = 10
FAILURE_WINDOW = dt.timedelta(minutes=15)
LONGEST_DELAY = 60
PARALLEL_SESSIONS = 3
# 64 MiB and three passes: some 50 ms a hash; two at a time, so sign-ins can't starve the rest.
HASHER = PasswordHasher()
HASHING = threading.BoundedSemaphore(2)
WRONG = "E-mail address and password don't match an active account."
# Words that say where somebody works are the first a stranger tries.
CONTEXT_WORDS = ("ketamine", "intake", "password", "clinic")
REVOKE_OLDEST = text(
    "UPDATE staff_sessions SET revoked_at = :now WHERE token_hash IN ("
    " SELECT token_hash FROM staff_sessions WHERE staff_id = :staff AND revoked_at IS NULL"
    " ORDER BY created_at DESC, token_hash OFFSET :kept)"
)


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A new session: its token, shown once, and whose it is."""

    token: str
    staff_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A person to be given an account and a role at a site."""

    email: str
    display_name: str
    password: str
    role: Role
    site_id: uuid.UUID


def sign_in(session: Session, *, email: str, password: str) -> OpenedSession:
    """Check e-mail and password and open a session.

    Raises AuthenticationRequired (one answer for unknown, wrong and disabled) or RateLimited.
    """
    now = clock.machine_now()
    staff = session.execute(select(Staff).where(Staff.email == email.lower())).scalar_one_or_none()
    if staff is not None:
        _throttle(staff, now)
    if not _matches(staff, password) or staff is None or not staff.active:
        raise _refused(staff.id if staff else None, now)
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_hash=hashlib.sha256(token.encode()).digest(),
            staff_id=staff.id,
            created_at=now,
            seen_at=now,
        )
    )
    if staff.failed_count:
        staff.failed_count = 0
    session.flush()
    session.execute(REVOKE_OLDEST, {"now": now, "staff": staff.id, "kept": PARALLEL_SESSIONS})
    audit.record(session, Event("session", "sign_in", "E", row=staff, sensitivity="P4"))
    return OpenedSession(token, staff.id)


def sign_out(session: Session, token_hash: bytes) -> None:
    """End the session at once."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash)
        .values(revoked_at=clock.machine_now())
    )
    audit.record(session, Event("session", "sign_out", "E", sensitivity="P4"))


def create_staff(session: Session, order: NewStaff) -> Staff:
    """Give a person an account with a role at one site. Raises ValidationFailed or Conflict."""
    check_password(order.password, order.email)
    email = order.email.strip().lower()
    if session.scalar(select(Staff.id).where(Staff.email == email)) is not None:
        raise Conflict("An account with this e-mail address exists already.")
    staff = Staff(
        email=email, display_name=order.display_name, password_hash=hash_password(order.password)
    )
    session.add(staff)
    session.flush()
    membership = Membership(site_id=order.site_id, staff_id=staff.id, role=order.role.value)
    session.add(membership)
    session.flush()
    audit.record(session, Event("staff", "create", "C", row=staff, sensitivity="P4"))
    return staff


def whoami(session: Session, staff_id: uuid.UUID) -> dict[str, object]:
    """The signed-in person, with role and name of each site."""
    rows = session.execute(
        select(Staff.id, Staff.email, Staff.display_name, Membership.role, Site)
        .join(Membership, Membership.staff_id == Staff.id)
        .join(Site, Site.id == Membership.site_id)
        .where(Staff.id == staff_id)
        .order_by(Site.name)
    ).all()
    if not rows:
        raise AuthenticationRequired("This account works at no site; ask an administrator.")
    audit.record(session, Event("session", "whoami", "R", sensitivity="P4"))
    return {
        "id": rows[0].id,
        "email": rows[0].email,
        "display_name": rows[0].display_name,
        "sites": [
            {
                "id": row.Site.id,
                "name": row.Site.name,
                "time_zone": row.Site.time_zone,
                "role": row.role,
            }
            for row in rows
        ],
    }


def hash_password(password: str) -> str:
    """argon2id of a password, at most two at a time in this process."""
    with HASHING:
        return HASHER.hash(password)


def check_password(password: str, email: str) -> None:
    """Refuse what is short, endless or guessable. Raises ValidationFailed."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ValidationFailed(
            FieldError(
                "/password",
                "password_length",
                f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; "
                "a sentence is a good one.",
            )
        )
    plain = password.lower()
    words = (*CONTEXT_WORDS, email.lower().partition("@")[0])
    left = plain
    for word in words:
        left = left.replace(word, "")
    if len(set(left)) < SHORTEST_PASSWORD // 3:
        raise ValidationFailed(
            FieldError("/password", "password_guessable", "This is too easy to guess.")
        )


def _matches(staff: Staff | None, password: str) -> bool:
    """Whether the password is right; an unknown account takes the same time."""
    with HASHING:
        try:
            return HASHER.verify(staff.password_hash if staff else _dummy(), password)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _dummy() -> str:
    """A hash that nothing matches, made once: same parameters, same time."""
    return HASHER.hash(secrets.token_urlsafe(32))


def _throttle(staff: Staff, now: dt.datetime) -> None:
    """After ten failures, wait 1, 2, 4 … 60 seconds between tries. Raises RateLimited."""
    if staff.failed_count < FREE_FAILURES or staff.failed_at is None:
        return
    delay = min(LONGEST_DELAY, 2 ** min(staff.failed_count - FREE_FAILURES, 10))
    left = (staff.failed_at + dt.timedelta(seconds=delay) - now).total_seconds()
    if left > 0:
        raise RateLimited("Too many failed sign-ins. Wait a moment.", retry_after=int(left) + 1)


def _refused(staff_id: uuid.UUID | None, now: dt.datetime) -> AuthenticationRequired:
    """The one answer to a failed sign-in; it counts the failure after the roll-back."""
    refusal = AuthenticationRequired(WRONG)

    def count(session: Session) -> None:
        recent = Staff.failed_at > now - FAILURE_WINDOW
        session.execute(
            update(Staff)
            .where(Staff.id == staff_id)
            .values(failed_count=case((recent, Staff.failed_count + 1), else_=1), failed_at=now)
        )

    if staff_id is not None:
        refusal.afterwards = count
    return refusal
