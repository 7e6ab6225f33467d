"""How does a test talk to the outside world? Through a real local gateway in its own process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOKEN = "token-of-a-test"


def free_port() -> int:
    """A loopback port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_gateway(root: Path, *, delay_ms: int = 0) -> Iterator[GatewayProcess]:
    """A gateway process with its journal under `root`, ended with the block."""
    gateway = GatewayProcess(root, delay_ms)
    gateway.start()
    try:
        yield gateway
    finally:
        gateway.kill()


class GatewayProcess:
    """The local gateway as a child process, with the requests a test asks of it."""

    def __init__(self, root: Path, delay_ms: int = 0) -> None:
        self.root, self.delay_ms = root, delay_ms
        self.url = f"http://127.0.0.1:{free_port()}"
        self.smtp_url = f"smtp://127.0.0.1:{free_port()}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = {
            **os.environ,
            "SMS_GATEWAY_URL": self.url,
            "SMS_GATEWAY_TOKEN": TOKEN,
            "SMTP_URL": self.smtp_url,
        }
        command = [sys.executable, "-m", "intake.embedded.gateway", "--root", str(self.root)]
        delay = ["--delay-ms", str(self.delay_ms)]
        self.process = subprocess.Popen([*command, *delay], env=environment)
        for _ in range(400):
            if self._healthy():
                return
            time.sleep(0.025)
        raise AssertionError("the gateway did not start")

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End the process with a signal, if it still runs."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=10)
            self.process = None

    def script(self, *behaviours: str) -> None:
        """Queue what the next messages shall meet; nothing clears the queue."""
        self.ask("POST", "/script", {"next": list(behaviours)})

    def messages(self) -> list[dict[str, object]]:
        """What it accepted, one per key."""
        return self._listing("/messages")

    def mails(self) -> list[dict[str, object]]:
        """The mails it took."""
        return self._listing("/mails")

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> object:
        """One request with the bearer token; the decoded answer."""
        request = urllib.request.Request(  # noqa: S310  # our own loopback address
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {TOKEN}", **headers},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # the same
            return json.load(answer)

    def _listing(self, path: str) -> list[dict[str, object]]:
        found = self.ask("GET", path)
        assert isinstance(found, list)
        return found

    def _healthy(self) -> bool:
        try:
            self.ask("GET", "/healthz")
        except OSError:
            return False
        return True
