"""What rings the worker, how often? Intervals only, in UTC; nothing here knows a time of day.

Whether something is due, and at which local hour, is decided by the job itself from the database:
a beat that was away for an hour, or two beats at once, lose and double nothing.
"""

from __future__ import annotations

import datetime as dt

from celery.schedules import schedule

from intake.config import Settings

HEARTBEAT_SECONDS = 10.0
DIGESTS_SECONDS = 30.0


def beat_schedule(settings: Settings) -> dict[str, dict[str, object]]:
    """Celery's beat table. A message nobody took before the next one is due is thrown away."""
    tick = settings.tick_seconds
    return {
        "reminders": _every(tick, "reminders.dispatch", expires=tick),
        "digests": _every(DIGESTS_SECONDS, "digests.send", expires=DIGESTS_SECONDS),
        # Kept longer: it waits behind a dispatch, and it is what tells that the worker lives.
        "heartbeat": _every(HEARTBEAT_SECONDS, "ticks.heartbeat", expires=6 * HEARTBEAT_SECONDS),
    }


def _every(seconds: float, task: str, *, expires: float) -> dict[str, object]:
    return {
        "task": task,
        "schedule": schedule(dt.timedelta(seconds=seconds)),
        "options": {"expires": expires, "ignore_result": True},
    }
