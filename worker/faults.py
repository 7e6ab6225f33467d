"""Where does this process die, when a test says so? `INTAKE_FAULTS`, refused in production.

`kill:after_send:3` kills the process at the third passing of the point `after_send`, and
`stop:before_send:1` freezes it (SIGSTOP). Several are separated by commas. Points:

    after_claim  in_begin  after_begin  before_send  after_send  in_record  after_record
    row=<reminder id>      while this reminder is re-checked
"""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass, field

from intake.errors import ConfigurationError

ACTIONS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
POINTS = (
    "after_claim",
    "in_begin",
    "after_begin",
    "before_send",
    "after_send",
    "in_record",
    "after_record",
)


def parse(text: str | None) -> Faults:
    """The faults of a setting. Raises ConfigurationError when it can't be read."""
    faults = Faults()
    for part in filter(None, (text or "").split(",")):
        action, _, rest = part.partition(":")
        point, _, passing = rest.rpartition(":")
        known = point in POINTS or point.startswith("row=")
        if action not in ACTIONS or not known or not passing.isdecimal() or int(passing) < 1:
            raise ConfigurationError(f"INTAKE_FAULTS: {part!r} is not action:point:number.")
        faults.planned.setdefault(point, {})[int(passing)] = ACTIONS[action]
    return faults


@dataclass(slots=True)
class Faults:
    """Counts the passings of each point and sends this process the planned signal."""

    planned: dict[str, dict[int, signal.Signals]] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reached(self, point: str) -> None:
        """Say that the process is at this point; it may not come back."""
        if point not in self.planned:
            return
        with self._lock:
            count = self.passed[point] = self.passed.get(point, 0) + 1
        if number := self.planned[point].get(count):
            os.kill(os.getpid(), number)
