"""Which secrets does a local stack have? Each is made once, at random, and kept under its root."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

from intake.embedded.layout import Layout
from intake.embedded.lock import exclusive

#: The superuser of the cluster. It bypasses row-level security: only `embedded/` and tests use it.
SUPERUSER = "embedded_superuser"
#: What a managed service gives: it may create roles and databases, and is no superuser.
ADMINISTRATOR = "intake_administrator"
ROLES = (SUPERUSER, ADMINISTRATOR, "intake_api", "intake_worker", "intake_migrator")
KEY_TABLES = ("kek", "index", "audit", "application")


def passwords(layout: Layout) -> dict[str, str]:
    """Role name to password, and `sms_gateway`, the token of the local message gateway."""
    names = (*ROLES, "sms_gateway")
    made = {name: secrets.token_urlsafe(24) for name in names}
    stored = keep(layout.root / "passwords.json", json.dumps(made, indent=1))
    return {str(name): str(value) for name, value in json.loads(stored.read_text()).items()}


def keys_file(layout: Layout) -> Path:
    """The key ring: one table per purpose, 32 random bytes in base64 as its first key."""
    tables = (
        f'[{name}]\nactive = 1\n"1" = "{base64.b64encode(secrets.token_bytes(32)).decode()}"\n'
        for name in KEY_TABLES
    )
    return keep(layout.root / "keys.toml", "\n".join(tables))


def secret_key_file(layout: Layout) -> Path:
    """The key that signs forms and cookies."""
    return keep(layout.root / "secret_key", secrets.token_urlsafe(48))


def keep(path: Path, text: str) -> Path:
    """The file, written with this text if there was none. Whoever comes first decides."""
    if not path.exists():
        with exclusive(path.parent / ".credentials.lock"):
            if not path.exists():
                write_private(path, text)
    return path


def write_private(path: Path, text: str) -> None:
    """Write a file for its owner's eyes only; it is there complete or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)
