"""How a person proves to hold the second factor: set-up, codes that work once, recovery codes.

TOTP as in RFC 6238: six digits, thirty seconds, the present step and the one before. The time of
a code is machine time. The secret is sealed with the application key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass

import pyotp
from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.orm import Session

from intake import clock, database
from intake.errors import AuthenticationRequired, Conflict, MfaRequired
from intake.models import RecoveryCode, Staff, StaffSession
from intake.services import audit, failures
from intake.services.audit import Event
from intake.services.sessions import keep_newest, new_token

ISSUER = "Intake"
STEP_SECONDS = 30
RECOVERY_CODES = 10
FIELD = "staff.totp_secret"
WRONG = "This code doesn't match, or it was used already. Wait for the next one."


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an authenticator needs; shown once, then only sealed."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The session after the second factor: its new token, and recovery codes of a first time."""

    token: str
    recovery_codes: tuple[str, ...] = ()


def set_up(session: Session, staff_id: uuid.UUID) -> SetUp:
    """Make a secret for a person who has none in use. Raises Conflict."""
    staff = _person(session, staff_id)
    if staff.totp_confirmed_at is not None:
        raise Conflict(
            "A second factor is in use. If it is lost, use a recovery code, or ask an "
            "administrator to reset it."
        )
    secret = new_secret(session, staff)
    audit.record(session, Event("session", "mfa_setup", "U", row=staff, sensitivity="P4"))
    uri = pyotp.TOTP(secret).provisioning_uri(name=staff.email, issuer_name=ISSUER)
    return SetUp(secret, uri)


def new_secret(session: Session, staff: Staff) -> str:
    """Give a person a new secret, not confirmed yet; the one way it is ever seen."""
    secret = pyotp.random_base32()
    vault = database.keyring(session).application_vault()
    staff.totp_secret = vault.seal(FIELD, staff.id, secret)
    staff.last_totp_counter = None
    return secret


def show(
    session: Session,
    token_hash: bytes,
    *,
    staff_id: uuid.UUID,
    code: str | None = None,
    recovery_code: str | None = None,
) -> Shown:
    """Check a code and give the session a new token. Raises MfaRequired or RateLimited."""
    now, staff = clock.machine_now(), _person(session, staff_id)
    failures.check(session, failures.CODE, staff.email, now)
    is_right = (
        _use_code(session, staff, code, now)
        if code is not None
        else _use_recovery_code(session, staff, recovery_code or "", now)
    )
    if not is_right:
        raise failures.counting(MfaRequired(WRONG), session, failures.CODE, staff.email, now)
    _seal_anew(session, staff)
    token = _step_up(session, token_hash, now)
    keep_newest(session, staff.id, now, proven=True)
    failures.forget(session, staff.email)
    fresh = () if staff.totp_confirmed_at else _first_time(session, staff, now)
    done = "recovery_code" if recovery_code is not None else "second_factor"
    audit.record(session, Event("session", done, "E", row=staff, sensitivity="P4"))
    return Shown(token, fresh)


def _person(session: Session, staff_id: uuid.UUID) -> Staff:
    return session.execute(select(Staff).where(Staff.id == staff_id)).scalar_one()


def _use_code(session: Session, staff: Staff, code: str, now: dt.datetime) -> bool:
    """Whether the code is right and new. The step moves forward in one UPDATE: one code, once."""
    if staff.totp_secret is None:
        return False
    vault = database.keyring(session).application_vault()
    totp = pyotp.TOTP(vault.open(FIELD, staff.id, staff.totp_secret))
    step = int(now.timestamp()) // STEP_SECONDS
    for counter in (step, step - 1):
        if secrets.compare_digest(totp.generate_otp(counter), code):
            return _changed_one(
                session,
                update(Staff)
                .where(
                    Staff.id == staff.id,
                    Staff.totp_secret == staff.totp_secret,
                    or_(Staff.last_totp_counter.is_(None), Staff.last_totp_counter < counter),
                )
                .values(last_totp_counter=counter)
                .execution_options(synchronize_session=False),
            )
    return False


def _seal_anew(session: Session, staff: Staff) -> None:
    """Seal the secret with the key in use, so that an older one can be removed some day."""
    vault = database.keyring(session).application_vault()
    if staff.totp_secret is not None and not vault.sealed_now(staff.totp_secret):
        staff.totp_secret = vault.seal(
            FIELD, staff.id, vault.open(FIELD, staff.id, staff.totp_secret)
        )


def _use_recovery_code(session: Session, staff: Staff, code: str, now: dt.datetime) -> bool:
    """Whether the code is theirs and unused; it is used now, by one request only."""
    return _changed_one(
        session,
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash == _recovery_hash(code),
            RecoveryCode.staff_id == staff.id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now),
    )


def _step_up(session: Session, token_hash: bytes, now: dt.datetime) -> str:
    """Replace the token: what was known before the step-up opens nothing any more."""
    token, hashed = new_token()
    moved = _changed_one(
        session,
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash, StaffSession.revoked_at.is_(None))
        .values(token_hash=hashed, mfa_at=now, seen_at=now)
        .execution_options(synchronize_session=False),
    )
    if not moved:
        raise AuthenticationRequired("The session has ended. Sign in again.")
    return token


def _first_time(session: Session, staff: Staff, now: dt.datetime) -> tuple[str, ...]:
    """The authenticator works: from now on it is asked for. Ten recovery codes, shown once."""
    session.execute(
        update(Staff)
        .where(Staff.id == staff.id)
        .values(totp_confirmed_at=func.coalesce(Staff.totp_confirmed_at, now))
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    codes = tuple(_grouped(secrets.token_hex(8)) for _ in range(RECOVERY_CODES))
    session.add_all(
        RecoveryCode(code_hash=_recovery_hash(code), staff_id=staff.id, created_at=now)
        for code in codes
    )
    return codes


def _grouped(code: str) -> str:
    """Sixteen digits as 1234-5678-9abc-def0."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _recovery_hash(code: str) -> bytes:
    """SHA-256 of a recovery code, however it was typed."""
    return hashlib.sha256("".join(code.lower().replace("-", " ").split()).encode()).digest()


def _changed_one(session: Session, statement: object) -> bool:
    """Whether the UPDATE met its one row."""
    result = session.execute(statement)  # type: ignore[call-overload] # an UPDATE of ours
    return isinstance(result, CursorResult) and result.rowcount == 1
