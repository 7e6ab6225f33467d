"""Can this process serve, and do the others still work? Nothing here needs a site."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from intake import clock
from intake.models import JobTick

STALE_AFTER = dt.timedelta(seconds=90)
REVISION = text("SELECT version_num FROM alembic_version")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `needed`: without it this process can't serve."""

    ok: bool
    needed: bool
    age_seconds: float | None = None
    detail: str | None = None


def checks(session: Session, *, head: str) -> dict[str, Check]:
    """Database, schema, worker and beat. Raises SQLAlchemyError when the database is away."""
    revision = session.execute(REVISION).scalar_one_or_none()
    ticks = {
        row.name: row.started_at
        for row in session.execute(select(JobTick.name, JobTick.started_at))
    }
    now = clock.machine_now()
    return {
        "database": Check(ok=True, needed=True),
        "schema": Check(ok=revision == head, needed=True, detail=f"at {revision}, needs {head}"),
        "worker": _age(ticks.get("heartbeat"), now),
        "beat": _age(ticks.get("beat"), now),
    }


def _age(seen: dt.datetime | None, now: dt.datetime) -> Check:
    """How long ago something was seen working."""
    if seen is None:
        return Check(ok=False, needed=False, detail="never seen")
    age = now - seen
    return Check(ok=age < STALE_AFTER, needed=False, age_seconds=round(age.total_seconds(), 1))
