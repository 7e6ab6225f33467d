"""How did it go? Scores by segment, craving and days of use of one case, in constant statements."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import instruments, trends
from intake.clinical.change import direction, use_direction
from intake.clinical.instruments import Band
from intake.clinical.trends import Scored, Segment
from intake.models import Appointment, Assessment, Case, SessionRecord
from intake.services import audit, relations
from intake.services.audit import Event

# More than an episode has: the newest are shown.
MOST = 2000
CRAVING = "craving"


@dataclass(frozen=True, slots=True)
class Series:
    """The scores of one instrument; title and bands are those of its newest version used."""

    instrument: str
    title: str
    higher_is: str
    reliable_change: int | None
    bands: tuple[Band, ...]
    segments: tuple[Segment, ...]
    declined: tuple[dt.date, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """What was told at one visit; each number against the first and the one before."""

    held_on: dt.date
    appointment_id: uuid.UUID
    craving: int | None
    craving_since_first: str | None
    craving_since_previous: str | None
    days_used_28: int | None
    use_since_first: str | None
    use_since_previous: str | None
    grams_per_day: decimal.Decimal | None
    mood: int | None


@dataclass(frozen=True, slots=True)
class Trends:
    """Everything that was measured in a case, the oldest first."""

    series: tuple[Series, ...]
    visits: tuple[Visit, ...]
    #: What was read, also what was declined
    assessments: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One number told at a visit, against the first and the previous ones told."""

    first: str | None
    previous: str | None


def read(
    session: Session, case_id: uuid.UUID, *, actor: Actor, instrument: str | None = None
) -> Trends:
    """The signed scores of a case, of one instrument or all, and what was told at visits.

    The read is recorded. Raises as `relations.require`.
    """
    case = relations.case(session, case_id, actor, Permission.PROGRESS_READ)
    found = measured(session, case, instrument)
    act = Event("assessment", "list", "R", client_id=case.client_id, sensitivity="P2")
    shown = found.assessments
    audit.record(session, replace(act, hits=len(shown), returned_ids=shown))
    return found


def measured(session: Session, case: Case, instrument: str | None = None) -> Trends:
    """The same for who was let through to the case, who records it; in two statements."""
    rows = _signed(session, case, instrument)
    return Trends(_series(rows), _visits(session, case), tuple(row.id for row in rows))


def _signed(session: Session, case: Case, instrument: str | None) -> list[Assessment]:
    """Signed assessments by instrument, the oldest first; an amended one isn't signed."""
    query = select(Assessment).where(Assessment.case_id == case.id, Assessment.state == "signed")
    if instrument is not None:
        query = query.where(Assessment.instrument == instrument)
    newest = query.order_by(
        Assessment.assessed_on.desc(), Assessment.signed_at.desc(), Assessment.id.desc()
    )
    oldest_first = list(session.execute(newest.limit(MOST)).scalars())[::-1]
    return sorted(oldest_first, key=lambda row: row.instrument)


def _series(rows: Sequence[Assessment]) -> tuple[Series, ...]:
    return tuple(
        _one(code, list(group)) for code, group in groupby(rows, key=lambda row: row.instrument)
    )


def _one(code: str, rows: Sequence[Assessment]) -> Series:
    newest = instruments.get(code, rows[-1].instrument_version)
    scores = [
        Scored(row.id, row.assessed_on, row.instrument_version, row.total, row.band)
        for row in rows
        if not row.declined
    ]
    return Series(
        instrument=code,
        title=newest.title,
        higher_is=newest.higher_is,
        reliable_change=newest.reliable_change,
        bands=newest.bands,
        segments=trends.segments(code, scores),
        declined=tuple(row.assessed_on for row in rows if row.declined),
    )


def _visits(session: Session, case: Case) -> tuple[Visit, ...]:
    """What was told at visits, the oldest first; in one statement."""
    found = session.execute(
        select(SessionRecord, Appointment.local_start)
        .join(SessionRecord.appointment)
        .where(SessionRecord.case_id == case.id)
        .order_by(Appointment.local_start.desc(), SessionRecord.id.desc())
        .limit(MOST)
    ).all()
    rows = list(reversed(found))
    scale = instruments.get(CRAVING)
    craving = _told(
        [row.SessionRecord.craving for row in rows],
        lambda before, after: direction(scale, before, after),
    )
    use = _told([row.SessionRecord.days_used_28 for row in rows], use_direction)
    return tuple(
        Visit(
            held_on=row.local_start.date(),
            appointment_id=row.SessionRecord.appointment_id,
            craving=row.SessionRecord.craving,
            craving_since_first=wanted.first,
            craving_since_previous=wanted.previous,
            days_used_28=row.SessionRecord.days_used_28,
            use_since_first=used.first,
            use_since_previous=used.previous,
            grams_per_day=row.SessionRecord.grams_per_day,
            mood=row.SessionRecord.mood,
        )
        for row, wanted, used in zip(rows, craving, use, strict=True)
    )


def _told(
    numbers: Sequence[int | None], judge: Callable[[int | None, int | None], str | None]
) -> list[Told]:
    """Each number against the first and the previous one that were told; gaps stay gaps."""
    found: list[Told] = []
    first = previous = None
    for number in numbers:
        found.append(Told(judge(first, number), judge(previous, number)))
        if number is not None:
            first = number if first is None else first
            previous = number
    return found
