"""Which loopback ports does a stack use? Picked once, remembered, picked again when taken."""

from __future__ import annotations

import json
import random
import socket

from intake.embedded.credentials import keep, write_private
from intake.embedded.layout import Layout

LOOPBACK = "127.0.0.1"
#: What each remembered port is for.
NAMES = ("api", "sms_gateway", "smtp")
# Below the range from which the system hands out ports to outgoing connections.
RANGE = (20_000, 32_000)


def ports(layout: Layout) -> dict[str, int]:
    """Purpose (NAMES) to port; the same on each call."""
    stored = keep(layout.root / "ports.json", json.dumps(pick()))
    return {str(name): int(port) for name, port in json.loads(stored.read_text()).items()}


def renew_taken(layout: Layout) -> dict[str, int]:
    """Pick again what somebody else uses by now. Only while no program of the stack runs."""
    known = ports(layout)
    if all(map(is_free, known.values())):
        return known
    fresh = {name: port if is_free(port) else free_port() for name, port in known.items()}
    write_private(layout.root / "ports.json", json.dumps(fresh))
    return fresh


def pick() -> dict[str, int]:
    """A free port for each purpose, all different."""
    chosen: dict[str, int] = {}
    for name in NAMES:
        port = free_port()
        while port in chosen.values():
            port = free_port()
        chosen[name] = port
    return chosen


def free_port() -> int:
    """A port of RANGE that nobody listens on at this moment."""
    while True:
        port = random.randint(*RANGE)  # noqa: S311  not a secret: avoids others' ports
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    """Whether the port of the loopback address could be listened on now."""
    with socket.socket() as probe:
        # As servers do: a connection that was closed a moment ago doesn't make the port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
