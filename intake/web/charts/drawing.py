"""What do all charts share? Points to places, marks to SVG, and text that can't break out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

Place = tuple[float, float]
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Frame:
    """The inner area of a drawing, in its own units: one unit is a pixel at full size."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def inner_width(self) -> int:
        """Between the axes."""
        return self.width - self.left - self.right

    @property
    def inner_height(self) -> int:
        """Between the axes."""
        return self.height - self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Scale:
    """Values to places: `low` is drawn at `begin`, `high` at `end`."""

    low: float
    high: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value; the middle when there is only one."""
        if self.high == self.low:
            return (self.begin + self.end) / 2
        return self.begin + (value - self.low) / (self.high - self.low) * (self.end - self.begin)


def svg(
    css: str, frame: Frame, marks: Iterable[Markup], *, name: str, title: str, description: str
) -> Markup:
    """A whole drawing with its title and description, which a screen reader says."""
    return Markup(
        '<svg class="{css}" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{name}-t {name}-d">'
        '<title id="{name}-t">{title}</title><desc id="{name}-d">{description}</desc>{marks}</svg>'
    ).format(
        css=css,
        w=frame.width,
        h=frame.height,
        name=name,
        title=title,
        description=description,
        marks=Markup("").join(marks),
    )


def line(css: str, start: Place, end: Place) -> Markup:
    """A straight line."""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        css, *map(short, (*start, *end))
    )


def rect(css: str, corner: Place, width: float, height: float, *, round_by: int = 0) -> Markup:
    """A rectangle; negative sizes become nothing."""
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>').format(
        css, *map(short, (*corner, max(0.0, width), max(0.0, height))), round_by
    )


def circle(css: str, centre: Place, radius: float, *, hint: str = "") -> Markup:
    """A dot; `hint` is shown under the pointer."""
    inside = Markup("<title>{}</title>").format(hint) if hint else ""
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}">{}</circle>').format(
        css, *map(short, (*centre, radius)), inside
    )


def words(css: str, place: Place, text: object, *, anchor: str = "start") -> Markup:
    """A text at a place."""
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        css, *map(short, place), anchor, escape(str(text))
    )


def path(css: str, places: Sequence[Place]) -> Markup:
    """A line through places."""
    steps = " L".join(f"{short(x)} {short(y)}" for x, y in places)
    return Markup('<path class="{}" d="M{}"/>').format(css, steps)


def months(first: dt.date, last: dt.date) -> list[dt.date]:
    """The first days of months from `first` to `last`."""
    found, day = [], first.replace(day=1)
    while day <= last:
        if day >= first:
            found.append(day)
        day = dt.date(day.year + day.month // DECEMBER, day.month % DECEMBER + 1, 1)
    return found


def short(value: float) -> str:
    """A number with at most one decimal, as SVG takes it."""
    return f"{value:.1f}".removesuffix(".0")
