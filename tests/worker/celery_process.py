"""How does a test run the product's own worker and beat? As processes, killed at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.databases import ROOT
from tests.worker.bookings import Clinic

CELERY = str(Path(sys.executable).with_name("celery"))


@contextmanager
def celery(place: Clinic, *arguments: str, **changes: str) -> Iterator[subprocess.Popen[bytes]]:
    """A celery process of the product; killed with its children at the end."""
    process = subprocess.Popen(
        [CELERY, "--app=worker.celery_app", *arguments, "--loglevel=INFO"],
        cwd=ROOT,
        env=inherited() | place.environment(**changes),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):  # it may have ended by itself, which the test judges
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def inherited() -> dict[str, str]:
    """What a child process needs of this one's environment."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
