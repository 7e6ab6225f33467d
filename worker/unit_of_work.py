"""What does every task share? The process it runs in, one transaction at a time, and its tick.

Retry policy stands here, once: there is none. A task that fails is rung again by the next tick and
finds what is left to do in the database.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from celery import Task

from intake.services import ticks
from worker import process
from worker.process import Process

log = structlog.get_logger()


class UnitOfWork(Task[..., None]):
    """Base of all tasks: they take no arguments and call one function with the process."""

    abstract = True
    acks_late = False
    ignore_result = True

    def ticked(self, name: str, job: Callable[[Process], int]) -> None:
        """Run a job between two notes of when it started and ended."""
        here = process.current()
        with here.transaction() as (session, _):
            ticks.started(session, {name, ticks.BEAT, ticks.HEARTBEAT}, owner=here.owner)
        done = job(here)
        with here.transaction() as (session, _):
            ticks.finished(session, name, owner=here.owner)
        if done:
            log.info("job done", job=name, handled=done)
