"""Which processes belong to a stack, and how are they started, found and ended?

Linux only: a process is recognised by its working directory or environment under /proc, never by
its number alone, because numbers are used again (soon, in containers) and pid files outlive them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

PROC = Path("/proc")


def wait_until(condition: Callable[[], bool], *, seconds: float, pause: float = 0.02) -> bool:
    """Whether the condition came true within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def works_in(pid: int, directory: Path) -> bool:
    """Whether the process lives and its working directory is this one."""
    try:
        return (PROC / str(pid) / "cwd").readlink() == directory
    except OSError:  # it is gone, or somebody else's
        return False


def all_pids() -> Iterator[int]:
    """The numbers of all processes that can be seen."""
    return (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())


def working_in(directory: Path) -> list[int]:
    """The processes whose working directory is this one: how a server's children are found."""
    return [pid for pid in all_pids() if works_in(pid, directory)]


def marked(name: str, value: str) -> list[int]:
    """The processes that were started with this environment variable, this one excepted."""
    entry = f"{name}={value}".encode()
    return [pid for pid in all_pids() if pid != os.getpid() and entry in environment_of(pid)]


def has_open(pid: int, path: Path) -> bool:
    """Whether the process lives and has this file open."""
    try:
        return any(entry.readlink() == path for entry in (PROC / str(pid) / "fd").iterdir())
    except OSError:
        return False


def environment_of(pid: int) -> list[bytes]:
    """The environment a process was started with; empty when it is gone or somebody else's."""
    try:
        return (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie waiting for its parent."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to each that still lives."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue  # it ended by itself, which is what is wanted


def end(pids: Iterable[int], *, seconds: float = 5) -> None:
    """Ask each to end, and kill what is left after so many seconds."""
    left = [pid for pid in pids if alive(pid)]
    send(left, signal.SIGTERM)
    if not wait_until(lambda: not any(map(alive, left)), seconds=seconds):
        send(left, signal.SIGKILL)
        wait_until(lambda: not any(map(alive, left)), seconds=5)


def tail(path: Path, lines: int = 20) -> str:
    """The last lines of a log, or an empty text when there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 16_384))
        text = file.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-lines:])


def output_of(done: subprocess.CompletedProcess[bytes]) -> str:
    """What a finished program printed, for an error message."""
    return (done.stdout or b"").decode(errors="replace").strip()
