"""Does a person see how far the journey is, on a terminal and without one?"""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from intake.cli.journey_progress import Bars, Lines, progress_for_person


def test_a_bar_is_drawn_for_each_phase_on_a_terminal() -> None:
    drawn = io.StringIO()
    bars = Bars(Console(file=drawn, force_terminal=True, width=100))

    bars.begin("Intake", 2)
    bars.advance("V01")
    bars.wait()
    bars.begin("Plan", 1)
    bars.advance("V02")
    bars.end()
    bars.end()

    last = drawn.getvalue().rsplit("\x1b[2K", 1)[-1]
    assert "1/2" in drawn.getvalue()
    assert "Plan" in last
    assert "V02" in drawn.getvalue()
    assert "V02" not in last


def test_without_a_terminal_a_phase_is_one_line_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = Lines()

    lines.begin("Intake", 1)
    lines.advance("V01")
    lines.begin("Plan", 2)
    lines.advance("V01")
    lines.end()
    lines.end()

    output = capsys.readouterr()
    assert output.out == ""
    assert [line.split(" (")[0] for line in output.err.splitlines()] == [
        "Intake       1/1",
        "Plan         1/2",
    ]


def test_a_test_is_no_terminal() -> None:
    assert isinstance(progress_for_person(), Lines)
