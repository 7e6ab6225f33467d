"""A supervisor in a process of its own, as a test sees it: what it prints, runs and leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from intake.embedded import state
from intake.embedded.layout import Layout
from intake.embedded.processes import alive, marked, wait_until, working_in
from intake.embedded.programs import PROJECT

PATIENCE = 30.0


@dataclass(slots=True)
class Supervised:
    """One `intake run` with stand-ins."""

    layout: Layout
    port: int
    process: subprocess.Popen[bytes]
    output: Path

    @classmethod
    def start(cls, root: Path, port: int, *options: str) -> Supervised:
        """Start it and return at once."""
        output = root.parent / f"output-{os.urandom(4).hex()}"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.embedded.stand_ins", str(root), str(port), *options],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return cls(Layout.of(root), port, process, output)

    def ready(self) -> Supervised:
        """Wait until it says so."""
        self.prints("Intake is ready")
        return self

    def prints(self, text: str) -> None:
        """Wait until it has printed this."""
        found = wait_until(lambda: text in self.printed(), seconds=PATIENCE)
        assert found, f"no {text!r} in: {self.printed()}"

    def printed(self) -> str:
        """What it has printed so far."""
        return self.output.read_text()

    def ends(self) -> int:
        """Wait for its end; the exit status."""
        return self.process.wait(PATIENCE)

    def interrupt(self) -> int:
        """Ctrl-C, and wait for the end; the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.ends()

    def kill(self) -> None:
        """Kill it, whatever it does."""
        self.process.kill()
        self.process.wait()

    def programs(self, name: str) -> list[int]:
        """The processes of one stand-in that live."""
        return [pid for pid in self.everything() if name in command_of(pid)]

    def has(self, name: str, count: int) -> bool:
        """Whether so many processes of one stand-in live, soon; looking is costly, so not often."""
        return wait_until(lambda: len(self.programs(name)) == count, seconds=PATIENCE, pause=0.2)

    def everything(self) -> list[int]:
        """All processes below it: stand-ins, their children, servers and theirs."""
        servers = (self.layout.cluster, self.layout.valkey)
        found = {pid for folder in servers for pid in working_in(folder)}
        return sorted(pid for pid in found | set(self.marked()) if alive(pid))

    def marked(self) -> list[int]:
        """The programs and their children."""
        return marked(state.MARK, str(self.layout.root))


def command_of(pid: int) -> str:
    """The last word of a process's command line; empty when it is gone."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return words[-2].decode() if len(words) > 1 else ""
