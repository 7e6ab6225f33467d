"""How does one measure go over time? A line with the bands of its instrument, events and gaps.

Answers to different versions of an instrument are not one line: between them is a gap. Two
drawings are made, since text inside a drawing shrinks with it: for wide screens and for phones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from markupsafe import Markup

from intake.web.charts.drawing import (
    Frame,
    Place,
    Scale,
    circle,
    line,
    months,
    path,
    rect,
    short,
    svg,
    words,
)

WIDE = Frame(width=720, height=268, left=34, right=128, top=34, bottom=30)
NARROW = Frame(width=360, height=252, left=30, right=84, top=46, bottom=30)
PAD = 14
#: Room for a label of a month, a value and an event, in units.
MONTH_ROOM, VALUE_ROOM, EVENT_ROOM = 46, 24, 78
ROW = 13


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement. `version` is the instrument's; `flag` says what is special about it."""

    day: dt.date
    value: float
    version: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A range of values with its name, both ends included; `tone` 0 (calm) to 4 (severe)."""

    low: float
    high: float
    label: str
    tone: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day: treatment began, a lapse."""

    day: dt.date
    label: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """What is drawn, and what stands in the table beside it. Points are in the order of days."""

    name: str
    title: str
    description: str
    points: tuple[Point, ...]
    top: float
    bands: tuple[Band, ...] = ()
    events: tuple[Event, ...] = ()
    #: What a ring around a point means, for the line below the chart
    flag_meaning: str = ""

    @property
    def wide(self) -> Markup:
        """For a screen of more than 600 pixels."""
        return _draw(self, WIDE, f"{self.name}-wide")

    @property
    def narrow(self) -> Markup:
        """For a phone."""
        return _draw(self, NARROW, f"{self.name}-narrow")

    @property
    def is_broken(self) -> bool:
        """Whether the instrument changed between two points."""
        return any(one.version != other.version for one, other in pairwise(self.points))

    def band(self, value: float) -> str:
        """The name of the band a value lies in; empty when it lies in none."""
        return next((one.label for one in self.bands if one.low <= value <= one.high), "")


def _draw(chart: LineChart, frame: Frame, name: str) -> Markup:
    """One drawing: ground, then time, then what happened, then the line."""
    if not chart.points:
        return Markup("")
    days = [one.day.toordinal() for one in chart.points]
    inner = (frame.left + PAD, frame.width - frame.right - PAD)
    across = Scale(days[0], days[-1], *inner)
    up = Scale(0, chart.top, frame.height - frame.bottom, frame.top)
    marks = [
        *_ground(chart, frame, up),
        *_months(chart, frame, across),
        *_events(chart, frame, across),
        *_line(chart, across, up),
    ]
    css = "chart chart-wide" if frame is WIDE else "chart chart-narrow"
    return svg(css, frame, marks, name=name, title=chart.title, description=chart.description)


def _ground(chart: LineChart, frame: Frame, up: Scale) -> Iterator[Markup]:
    """Bands with their names, and the numbers at their edges."""
    right = frame.width - frame.right
    for band in chart.bands:
        top = up(min(band.high + 1, chart.top))
        height = up(band.low) - top
        yield rect(f"band band-{band.tone}", (frame.left, top), frame.inner_width, height)
        yield words("band-label", (right + 8, top + height / 2 + 4), band.label)
    edges = {band.low for band in chart.bands} or {0.0, chart.top / 2}
    for value in sorted(edges | {chart.top}):
        yield line("grid", (frame.left, up(value)), (right, up(value)))
        yield words("tick", (frame.left - 8, up(value) + 4), short(value), anchor="end")


def _months(chart: LineChart, frame: Frame, across: Scale) -> Iterator[Markup]:
    """Months below the line: as many as there is room for, the first of a year with it."""
    found = months(chart.points[0].day, chart.points[-1].day)
    bottom, last, year = frame.height - frame.bottom, -float(MONTH_ROOM), 0
    for day in found or [chart.points[0].day]:
        x = across(day.toordinal())
        yield line("tickmark", (x, bottom), (x, bottom + 5))
        if x - last < MONTH_ROOM or x > frame.width - frame.right + PAD:
            continue
        label = f"{day:%b %Y}" if day.year != year else f"{day:%b}"
        yield words("tick", (x, frame.height - 8), label, anchor="middle")
        last, year = x + (len(label) > len("Jan")) * ROW, day.year


def _events(chart: LineChart, frame: Frame, across: Scale) -> Iterator[Markup]:
    """Dashed lines with their names, in a second row where there isn't room beside another."""
    first, last = chart.points[0].day, chart.points[-1].day
    before, row = -float(EVENT_ROOM), 0
    for event in chart.events:
        if not first <= event.day <= last:
            continue
        x = across(event.day.toordinal())
        row = (row + 1) % 2 if x - before < EVENT_ROOM else 0
        y = frame.top - 8 - row * ROW
        at_end = x > frame.width - frame.right - EVENT_ROOM / 2
        yield line("event", (x, y + 3), (x, frame.height - frame.bottom))
        anchor, shift = ("end", -5) if at_end else ("start", 5)
        yield words("event-label", (x + shift, y), event.label, anchor=anchor)
        before = x


def _line(chart: LineChart, across: Scale, up: Scale) -> Iterator[Markup]:
    """The line with gaps where the instrument changed; dots; values where they can be read."""
    at: dict[Point, Place] = {
        one: (across(one.day.toordinal()), up(one.value)) for one in chart.points
    }
    for _, same in groupby(chart.points, key=lambda one: one.version):
        places = [at[one] for one in same]
        if len(places) > 1:
            yield path("line", places)
    before, final = -float(VALUE_ROOM), chart.points[-1]
    for point in chart.points:
        x, y = at[point]
        if point.flag:
            yield circle("flag", (x, y), 9)
        yield circle("dot", (x, y), 4.5, hint=_hint(chart, point))
        if point is final:
            yield words("val val-last", (x, y - 13), short(point.value), anchor="middle")
        elif x - before >= VALUE_ROOM and at[final][0] - x >= VALUE_ROOM:
            yield words("val", (x, y - 13), short(point.value), anchor="middle")
            before = x


def _hint(chart: LineChart, point: Point) -> str:
    """Such as "12 May 2026: 22, severe"."""
    parts = (short(point.value), chart.band(point.value).lower(), point.flag)
    return f"{point.day.day} {point.day:%b %Y}: {', '.join(part for part in parts if part)}"
