"""What is kept for a while only, and forgotten once its time is over?"""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from intake import clock
from intake.models import IdempotencyKey, UnsentForm


def remove(session: Session) -> None:
    """Answers kept against double requests, and forms nobody sent: those that expired here."""
    for kept in (IdempotencyKey, UnsentForm):
        session.execute(
            delete(kept)
            .where(kept.expires_at <= clock.machine_now())
            .execution_options(synchronize_session=False)
        )
