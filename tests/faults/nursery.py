"""Where do workers die? In here: `python -m tests.faults.nursery PLAN`.

A parent imports everything once and forks one worker life after the other; each may be killed by a
fault of its own (`worker/faults.py`). A life takes milliseconds to start, so hundreds of kills fit
into a test. Every life writes one line: how it ended.

PLAN is JSON: seed, kills (how many lives end by a random fault), batch, points (one for each of the
first lives, instead), faults (the same for every life, instead), naive (read, send, mark).
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import uuid
from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from intake import config, crypto
from intake.database import make_engine
from intake.services.identity import vault_of  # noqa: F401 - imported before the fork, as all else
from worker import dispatch, process
from worker.channels.base import Message
from worker.faults import POINTS
from worker.process import Process

PER_MESSAGE = ("before_send", "after_send")
NAIVE_POINTS = (*PER_MESSAGE, "in_record")


@dataclass(frozen=True, slots=True)
class Plan:
    """What this nursery does."""

    seed: int = 0
    kills: int = 0
    batch: int = 200
    faults: str | None = None
    points: tuple[str, ...] = ()
    naive: bool = False


def random_fault(dice: random.Random, plan: Plan) -> str:
    """A point and a passing at which a life ends, most often while there is work."""
    point = dice.choice(NAIVE_POINTS if plan.naive else POINTS)
    passing = dice.randint(1, plan.batch) if point in PER_MESSAGE else 1
    return f"kill:{point}:{passing}"


def live(settings: config.Settings, plan: Plan) -> None:
    """One life: dispatch again and again, until killed. A failed run is followed by the next."""
    run = naive if plan.naive else dispatch.run
    here: Process | None = None
    while True:
        try:
            here = here or replace(process.make(settings), batch=plan.batch)
            run(here)
        except SQLAlchemyError as error:  # as Celery does: the task fails, the next tick comes
            print(type(error).__name__, file=sys.stderr)  # noqa: T201 - shown when a test fails
        time.sleep(settings.tick_seconds / 5)


def naive(here: Process) -> None:
    """The control: read what is due, send it, mark it. No lease, no intent, no stable key."""
    with here.transaction() as (session, _):
        sites = [row.id for row in session.execute(text("SELECT id FROM sites"))]
    for site in sites:
        with here.transaction(site) as (session, _):
            due = session.execute(
                text(
                    "SELECT r.id, r.client_id, c.id AS contact, c.value, k.wrapped_key, k.kek_id,"
                    " k.key_version FROM reminders r"
                    " JOIN contact_points c ON c.id = r.contact_id"
                    " JOIN clients k ON k.id = r.client_id"
                    " WHERE r.state = 'scheduled' AND r.next_attempt_at <= clinic_now()"
                    " ORDER BY r.id LIMIT 20"
                )
            ).all()
        for row in due:
            wrapped = crypto.WrappedKey(bytes(row.wrapped_key), row.kek_id, row.key_version)
            vault = here.keys.current().vault(row.client_id, wrapped)
            number = vault.open("contact_points.value", row.contact, bytes(row.value))
            here.faults.reached("before_send")
            here.sms.send(Message(number, "Reminder", key=str(uuid.uuid4())))
            here.faults.reached("after_send")
        here.faults.reached("in_record")
        with here.transaction(site) as (session, _):
            session.execute(
                text("UPDATE reminders SET state = 'accepted' WHERE id = ANY(:ids)"),
                {"ids": [row.id for row in due]},
            )


def main() -> None:
    """Raise one life after the other until this process is ended itself."""
    plan = Plan(**json.loads(sys.argv[1]))
    dice = random.Random(plan.seed)  # noqa: S311 - a seed must give the same run again
    settings = config.load()
    make_engine(settings.require("worker_database_url")).dispose()
    killed = 0
    while True:
        faults = plan.faults
        if killed < len(plan.points):
            faults = f"kill:{plan.points[killed]}:1"
        elif faults is None and killed < plan.kills:
            faults = random_fault(dice, plan)
        pid = os.fork()
        if pid == 0:
            live(replace(settings, faults=faults), plan)
        _, status = os.waitpid(pid, 0)
        by = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "exit"
        killed += by == "SIGKILL"
        print(json.dumps({"ended": by, "faults": faults}), flush=True)  # noqa: T201 - the judge reads it
        if by != "SIGKILL":
            sys.exit(f"a life ended by {by}, status {status}")


if __name__ == "__main__":
    main()
