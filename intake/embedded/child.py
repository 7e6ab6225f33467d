"""How is one program kept running, and ended with everything it started?"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from intake.embedded.processes import wait_until
from intake.embedded.programs import PROJECT, Program

SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
#: One that ran this long has recovered: its next pause is the shortest again.
SETTLED_AFTER = 20.0
#: A log that has grown beyond this is moved aside when its program starts.
LARGEST_LOG = 10_000_000
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def end_with_parent() -> None:
    """Have the kernel end this process when its parent dies, kill -9 included."""
    LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))


def signal_group(leader: int, number: signal.Signals) -> None:
    """Signal a program and all it started."""
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return  # the whole group is gone, which is what is wanted


def spawn(
    command: tuple[str, ...], environment: dict[str, str], output: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, so that Ctrl-C reaches only the supervisor."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=PROJECT,
        env=environment,
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509  the supervisor has no threads
    )


class Child:
    """One program of the table: started, watched, started again after a pause, stopped."""

    def __init__(self, program: Program, environment: dict[str, str], log: Path) -> None:
        """Nothing runs yet; `log` is the file its output goes to."""
        self.program = program
        self.log = log
        self.failures = 0
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._next_start = 0.0

    @property
    def pid(self) -> int | None:
        """Its process number while it runs."""
        return self._process.pid if self._process else None

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started_at

    def start(self) -> None:
        """Start it; its output goes to the end of its log."""
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self._process = spawn(self.program.command, self._environment, output)
        self._started_at = time.monotonic()

    def tend(self, tell: Callable[[Child, int], None]) -> None:
        """Notice its end, sweep up what it left, and start it again when its pause is over.

        Args:
            tell: is called with this child and its exit status when it has just ended.
        """
        if self._process is not None and (status := self._ended()) is not None:
            self.failures = 1 if self.age > SETTLED_AFTER else self.failures + 1
            pause = min(SHORTEST_PAUSE * 2 ** (self.failures - 1), LONGEST_PAUSE)
            self._next_start = time.monotonic() + pause
            self._process = None
            tell(self, status)
        elif self._process is None and time.monotonic() >= self._next_start:
            self.start()

    def stop(self, impatient: Callable[[], bool] = bool) -> None:
        """Let it finish what it has begun, then kill what is left of it and its children.

        Args:
            impatient: becomes true when nobody wants to wait any longer.
        """
        if self._process is None:
            return
        self._process.terminate()
        wait_until(lambda: self._is_dead() or impatient(), seconds=self.program.seconds_to_stop)
        if not self._is_dead():
            self._process.kill()
            wait_until(self._is_dead, seconds=5)
        self._ended()
        self._process = None

    def _is_dead(self) -> bool:
        """Whether it ended; it stays a zombie, so that its number isn't given to another."""
        if self._process is None:
            return True
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, flags) is not None

    def _ended(self) -> int | None:
        """Its exit status, once its whole group is killed; None while it runs."""
        if self._process is None or not self._is_dead():
            return None
        # Children of a killed worker or server would hold its port and its messages.
        signal_group(self._process.pid, signal.SIGKILL)
        return self._process.wait()
