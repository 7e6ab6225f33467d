"""Is a supervisor running for this root, and what would it tell?"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from intake.embedded.credentials import write_private
from intake.embedded.environment import DATABASE_ROLES, environment
from intake.embedded.layout import Layout
from intake.embedded.lock import is_held
from intake.embedded.processes import has_open
from intake.embedded.programs import default_root

#: Set for every process a supervisor starts: how the next one finds what a killed one left.
MARK = "INTAKE_SUPERVISED"


@dataclass(frozen=True, slots=True)
class State:
    """What a running supervisor leaves for others to read."""

    pid: int
    port: int
    ready: bool

    @property
    def url(self) -> str:
        """Where its API answers."""
        return f"http://127.0.0.1:{self.port}"


def lock_path(layout: Layout) -> Path:
    """Held by the supervisor as long as it lives."""
    return layout.root / ".run.lock"


def read(layout: Layout) -> State | None:
    """The supervisor that runs now, or None: a state file alone proves nothing."""
    file = layout.root / "run.json"
    if not file.exists() or not is_held(lock_path(layout)):
        return None
    stored = json.loads(file.read_text())
    pid = int(stored["pid"])
    if not has_open(pid, lock_path(layout)):  # left by a killed one; the present one is too young
        return None
    return State(pid, int(stored["port"]), bool(stored["ready"]))


def write(layout: Layout, *, port: int, ready: bool) -> None:
    """Say that this process is the supervisor."""
    state = State(os.getpid(), port, ready)
    write_private(layout.root / "run.json", json.dumps(asdict(state)))


def remove(layout: Layout) -> None:
    """Say that none runs any more."""
    (layout.root / "run.json").unlink(missing_ok=True)


def adopt_local_stack() -> Path | None:
    """Let this process use the project's own stack when no other database is configured.

    So `intake doctor` and its like work in a second terminal beside `make run`. Nothing happens in
    production, or when any address of a server is set. Returns the stack's root when adopted.
    """
    names = (*DATABASE_ROLES, "BOOTSTRAP_DATABASE_URL", "REDIS_URL")
    configured = any(name in os.environ or f"{name}_FILE" in os.environ for name in names)
    if configured or os.environ.get("INTAKE_ENV", "development") == "production":
        return None
    root = default_root()
    return adopt(root) if (root / "passwords.json").is_file() else None


def adopt(root: Path) -> Path:
    """Let this process use the stack below `root`, whatever is configured; the root."""
    layout = Layout.of(root)
    running = read(layout)
    os.environ.update(environment(layout.root, port=running.port if running else None))
    return layout.root
