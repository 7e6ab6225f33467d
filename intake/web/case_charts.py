"""How did a person's measures go? The chart of one, the choice between them, and all in brief."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from intake.clinical import instruments
from intake.services.case_page_facts import MoveHere
from intake.services.case_page_parts import MOOD
from intake.services.case_page_shapes import Scores
from intake.services.score_trends import Series, Trends
from intake.web import case_words, words
from intake.web.charts.line import Band, Event, LineChart, Point
from intake.web.charts.spark import sparkline

#: The measures of the switch, in its order; the last two are told at visits.
MEASURES = ("phq9", "gad7", "kbc6", "sds", "craving", "days_used")
TOLD = {"craving": 10, "days_used": 28}
GLANCE = ("days_used", "craving", "gad7", "kbc6")
TONES = 4
FLAG = "item 9 above zero"
FLAG_MEANING = "Item 9 (thoughts of self-harm) was above zero on that day."
#: Names of bands that are too long for a phone.
SHORT = {"none_minimal": "Minimal", "moderately_severe": "Mod. severe"}
RELIABLE = {
    "improved": "reliable improvement",
    "no_reliable_change": "no reliable change",
    "deteriorated": "reliable deterioration",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """One measure: figures as (number, text[, tone]), its chart, and the whole switch."""

    measure: str
    name: str
    chart: LineChart | None
    figures: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """One measure in brief: its line, its newest value and whether that is high."""

    name: str
    line: Markup
    value: str


def known(trends: Trends) -> tuple[str, ...]:
    """The measures there are values of; PHQ-9 where there are none at all."""
    return tuple(one for one in MEASURES if _values(trends, one)) or (MOOD,)


def progress(
    scores: Scores, measure: str, moved: Sequence[MoveHere], *, today: dt.date
) -> Progress:
    """The chart of a measure, of the first that is known for an unknown word in the address."""
    choice = known(scores.trends)
    measure = measure if measure in choice else choice[0]
    points = _points(scores, measure)
    name = case_words.MEASURES[measure]
    if not points:
        return Progress(measure, name, None, ())
    bands = _bands(scores.trends, measure)
    flagged = FLAG_MEANING if any(one.flag for one in points) else ""
    chart = LineChart(
        name=measure.replace("_", "-"),
        title=f"{name}, {_period(points)}",
        description=_in_words(name, points, bands),
        points=points,
        top=_top(measure, points),
        bands=bands,
        events=tuple(_events(moved)),
        flag_meaning=flagged,
    )
    return Progress(measure, name, chart, tuple(_figures(scores, measure, points, chart, today)))


def glance(trends: Trends) -> tuple[Glance, ...]:
    """The measures in brief, those there are values of."""
    found = ((one, _values(trends, one)) for one in GLANCE)
    return tuple(
        Glance(case_words.MEASURES[one], sparkline(values), f"{values[-1]:g}")
        for one, values in found
        if values
    )


def _series(trends: Trends, measure: str) -> Series | None:
    return next((one for one in trends.series if one.instrument == measure), None)


def _values(trends: Trends, measure: str) -> list[float]:
    if measure in TOLD:
        name = "days_used_28" if measure == "days_used" else measure
        told = (getattr(visit, name) for visit in trends.visits)
        return [float(value) for value in told if value is not None]
    series = _series(trends, measure)
    segments = series.segments if series else ()
    totals = (point.scored.total for segment in segments for point in segment.points)
    return [float(total) for total in totals if total is not None]


def _points(scores: Scores, measure: str) -> tuple[Point, ...]:
    if measure in TOLD:
        name = "days_used_28" if measure == "days_used" else measure
        return tuple(
            Point(visit.held_on, float(value))
            for visit in scores.trends.visits
            if (value := getattr(visit, name)) is not None
        )
    series = _series(scores.trends, measure)
    item9: Mapping[dt.date, int] = scores.item9 if measure == MOOD else {}
    return tuple(
        Point(
            point.scored.on,
            float(point.scored.total),
            point.scored.version,
            FLAG if item9.get(point.scored.on) else "",
        )
        for segment in (series.segments if series else ())
        for point in segment.points
        if point.scored.total is not None
    )


def _bands(trends: Trends, measure: str) -> tuple[Band, ...]:
    """The bands of the newest version, calm to severe; none where they depend on the person."""
    series = _series(trends, measure)
    found = [one for one in (series.bands if series else ()) if one.group is None]
    last = max(1, len(found) - 1)
    return tuple(
        Band(
            one.low,
            one.high,
            SHORT.get(one.name) or words.band(one.name),
            round(place * TONES / last),
        )
        for place, one in enumerate(found)
    )


def _top(measure: str, points: Sequence[Point]) -> float:
    if measure in TOLD:
        return TOLD[measure]
    bounds = instruments.get(measure).score.bounds
    return bounds[1] if bounds else max(one.value for one in points)


def _events(moved: Sequence[MoveHere]) -> Iterator[Event]:
    """When treatment began and changed."""
    for one in moved:
        if one.to_state in ("active", "step_down"):
            began = (one.from_state, one.to_state) == ("plan_chosen", "active")
            named = case_words.move(one.from_state or "", one.to_state)
            yield Event(one.at.date(), "Treatment began" if began else named)


def _figures(
    scores: Scores, measure: str, points: Sequence[Point], chart: LineChart, today: dt.date
) -> Iterator[tuple[str, ...]]:
    """The newest value, the change since the first, and item 9."""
    last = points[-1]
    on = words.long_day(last.day) if last.day.year != today.year else words.day(last.day)
    yield f"{last.value:g}", ", ".join(part for part in (chart.band(last.value), on) if part)
    if change := _change(scores.trends, measure, points):
        yield change
    if measure == MOOD and (answers := list(scores.item9.values())):
        worst = max(answers[-5:])
        text = f"highest item 9 (self-harm thoughts), last {min(5, len(answers))}"
        yield (str(worst), text, "bad") if worst else (str(worst), text)


def _change(trends: Trends, measure: str, points: Sequence[Point]) -> tuple[str, ...] | None:
    """How far it went since the first value of the same version, and whether that means much."""
    if measure in TOLD:
        since, direction = points[-1].value - points[0].value, None
        if measure == "craving":
            direction = trends.visits[-1].craving_since_first
    else:
        series = _series(trends, measure)
        change = series.segments[-1].points[-1].change if series else None
        if change is None or change.since_first is None:
            return None
        since, direction = float(change.since_first), change.first_direction
    if len(points) < 2:  # noqa: PLR2004 - one value is no change
        return None
    tone = {"improved": "ok", "deteriorated": "bad"}.get(direction or "", "")
    text = f"since {words.day(points[0].day)}"
    meaning = f": {RELIABLE[direction]}" if direction else ""
    unit = "day" if measure == "days_used" else "point"
    sign = "\u2212" if since < 0 else "+" if since else ""
    return f"{sign}{words.many(abs(int(since)), unit)}", f"{text}{meaning}", tone


def _period(points: Sequence[Point]) -> str:
    first, last = points[0].day, points[-1].day
    if first == last:
        return words.long_day(first)
    return f"{first:%B %Y} to {last:%B %Y}"


def _in_words(name: str, points: Sequence[Point], bands: Sequence[Band]) -> str:
    """What a drawing shows, for whoever doesn't see it."""

    def one(point: Point) -> str:
        band = next((b.label.lower() for b in bands if b.low <= point.value <= b.high), "")
        meaning = f" ({band})" if band else ""
        return f"{point.value:g}{meaning} on {words.long_day(point.day)}"

    if len(points) == 1:
        return f"One {name} value: {one(points[0])}."
    highest = max(points, key=lambda point: point.value)
    return (
        f"{len(points)} {name} values, from {one(points[0])} to {one(points[-1])}; "
        f"the highest is {one(highest)}."
    )
