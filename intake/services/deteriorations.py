"""Did a score get worse by more than chance? Then somebody looks, once for each score."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from intake.clinical import instruments
from intake.clinical.change import change
from intake.clinical.instruments import Instrument
from intake.clinical.rule_set import Priority
from intake.models import Assessment, Task
from intake.services import tasks
from intake.services.assessment_views import Found
from intake.services.tasks import NewTask

# More scores of one instrument in one episode than anybody gives.
MOST = 1000
NOTE = "{}: {} now. That is worse than before by more than chance; look at the plan together."


def watch(session: Session, found: Found, *, now: dt.datetime) -> None:
    """Open a task of medium priority when a signed score is worse than the first or the previous.

    Only scores of the same version of the instrument are compared. A score that takes the place
    of another takes over its task.
    """
    row = found.row
    instrument = instruments.get(row.instrument, row.instrument_version)
    if row.total is None or instrument.reliable_change is None:
        return
    totals = (*_earlier(session, row), row.total)
    is_known = row.amends is not None and _takes_over(session, row)
    if is_known or not change(instrument, totals).is_deterioration:
        return
    order = NewTask(
        "deterioration",
        now + Priority.MEDIUM.respond_within,
        NOTE.format(instrument.title, _score(instrument, row.total)),
        source="score",
        assessment_id=row.id,
    )
    tasks.open_for_case(session, found.case, found.client, order)


def _earlier(session: Session, row: Assessment) -> list[int]:
    """The signed totals before this one, the oldest first; the one it amends isn't signed."""
    place = tuple_(Assessment.assessed_on, Assessment.signed_at, Assessment.id)
    found = session.execute(
        select(Assessment.total)
        .where(
            Assessment.case_id == row.case_id,
            Assessment.instrument == row.instrument,
            Assessment.instrument_version == row.instrument_version,
            Assessment.state == "signed",
            Assessment.total.is_not(None),
            Assessment.id != row.id,
            place < tuple_(row.assessed_on, row.signed_at, row.id),
        )
        .order_by(Assessment.assessed_on, Assessment.signed_at, Assessment.id)
        .limit(MOST)
    )
    return [total for total in found.scalars() if total is not None]


def _takes_over(session: Session, row: Assessment) -> bool:
    """Whether the score before it had a task, which is about this one from now on."""
    session.flush()
    moved = session.execute(
        update(Task)
        .where(Task.assessment_id == row.amends)
        .values(assessment_id=row.id, version=Task.version + 1)
        .returning(Task.id)
        .execution_options(synchronize_session=False)
    )
    return moved.first() is not None


def _score(instrument: Instrument, total: int) -> str:
    bounds = instrument.score.bounds
    return f"{total} of {bounds[1]}" if bounds else str(total)
