"""Prove that this worker really consumes tasks, and that beat rings."""

from __future__ import annotations

from celery import shared_task

from intake.services.ticks import HEARTBEAT
from worker.unit_of_work import UnitOfWork


@shared_task(base=UnitOfWork, bind=True, name="ticks.heartbeat")
def heartbeat(self: UnitOfWork) -> None:
    """Nothing but the note that it ran."""
    self.ticked(HEARTBEAT, lambda _: 0)
