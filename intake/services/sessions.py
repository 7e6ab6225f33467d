"""Which sessions a person has: opened, listed, ended. The token is shown once, its hash stored."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from intake import clock
from intake.errors import NotFound
from intake.models import StaffSession
from intake.services import audit
from intake.services.audit import Event

PARALLEL_SESSIONS = 3
IDLE = dt.timedelta(minutes=15)
LONGEST = dt.timedelta(hours=12)
# Those that showed a second factor and those that didn't are counted apart: who knows only the
# password can't end the sessions of who proved more.
REVOKE_OLDEST = text(
    "UPDATE staff_sessions SET revoked_at = :now WHERE token_hash IN ("
    " SELECT token_hash FROM staff_sessions WHERE staff_id = :staff AND revoked_at IS NULL"
    " AND (mfa_at IS NOT NULL) = :proven"
    " ORDER BY created_at DESC, token_hash OFFSET :kept)"
)


@dataclass(frozen=True, slots=True)
class MySession:
    """One of my sessions; its identifier can't be turned into its token."""

    id: uuid.UUID
    created_at: dt.datetime
    seen_at: dt.datetime
    mfa_at: dt.datetime | None
    current: bool


def new_token() -> tuple[str, bytes]:
    """256 random bits and what is stored of them."""
    token = secrets.token_urlsafe(32)
    return token, hashlib.sha256(token.encode()).digest()


def open_session(session: Session, staff_id: uuid.UUID, now: dt.datetime) -> str:
    """A session that knows the password only; its token."""
    token, hashed = new_token()
    session.add(StaffSession(token_hash=hashed, staff_id=staff_id, created_at=now, seen_at=now))
    session.flush()
    keep_newest(session, staff_id, now, proven=False)
    return token


def keep_newest(session: Session, staff_id: uuid.UUID, now: dt.datetime, *, proven: bool) -> None:
    """End all but the three newest, of those with a second factor or of those without."""
    session.execute(
        REVOKE_OLDEST,
        {"now": now, "staff": staff_id, "proven": proven, "kept": PARALLEL_SESSIONS},
    )


def mine(session: Session, staff_id: uuid.UUID, current: bytes) -> list[MySession]:
    """My live sessions, newest first. `current` is the hash of this request's token."""
    rows = _live(session, staff_id)
    audit.record(session, Event("session", "list", "R", sensitivity="P4", hits=len(rows)))
    return [
        MySession(
            identifier(row.token_hash),
            row.created_at,
            row.seen_at,
            row.mfa_at,
            row.token_hash == current,
        )
        for row in rows
    ]


def end(session: Session, staff_id: uuid.UUID, wanted: uuid.UUID) -> None:
    """End one of my sessions at once. Raises NotFound."""
    found = [row for row in _live(session, staff_id) if identifier(row.token_hash) == wanted]
    if not found:
        raise NotFound("session")
    close(session, found[0].token_hash, "end")


def close(session: Session, token_hash: bytes, act: str = "sign_out") -> None:
    """End the session at once."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash)
        .values(revoked_at=clock.machine_now())
    )
    audit.record(session, Event("session", act, "E", sensitivity="P4"))


def identifier(token_hash: bytes) -> uuid.UUID:
    """How a session is named: the start of a hash of the stored hash."""
    return uuid.UUID(bytes=hashlib.sha256(token_hash).digest()[:16])


def _live(session: Session, staff_id: uuid.UUID) -> list[StaffSession]:
    now = clock.machine_now()
    return list(
        session.scalars(
            select(StaffSession)
            .where(
                StaffSession.staff_id == staff_id,
                StaffSession.revoked_at.is_(None),
                StaffSession.seen_at > now - IDLE,
                StaffSession.created_at > now - LONGEST,
            )
            .order_by(StaffSession.created_at.desc())
        )
    )
