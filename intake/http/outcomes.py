"""What went wrong in a request, in the product's words and in the trail; and what a route did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from intake import clock, errors
from intake.http import auth
from intake.http.constraints import in_our_words, is_idempotency_race
from intake.http.errors import slug_of
from intake.services import audit

#: The event of a defect says that there was one, and where; the log has its class.
DEFECT = "internal-error"


@contextmanager
def refusals(session: Session) -> Iterator[None]:
    """Roll back whatever went wrong; record what was refused; raise it in the product's words."""
    try:
        yield
    except Exception as error:
        session.rollback()
        refusal = in_our_words(error)
        if refusal is None:
            if not is_idempotency_race(error):
                _record(session, generic_event("failed", DEFECT, audit.MAJOR_FAILURE))
            raise
        if not isinstance(refusal, (errors.AuditUnavailable, errors.Unavailable)):
            _record_refusal(session, refusal)
        if refusal is error:
            raise
        raise refusal from error


def _record_refusal(session: Session, refusal: errors.IntakeError) -> None:
    """Write the event of a refusal, and what else must outlive the roll-back."""
    outcome = audit.FAILED if isinstance(refusal, errors.IntegrityBroken) else audit.REFUSED
    event = generic_event("refused", slug_of(refusal), outcome)
    _record(session, event, refusal.afterwards)


def _record(
    session: Session, event: audit.Event, afterwards: Callable[[Session], None] | None = None
) -> None:
    """One event in a transaction of its own, after a roll-back. Raises AuditUnavailable."""
    known, whose = session.info.get("audit_context"), audit.whose(session)
    audit.begin(session, known or auth.context(clock.machine_now()))
    try:
        if afterwards is not None:
            afterwards(session)
        audit.record(session, replace(event, client_id=whose))
        audit.write(session)
        session.commit()
    except SQLAlchemyError as error:
        session.rollback()
        raise errors.AuditUnavailable("The audit trail can't be written.") from error


def generic_event(
    subtype: str, code: str | None = None, outcome: int = audit.SUCCESS
) -> audit.Event:
    """An event named after the route, for acts that recorded none of their own."""
    noun = (request.endpoint or "").rpartition(".")[0].rpartition(".")[2] or "unknown"
    return audit.Event(
        type=noun,
        subtype=subtype,
        action="R" if outcome == audit.SUCCESS else "E",
        outcome=outcome,
        outcome_code=code,
        sensitivity="P3" if noun == "counselling_notes" else "P0",
    )
