"""Who may write a reminder just now? Whoever holds the token of its lease.

`claim` leases due rows of all sites for a while, in one statement that sees nothing but the queue's
columns. Attempts count at the claim, so a reminder that kills its process ends too; `suspects` and
`discount` keep the ones that were merely beside it from paying for that.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from intake.models import Reminder, ReminderAttempt

CLAIM = text(
    "SELECT id, site_id, lease_token, attempts FROM claim_due("
    ":now, make_interval(secs => :lease_seconds), :owner, :limit)"
)


def claim(
    session: Session, owner: str, *, now: dt.datetime, lease_seconds: float, limit: int
) -> list[Claimed]:
    """Lease due reminders of all sites to `owner`; commit before doing anything with them.

    `now` is clinic time; the lease runs on machine time. Rows whose lease ended are taken over.
    """
    values = {"now": now, "lease_seconds": lease_seconds, "owner": owner, "limit": limit}
    return [Claimed(*row) for row in session.execute(CLAIM, values)]


def suspects(session: Session, token: uuid.UUID) -> list[uuid.UUID]:
    """Leased rows whose last claim left no attempt: the process that held them may have died."""
    last = (
        select(ReminderAttempt.n)
        .where(
            ReminderAttempt.reminder_id == Reminder.id,
            ReminderAttempt.n == Reminder.attempts - 1,
        )
        .exists()
    )
    mine = select(Reminder.id).where(
        Reminder.lease_token == token, Reminder.state == "leased", Reminder.attempts > 1, ~last
    )
    return list(session.scalars(mine))


def discount(session: Session, token: uuid.UUID, ids: Sequence[uuid.UUID], *, by: int) -> None:
    """Change how many claims of these rows don't count as attempts, while the lease is ours."""
    session.execute(
        update(Reminder)
        .where(Reminder.lease_token == token, Reminder.state == "leased", Reminder.id.in_(ids))
        .values(outage_attempts=Reminder.outage_attempts + by)
        .execution_options(synchronize_session=False)
    )


def seconds_left(session: Session, token: uuid.UUID) -> float:
    """Seconds of the lease that are left by the database's own clock."""
    ends = func.min(Reminder.lease_until) - func.clock_timestamp()
    left = session.scalar(select(ends).where(Reminder.lease_token == token))
    return left.total_seconds() if isinstance(left, dt.timedelta) else 0.0


@dataclass(frozen=True, slots=True)
class Claimed:
    """One leased row."""

    id: uuid.UUID
    site_id: uuid.UUID
    lease_token: uuid.UUID
    attempts: int
