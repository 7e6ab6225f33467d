"""How do a few numbers compare? Bars with their names and values in words and figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from intake.web.charts.drawing import Frame, Scale, rect, short, svg, words

WIDE_WIDTH, WIDE_LABELS, NARROW_WIDTH, NARROW_LABELS = 720, 190, 360, 118
ROW, BAR, VALUES = 32, 18, 64


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `shown` is its value as it is written, such as "18 %"."""

    label: str
    value: float
    shown: str = ""

    @property
    def figure(self) -> str:
        """The value as it is written."""
        return self.shown or short(self.value)


@dataclass(frozen=True, slots=True)
class BarChart:
    """What is drawn, from the top down. Values aren't negative."""

    name: str
    title: str
    description: str
    bars: tuple[Bar, ...]
    #: The value of a full bar; the largest one when it is 0
    top: float = 0

    @property
    def wide(self) -> Markup:
        """For a screen of more than 600 pixels."""
        return self._draw("chart chart-wide", WIDE_WIDTH, WIDE_LABELS, "wide")

    @property
    def narrow(self) -> Markup:
        """For a phone."""
        return self._draw("chart chart-narrow", NARROW_WIDTH, NARROW_LABELS, "narrow")

    def _draw(self, css: str, width: int, labels: int, kind: str) -> Markup:
        if not self.bars:
            return Markup("")
        frame = Frame(width, len(self.bars) * ROW + 8, labels, VALUES, 4, 4)
        return svg(
            css,
            frame,
            self._marks(frame),
            name=f"{self.name}-{kind}",
            title=self.title,
            description=self.description,
        )

    def _marks(self, frame: Frame) -> Iterator[Markup]:
        top = self.top or max(one.value for one in self.bars) or 1
        across = Scale(0, top, 0, frame.inner_width)
        for row, one in enumerate(self.bars):
            y = frame.top + row * ROW
            length = across(min(one.value, top))
            yield words("bar-label", (frame.left - 10, y + 18), one.label, anchor="end")
            yield rect("bar-ground", (frame.left, y + 4), frame.inner_width, BAR, round_by=4)
            yield rect("bar", (frame.left, y + 4), length, BAR, round_by=4)
            yield words("val", (frame.left + frame.inner_width + 8, y + 18), one.figure)
