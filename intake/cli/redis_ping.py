"""Does the Redis or Valkey of REDIS_URL answer? By its own protocol: the CLI imports no client."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import SplitResult, unquote, urlsplit

SECONDS = 2
DEFAULT_PORT = 6379


def ping(url: str) -> str | None:
    """None when it answers PONG, else what is wrong, without the password.

    Takes `redis://`, `rediss://`, and a socket as `redis+socket:///path` or `unix:///path`.
    """
    parts = urlsplit(url)
    try:
        with connect(parts) as connection:
            if parts.password:
                user = unquote(parts.username or "default")
                answer = ask(connection, "AUTH", user, unquote(parts.password))
                if not answer.startswith(b"+"):
                    return "it refuses the password"
            answer = ask(connection, "PING")
    except (OSError, ValueError) as error:
        return f"it doesn't answer ({type(error).__name__})"
    return None if answer.startswith(b"+PONG") else answer.decode(errors="replace").strip()


def connect(parts: SplitResult) -> socket.socket:
    """An open connection. Raises OSError, or ValueError for an address that isn't one."""
    if parts.scheme in {"redis+socket", "unix", "redis+unix"}:
        return connect_locally(unquote(parts.path))
    if parts.scheme not in {"redis", "rediss"}:
        raise ValueError(parts.scheme)
    host = parts.hostname or "localhost"
    plain = socket.create_connection((host, parts.port or DEFAULT_PORT), timeout=SECONDS)
    if parts.scheme == "redis":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def connect_locally(path: str) -> socket.socket:
    """An open connection to a socket file. Raises OSError."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(SECONDS)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def ask(connection: socket.socket, *words: str) -> bytes:
    """Send one command, as the protocol's array of strings; the beginning of the answer."""
    encoded = [word.encode() for word in words]
    lengths = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)
    connection.sendall(b"*%d\r\n%s" % (len(encoded), lengths))
    return connection.recv(256)
