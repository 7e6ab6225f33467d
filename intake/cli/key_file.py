"""How is the key ring's file changed? As a whole, under a new name, then renamed: never half.

Whoever reads it meets the ring before or the ring after. The new file exists while a change is
under way, so that two changes can't overtake each other.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from intake.crypto import KEY_BYTES, Keyring, Ring, as_text, load_keyring
from intake.errors import ConfigurationError

Edit = Callable[[Ring], Ring]


def add(path: Path, name: str) -> int:
    """Put a new random key into a ring without using it; its number."""
    number = max(_ring(load_keyring(path), name).keys) + 1
    _change(path, name, lambda ring: Ring(ring.active, ring.keys | {number: os.urandom(KEY_BYTES)}))
    return number


def activate(path: Path, name: str, number: int) -> None:
    """Use a key that is in the ring from now on. Raises ConfigurationError for an unknown one."""
    _known(load_keyring(path), name, number)
    _change(path, name, lambda ring: Ring(number, ring.keys))


def remove(path: Path, name: str, number: int) -> None:
    """Take a key out of the ring. Raises ConfigurationError for the one in use."""
    keys = load_keyring(path)
    _known(keys, name, number)
    if _ring(keys, name).active == number:
        raise ConfigurationError(f"Key {number} of [{name}] is in use; activate another one first.")
    kept = {n: key for n, key in _ring(keys, name).keys.items() if n != number}
    _change(path, name, lambda ring: Ring(ring.active, kept))


def _ring(keys: Keyring, name: str) -> Ring:
    ring: Ring = getattr(keys, name)
    return ring


def _known(keys: Keyring, name: str, number: int) -> None:
    if number not in _ring(keys, name).keys:
        raise ConfigurationError(
            f"The ring [{name}] has no key {number}; see `intake keys status`."
        )


def _change(path: Path, name: str, edit: Edit) -> None:
    """Replace the file by one with that ring changed. Raises ConfigurationError."""
    fresh = path.with_name(path.name + ".new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConfigurationError(
            f"{fresh} exists: another change is running, or one was interrupted. "
            "If none is running, delete it and repeat."
        ) from error
    except OSError as error:
        raise ConfigurationError(f"{fresh} can't be written: {error.strerror}.") from error
    try:
        keys = load_keyring(path)  # again, now that nobody else can change it
        text = as_text(replace(keys, **{name: edit(_ring(keys, name))}))
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # Who may read it stays as it was: the composition's account is another one.
        fresh.chmod(stat.S_IMODE(path.stat().st_mode))
        load_keyring(fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
