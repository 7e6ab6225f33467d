"""How does a test run `make demo`? As the command itself, in a process and a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.embedded import stack, state
from intake.embedded.layout import Layout
from intake.embedded.processes import marked
from intake.embedded.programs import INTAKE, PROJECT

#: The demo of a person who set nothing.
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "INTAKE_", "SMS_", "SMTP_")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder every account may enter, as a checkout in a shared place; emptied afterwards."""
    above = Path(tempfile.mkdtemp(prefix="intake-demo-"))
    above.chmod(0o755)
    try:
        yield above / "demo"
    finally:
        stack.discard(Layout.of(above / "demo"))
        shutil.rmtree(above)


@contextmanager
def running_journey(root: Path, **settings: str) -> Iterator[JourneyProcess]:
    """`intake demo journey --json` that has just begun; killed if it still runs at the end."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)
    }
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as messages:
        process = subprocess.Popen(
            [INTAKE, "demo", "journey", "--json", "--root", str(root)],
            cwd=PROJECT,
            env=inherited | settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=messages,
        )
        try:
            yield JourneyProcess(root, process, output.fileno(), messages.fileno())
        finally:
            process.kill()
            process.wait()


@dataclass(frozen=True, slots=True)
class JourneyProcess:
    """One run of the command."""

    root: Path
    process: subprocess.Popen[bytes]
    output: int
    messages: int

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def said(self) -> str:
        """What it wrote for the person who waits."""
        return content(self.messages)

    def report(self, *, seconds: float, status: int = 0) -> dict[str, Any]:
        """Wait for its end with this exit status: the object it printed."""
        ended = self.process.wait(seconds)
        assert ended == status, (ended, content(self.output), self.said())
        found: dict[str, Any] = json.loads(content(self.output))
        return found

    def workers(self) -> list[int]:
        """The worker's processes that run now, found as the supervisor finds its own."""
        return [
            pid
            for pid in marked(state.MARK, str(Layout.of(self.root).root))
            if is_worker(Path(f"/proc/{pid}/cmdline"))
        ]

    def left_running(self) -> list[int]:
        """Whatever of the stack still runs."""
        return marked(state.MARK, str(Layout.of(self.root).root))


def is_worker(command_line: Path) -> bool:
    """Whether this is Celery's worker or one of its children; not beat."""
    try:
        words = command_line.read_bytes().split(b"\0")
    except OSError:
        return False
    return b"--app=worker.celery_app" in words and b"worker" in words


def content(file: int) -> str:
    """All of a file that another process may still write."""
    return os.pread(file, os.fstat(file).st_size, 0).decode(errors="replace")
