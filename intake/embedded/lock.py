"""How do several starters of one stack wait for each other?"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from intake.embedded.processes import wait_until
from intake.errors import ConfigurationError


@contextmanager
def exclusive(path: Path, *, seconds: float = 90) -> Iterator[None]:
    """Hold the lock file for the block; the kernel frees it when the holder dies, however.

    Raises:
        ConfigurationError: somebody else held it for the whole time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not wait_until(lambda: taken(descriptor), seconds=seconds):
            raise ConfigurationError(
                f"Another process has held {path} for {seconds:g} seconds. "
                "See who: fuser -v " + str(path)
            )
        yield
    finally:
        os.close(descriptor)


def taken(descriptor: int) -> bool:
    """Whether the lock could be had at once."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_held(path: Path) -> bool:
    """Whether another process holds the lock file now."""
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDWR)
    try:
        return not taken(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def try_exclusive(path: Path) -> Iterator[bool]:
    """Hold the lock file for the block if nobody else does; whether we hold it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield taken(descriptor)
    finally:
        os.close(descriptor)
