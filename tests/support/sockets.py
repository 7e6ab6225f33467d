"""What keeps a test from talking to the outside world? Only loopback and local sockets are open."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _only_local_sockets() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(name))
        yield


def _guarded(name: str) -> object:
    original = getattr(socket.socket, name)

    def connect(self: socket.socket, address: object) -> object:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address):
            raise PermissionError(f"a test tried to reach {address}")
        return original(self, address)

    return connect


def _is_local(address: object) -> bool:
    host = str(address[0]) if isinstance(address, tuple) else ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
