"""Is it the message or the provider? After several failures in a row it is the provider.

While the breaker is open, failures don't count as attempts of a reminder, and each run sends one
message to see whether the provider is back. The state lives in the process: a new one finds out
for itself within THRESHOLD messages.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

THRESHOLD = 5
FAILURES = frozenset({"outage", "transient", "config", "unknown"})
ANSWERS = frozenset({"accepted", "permanent"})


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row; safe to use from the sending threads."""

    failures: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_open(self) -> bool:
        """Whether the provider fails for everybody."""
        return self.failures >= THRESHOLD

    def note(self, outcome: str) -> None:
        """Take one outcome into account."""
        with self._lock:
            if outcome in ANSWERS:
                self.failures = 0
            elif outcome in FAILURES:
                self.failures += 1
