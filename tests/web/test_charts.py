"""Do charts say what they show, also to those who don't see them?"""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from intake.web.charts.bar import Bar, BarChart
from intake.web.charts.line import Band, Event, LineChart, Point
from intake.web.charts.spark import in_words, sparkline

BANDS = (Band(0, 4, "Minimal", 0), Band(5, 27, "More", 3))
DAY = dt.date(2026, 5, 12)


def chart(*values: float, versions: str = "", name: str = "phq9") -> LineChart:
    return LineChart(
        name=name,
        title="PHQ-9",
        description="Falling.",
        points=tuple(
            Point(DAY + dt.timedelta(days=30 * at), value, versions[at : at + 1])
            for at, value in enumerate(values)
        ),
        top=27,
        bands=BANDS,
        events=(Event(DAY + dt.timedelta(days=10), "CBT <started>"),),
    )


def parsed(drawing: Markup) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314 - drawn by ourselves


def of(drawing: Markup, tag: str, css: str) -> list[ET.Element]:
    return [one for one in parsed(drawing).iter(tag) if css in one.get("class", "").split()]


def test_a_drawing_has_title_and_description_that_its_role_names() -> None:
    for drawing in (chart(22, 8).wide, chart(22, 8).narrow):
        svg = parsed(drawing)
        named = svg.get("aria-labelledby", "").split()

        assert svg.get("role") == "img"
        assert [one.text for one in svg if one.get("id") in named] == ["PHQ-9", "Falling."]


def test_the_two_drawings_share_no_id() -> None:
    def ids(drawing: Markup) -> set[str]:
        return {one.get("id", "") for one in parsed(drawing).iter()} - {""}

    assert not ids(chart(22, 8).wide) & ids(chart(22, 8).narrow)


def test_a_line_breaks_where_the_instrument_changed() -> None:
    broken = chart(22, 20, 10, 8, versions="1122")

    assert len(of(broken.wide, "path", "line")) == 2
    assert broken.is_broken
    assert len(of(chart(22, 20, 10, 8).wide, "path", "line")) == 1


def test_the_last_value_stands_out_and_is_always_there() -> None:
    many = chart(*range(1, 27))

    for drawing in (many.wide, many.narrow):
        assert [one.text for one in of(drawing, "text", "val-last")] == ["26"]
        assert len(of(drawing, "circle", "dot")) == 26


def test_bands_carry_their_names() -> None:
    assert [one.text for one in of(chart(22, 8).wide, "text", "band-label")] == ["Minimal", "More"]
    assert chart(1).band(5) == "More"
    assert chart(1).band(99) == ""


def test_text_cannot_become_markup() -> None:
    wide = chart(22, 8, name='"><script>').wide

    assert "<script>" not in wide
    assert "CBT &lt;started&gt;" in wide


@pytest.mark.parametrize("forbidden", ["style=", "<script", "<style", "onload"])
def test_nothing_in_a_drawing_offends_the_policy_of_pages(forbidden: str) -> None:
    bars = BarChart("b", "Waiting", "Days.", (Bar("GP", 9, "9 days"),))

    for drawing in (chart(22, 8).wide, bars.wide, bars.narrow, sparkline((3, 2, 1))):
        assert forbidden not in drawing


@given(
    st.lists(st.integers(0, 27), min_size=1, max_size=40),
    st.lists(st.integers(0, 3000), min_size=40, max_size=40, unique=True),
)
def test_every_point_lies_inside_the_drawing(values: list[int], days: list[int]) -> None:
    points = tuple(
        Point(DAY + dt.timedelta(days=day), value)
        for day, value in zip(sorted(days), values, strict=False)
    )
    shown = LineChart("x", "X", "Y", points, 27, BANDS)

    for drawing, width, height in ((shown.wide, 720, 268), (shown.narrow, 360, 252)):
        for dot in of(drawing, "circle", "dot"):
            assert 0 <= float(dot.get("cx", "-1")) <= width
            assert 0 <= float(dot.get("cy", "-1")) <= height


def test_nothing_to_draw_draws_nothing() -> None:
    assert chart().wide == ""
    assert sparkline(()) == ""
    assert BarChart("b", "W", "D", ()).wide == ""


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((22, 4), "Falling from 22 to 4"),
        ((4, 4.5), "Rising from 4 to 4.5"),
        ((4, 9, 4), "Unchanged at 4"),
        ((4,), "One value, 4"),
    ],
)
def test_a_sparkline_says_where_it_goes(values: tuple[float, ...], said: str) -> None:
    assert in_words(values) == said
    assert f'aria-label="{said}"' in sparkline(values)


def test_a_bar_is_as_long_as_its_value() -> None:
    bars = BarChart("b", "W", "D", (Bar("A", 10), Bar("B", 5), Bar("C", 0))).wide

    lengths = [float(one.get("width", "")) for one in of(bars, "rect", "bar")]
    assert lengths[1] * 2 == lengths[0]
    assert lengths[2] == 0
