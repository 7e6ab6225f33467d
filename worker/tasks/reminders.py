"""Send what is due to people."""

from __future__ import annotations

from celery import shared_task

from intake.services.ticks import REMINDERS
from worker import dispatch
from worker.unit_of_work import UnitOfWork


@shared_task(base=UnitOfWork, bind=True, name="reminders.dispatch")
def dispatch_reminders(self: UnitOfWork) -> None:
    """Claim, begin, send, record until nothing is due."""
    self.ticked(REMINDERS, dispatch.run)
