"""Send what is due to staff."""

from __future__ import annotations

from celery import shared_task

from intake.services.ticks import DIGESTS
from worker import digests
from worker.unit_of_work import UnitOfWork


@shared_task(base=UnitOfWork, bind=True, name="digests.send")
def send_digests(self: UnitOfWork) -> None:
    """Plan today's digests where their hour has come, and send what is due."""
    self.ticked(DIGESTS, digests.run)
