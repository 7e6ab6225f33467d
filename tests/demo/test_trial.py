"""Does a trial empty its own folder only, and only when nobody else uses it?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from intake.embedded.lock import exclusive
from intake.embedded.trial import MARK, empty_stack, refuse_other_data
from intake.errors import ConfigurationError


def begin(root: Path) -> None:
    """Begin a trial; these tests all have it refused before anything starts."""
    with empty_stack(root, {"INTAKE_TICK_SECONDS": "1"}):
        pytest.fail("it was not refused")


@pytest.mark.parametrize("name", ["passwords.json", "notes.txt", ".hidden"])
def test_a_folder_that_holds_something_else_is_refused_and_kept(tmp_path: Path, name: str) -> None:
    root = tmp_path / "real"
    root.mkdir()
    (root / name).write_text("somebody's")

    with pytest.raises(ConfigurationError, match=r"not a trial.*--root FOLDER"):
        begin(root)

    assert (root / name).read_text() == "somebody's"


def test_an_empty_folder_a_missing_one_and_an_earlier_trial_are_taken(tmp_path: Path) -> None:
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    (earlier / MARK).write_text("Made by an earlier one")
    (earlier / "passwords.json").write_text("{}")

    refuse_other_data(earlier)
    refuse_other_data(tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    refuse_other_data(tmp_path / "empty")

    assert {path.name for path in tmp_path.iterdir()} == {"earlier", "empty"}
    assert (earlier / "passwords.json").read_text() == "{}"


def test_a_second_trial_below_the_same_folder_waits_for_nobody_and_deletes_nothing(
    tmp_path: Path,
) -> None:
    root = tmp_path / "demo"
    root.mkdir()
    (root / MARK).write_text("of the one that runs")

    with (
        exclusive(tmp_path / ".demo.lock"),
        pytest.raises(ConfigurationError, match="A trial runs below"),
    ):
        begin(root)

    assert (root / MARK).read_text() == "of the one that runs"


def test_a_refused_trial_leaves_the_environment_as_it_was(tmp_path: Path) -> None:
    before = dict(os.environ)
    (tmp_path / "passwords.json").write_text("{}")

    with pytest.raises(ConfigurationError):
        begin(tmp_path)

    assert dict(os.environ) == before
