"""What does `intake run` run, in which order? Tables; supervisor.py does the work."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

#: The folder that holds wsgi.py and alembic.ini, where every program works.
PROJECT = Path(__file__).resolve().parents[2]
INTAKE = str(Path(sys.executable).with_name("intake"))
#: The program whose heartbeat `/readyz` tells, and the one that must answer `/healthz`.
WORKER, API = "worker", "api"


def default_root() -> Path:
    """`.local` of the project; of the present folder when the project is installed elsewhere."""
    return (PROJECT if (PROJECT / "pyproject.toml").is_file() else Path.cwd()) / ".local"


@dataclass(frozen=True, slots=True)
class Step:
    """A command that must succeed once before the programs start."""

    #: What is done, as a person reads it while waiting.
    doing: str
    command: tuple[str, ...]
    #: Whether its output is for the person, as it comes; a failing step's always is.
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """A command that is started again whenever it ends."""

    name: str
    command: tuple[str, ...]
    #: How long it may take to finish what it has begun before it is killed.
    seconds_to_stop: float = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps run in order; programs start in order and stop in the opposite one."""

    steps: tuple[Step, ...]
    programs: tuple[Program, ...]


def product(root: Path, *, people: bool = True) -> Plan:
    """What the product needs on the stack below `root`, with people to look at or empty."""
    gateway = (sys.executable, "-m", "intake.embedded.gateway", "--root", str(root))
    return Plan(
        steps=(
            Step("Database roles", (INTAKE, "db", "bootstrap")),
            Step("Database tables", (INTAKE, "db", "upgrade")),
            Step(
                "Demonstration site, people",
                (INTAKE, "demo", "seed", *(("--people",) if people else ())),
                shown=True,
            ),
        ),
        programs=(
            # The gateway first and last: while all is well the worker never finds it missing.
            Program("gateway", gateway),
            Program(API, (INTAKE, "serve")),
            Program(WORKER, (INTAKE, "worker")),
            Program("beat", (INTAKE, "beat")),
        ),
    )
