"""What does the running API say about itself and its worker?"""

from __future__ import annotations

import http.client
import json

from intake.embedded.ports import LOOPBACK

#: A worker whose heartbeat is older hangs: it writes one every ten seconds.
STALE_AFTER = 120.0


def get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body; status 0 when nothing answers in two seconds."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def healthy(port: int) -> bool:
    """Whether `/healthz` answers 200."""
    return get(port, "/healthz")[0] == http.client.OK


def heartbeat_age(port: int) -> float | None:
    """Seconds since the worker's last heartbeat as `/readyz` tells; None when it doesn't."""
    try:
        body = json.loads(get(port, "/readyz")[1])
        return float(body["checks"]["worker"]["age_seconds"])
    except (ValueError, KeyError, TypeError):
        return None
