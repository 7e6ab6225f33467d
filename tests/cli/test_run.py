"""Do `intake run`, `stop` and `reset` do for a person what they say, with the real product?"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.embedded import health, stack
from intake.embedded.layout import Layout
from intake.embedded.processes import alive, marked, wait_until, working_in
from intake.embedded.programs import INTAKE
from intake.embedded.state import MARK
from tests.support.databases import run_intake


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder for a stack, emptied afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="intake-test-"))
    yield folder / "stack"
    stack.discard(Layout.of(folder / "stack"))
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.faults
def test_the_whole_product_comes_up_works_and_goes_away(root: Path) -> None:
    layout = Layout.of(root)
    output = root.parent / "output"
    with output.open("w") as file:
        process = subprocess.Popen(
            [INTAKE, "run", "--root", str(root), "--port", "0", "--empty"],
            stdout=file,
            stderr=file,
        )
    port = wait_for_port(output)

    checked = run_intake("doctor", "--json", "--only", "api", "--root", str(root), settings={})
    stopped = run_intake("stop", "--root", str(root), settings={})

    # The first heartbeat comes ten seconds later; all else is in order at once.
    failed = {finding["check"] for finding in json.loads(checked.stdout) if finding["fix"]}
    assert failed <= {"worker heartbeat", "beat"}, checked.stdout
    assert stopped.stdout == "Stopped; nothing is left running.\n"
    assert process.wait(30) == 0
    assert not health.healthy(port)
    left = marked(MARK, str(layout.root)), working_in(layout.cluster), working_in(layout.valkey)
    assert left == ([], [], [])


def wait_for_port(output: Path) -> int:
    """The port that is printed when everything is up."""
    line = "Intake is ready: http://127.0.0.1:"
    found = wait_until(lambda: line in output.read_text(), seconds=90, pause=0.1)
    assert found, output.read_text()
    return int(output.read_text().partition(line)[2].split()[0])


def test_stop_says_when_nothing_runs(root: Path) -> None:
    finished = run_intake("stop", "--root", str(root), settings={})

    assert finished.returncode == 0
    assert f"Nothing runs below {root}" in finished.stdout


def test_reset_never_asks_without_a_terminal_and_deletes_nothing(root: Path) -> None:
    root.mkdir()

    finished = run_intake("reset", "--root", str(root), settings={})

    assert finished.returncode == 2
    assert "intake reset --yes" in finished.stderr
    assert root.exists()


def test_reset_with_yes_deletes_the_stack(root: Path) -> None:
    root.mkdir()
    (root / "passwords.json").write_text("{}")

    finished = run_intake("reset", "--root", str(root), "--yes", settings={})

    assert finished.returncode == 0, finished.stderr
    assert not root.exists()


def test_a_signal_while_it_starts_leaves_nothing(root: Path) -> None:
    layout = Layout.of(root)
    with subprocess.Popen(
        [INTAKE, "run", "--root", str(root), "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any("PostgreSQL and Valkey" in line for line in lines)

        process.send_signal(signal.SIGTERM)

        assert process.wait(30) == 0
    assert not any(map(alive, marked(MARK, str(layout.root))))
    assert working_in(layout.cluster) == []
