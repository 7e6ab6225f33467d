"""How did the scores of one instrument go, and where does a new version break the line?

Totals of different versions aren't compared: each segment has its own first score.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from intake.clinical.change import Change, change
from intake.clinical.instruments import Instrument, get


@dataclass(frozen=True, slots=True)
class Scored:
    """One signed score; an instrument that gives a level only has no total."""

    assessment_id: uuid.UUID
    on: date
    version: str
    total: int | None
    band: str | None


@dataclass(frozen=True, slots=True)
class Point:
    """A score, and how it compares with the first of its segment and the one before."""

    scored: Scored
    change: Change


@dataclass(frozen=True, slots=True)
class Segment:
    """Scores in a row by one version of the instrument."""

    version: str
    points: tuple[Point, ...]


def segments(code: str, oldest_first: Sequence[Scored]) -> tuple[Segment, ...]:
    """The scores of an instrument, a segment for each version in a row."""
    return tuple(
        Segment(version, _points(get(code, version), tuple(group)))
        for version, group in groupby(oldest_first, key=lambda one: one.version)
    )


def _points(instrument: Instrument, scores: tuple[Scored, ...]) -> tuple[Point, ...]:
    points, totals = [], []
    for one in scores:
        if one.total is None:
            points.append(Point(one, change(instrument, ())))
            continue
        totals.append(one.total)
        points.append(Point(one, change(instrument, tuple(totals))))
    return tuple(points)
