"""What does a person see while the journey runs? A bar on a terminal, else a line per phase."""

from __future__ import annotations

from typing import Protocol

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from intake import clock

#: Seconds between two lines of a phase that takes long, where there is no bar.
LINE_EVERY = 10.0


class Progressing(Protocol):
    """Something that is told how far the journey has come."""

    def begin(self, phase: str, total: int) -> None:
        """A phase of so many parts begins; the one before has ended."""

    def advance(self, detail: str = "") -> None:
        """One part is done."""

    def wait(self) -> None:
        """Still waiting for the next part."""

    def end(self) -> None:
        """The last phase has ended."""


def progress_for_person() -> Progressing:
    """A bar when standard error is a terminal, else lines; both leave standard output alone."""
    console = Console(stderr=True)
    return Bars(console) if console.is_terminal else Lines()


class Bars:
    """One bar for each phase; the earlier ones stay."""

    def __init__(self, console: Console) -> None:
        """Nothing is shown yet."""
        # No thread redraws it: the supervisor is started from this process with preexec_fn.
        self._progress = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[detail]}"),
            console=console,
            auto_refresh=False,
        )
        self._task: TaskID | None = None

    def begin(self, phase: str, total: int) -> None:
        """A new bar."""
        self._progress.start()
        self._settle()
        self._task = self._progress.add_task(phase, total=total, detail="")
        self._progress.refresh()

    def advance(self, detail: str = "") -> None:
        """One step of the bar, with what it was."""
        if self._task is not None:
            self._progress.update(self._task, advance=1, detail=detail, refresh=True)

    def wait(self) -> None:
        """Let the time go on."""
        self._progress.refresh()

    def end(self) -> None:
        """Leave the bars as they are and give the terminal back."""
        self._settle()
        self._progress.stop()

    def _settle(self) -> None:
        if self._task is not None:
            self._progress.update(self._task, detail="", refresh=True)
            self._progress.stop_task(self._task)


class Lines:
    """A line when a phase ends, and every ten seconds while one goes on."""

    def __init__(self) -> None:
        """Nothing is said yet."""
        self._phase, self._total, self._done = "", 0, 0
        self._began = self._said = clock.monotonic()

    def begin(self, phase: str, total: int) -> None:
        """Say how the phase before ended."""
        self.end()
        self._phase, self._total, self._done = phase, total, 0
        self._began = self._said = clock.monotonic()

    def advance(self, detail: str = "") -> None:
        """Count, and say so after a while."""
        del detail
        self._done += 1
        self.wait()

    def wait(self) -> None:
        """Say how far it is when nothing was said for a while."""
        if self._done < self._total and clock.monotonic() - self._said >= LINE_EVERY:
            self._say()

    def end(self) -> None:
        """Say how the last phase ended, if it got anywhere."""
        if self._done:
            self._say()
        self._done = 0

    def _say(self) -> None:
        self._said = clock.monotonic()
        took = self._said - self._began
        click.echo(f"{self._phase:<12} {self._done}/{self._total} ({took:.1f} s)", err=True)
