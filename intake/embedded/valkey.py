"""How is a real Valkey (the Redis server) started, found and stopped below one folder?"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from intake.embedded.account import Account
from intake.embedded.binaries import Binaries
from intake.embedded.layout import Layout
from intake.embedded.processes import end, output_of, tail, wait_until, working_in
from intake.errors import ConfigurationError


def answers(path: Path) -> bool:
    """Whether a server behind the socket answers PING; one that still loads its data does not."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Valkey:
    """One server without a port. Callers hold the stack's lock while they start or stop it."""

    layout: Layout
    account: Account
    binaries: Binaries

    @property
    def socket(self) -> Path:
        """The way in."""
        return self.layout.sockets / "valkey.sock"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.layout.servers / "valkey.log"

    def ready(self) -> bool:
        """Whether it answers."""
        return answers(self.socket)

    def start(self) -> None:
        """Have it answer. Raises ConfigurationError with the end of its log."""
        if self.ready():
            return
        if not working_in(self.layout.valkey):
            self.launch()
        if not wait_until(self.ready, seconds=30):
            raise ConfigurationError(
                f"Valkey doesn't start. The end of {self.log}:\n{tail(self.log)}\n"
                "It holds nothing that is needed. To begin again: intake reset"
            )

    def launch(self) -> None:
        """Start the server in the background; it detaches by itself."""
        done = self.account.run(
            str(self.binaries.valkey),
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.layout.valkey), "--logfile", str(self.log), "--daemonize", "yes"),
            *("--pidfile", str(self.layout.valkey / "valkey.pid")),
            # Messages survive a restart, and a full memory refuses new ones instead of dropping.
            *("--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"),
        )
        if done.returncode:
            raise ConfigurationError(f"Valkey doesn't start: {output_of(done)}")

    def stop(self) -> None:
        """Stop it; nothing happens when it doesn't run."""
        end(working_in(self.layout.valkey), seconds=10)
