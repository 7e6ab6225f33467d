"""How failed sign-ins slow the next try: counted in the database, by name, known or not.

After ten failures one waits 1, 2, 4 … 60 seconds; after a hundred in a row, until an
administrator sends a new link (NIST SP 800-63B-4, 3.2.2). Passwords and codes have a lane each:
who fails passwords can't use up the tries of somebody who already gave the right one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable

from sqlalchemy import case, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from intake import database
from intake.errors import IntakeError, RateLimited
from intake.models import SignInFailure

PASSWORD, CODE = "password", "code"
FREE_FAILURES = 10
FAILURE_WINDOW = dt.timedelta(minutes=15)
LONGEST_DELAY = 60
CEILING = 100
LOCKED_RETRY = 3600


def check(session: Session, lane: str, email: str, now: dt.datetime) -> None:
    """Refuse a try that comes too early after failures. Raises RateLimited."""
    found = session.execute(
        select(SignInFailure.recent, SignInFailure.in_a_row, SignInFailure.failed_at).where(
            SignInFailure.name_hash == _name_hash(session, lane, email)
        )
    ).one_or_none()
    if found is None:
        return
    if found.in_a_row >= CEILING:
        raise RateLimited(
            "Too many failed sign-ins in a row. Ask an administrator for a new link.",
            retry_after=LOCKED_RETRY,
        )
    if found.recent < FREE_FAILURES:
        return
    delay = min(LONGEST_DELAY, 2 ** min(found.recent - FREE_FAILURES, 10))
    left = (found.failed_at + dt.timedelta(seconds=delay) - now).total_seconds()
    if left > 0:
        raise RateLimited("Too many failed sign-ins. Wait a moment.", retry_after=int(left) + 1)


def counting(
    refusal: IntakeError, session: Session, lane: str, email: str, now: dt.datetime
) -> IntakeError:
    """The refusal, which counts the failure after its roll-back."""
    refusal.afterwards = _counter(_name_hash(session, lane, email), now)
    return refusal


def forget(session: Session, email: str) -> None:
    """Begin to count anew: the person proved who they are, or got a new link."""
    names = [_name_hash(session, lane, email) for lane in (PASSWORD, CODE)]
    session.execute(delete(SignInFailure).where(SignInFailure.name_hash.in_(names)))


def _counter(name_hash: bytes, now: dt.datetime) -> Callable[[Session], None]:
    """One statement that counts, so that tries at the same moment all count."""

    def count(session: Session) -> None:
        recently = SignInFailure.failed_at > now - FAILURE_WINDOW
        session.execute(
            insert(SignInFailure)
            .values(name_hash=name_hash, recent=1, in_a_row=1, failed_at=now)
            .on_conflict_do_update(
                index_elements=[SignInFailure.name_hash],
                set_={
                    "recent": case((recently, SignInFailure.recent + 1), else_=1),
                    "in_a_row": SignInFailure.in_a_row + 1,
                    "failed_at": now,
                },
            )
        )

    return count


def _name_hash(session: Session, lane: str, email: str) -> bytes:
    """The name under which failures are counted; it can't be read back without the key."""
    said = f"{lane}:{email.strip().lower()}".encode("utf-8", "surrogatepass")
    return hmac.digest(database.keyring(session).index.key, said, hashlib.sha256)
