"""When did each recurring job last run? Rows that health checks and `intake doctor` read.

`heartbeat` and `beat` are written by a task that was really consumed: a worker whose process lives
but consumes nothing is found out, and so is a beat that no longer rings. Machine time throughout.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from intake.models import JobTick

HEARTBEAT, BEAT, REMINDERS, DIGESTS = "heartbeat", "beat", "reminders", "digests"


def started(session: Session, names: Iterable[str], *, owner: str) -> None:
    """Note that these jobs start now in `owner`."""
    now = func.clock_timestamp()
    statement = insert(JobTick).values(
        [{"name": name, "started_at": now, "owner": owner} for name in sorted(names)]
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"started_at": statement.excluded.started_at, "owner": statement.excluded.owner},
        )
    )


def finished(session: Session, name: str, *, owner: str) -> None:
    """Note that a job of this owner has ended; another owner's later start is left alone."""
    session.execute(
        update(JobTick)
        .where(JobTick.name == name, JobTick.owner == owner)
        .values(finished_at=func.clock_timestamp())
    )
