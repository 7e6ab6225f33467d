"""How does gunicorn refuse what it can't read? As a problem document, like everything else."""

from __future__ import annotations

import json
from typing import Any

from gunicorn import util
from gunicorn.http import errors as parsing
from gunicorn.workers.gthread import ThreadWorker

from intake import clock
from intake.http.errors import registry

REASONS = {400: "Bad Request", 414: "URI Too Long", 431: "Request Header Fields Too Large"}
SLUGS: dict[type[Exception], str] = {
    parsing.LimitRequestLine: "uri-too-long",
    parsing.LimitRequestHeaders: "headers-too-large",
}

# What the application answered is wrong, not what was asked.
OURS = (parsing.InvalidResponseHeader, parsing.InvalidResponseHeaderName)


class ProblemWorker(ThreadWorker):  # type: ignore[misc] # gunicorn publishes no types
    """A worker with threads whose own refusals are application/problem+json.

    Nothing of the request is repeated, neither in the answer nor in the log: a line that can't be
    parsed may hold a token.
    """

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Any) -> None:
        """Answer a request that no view will see; anything but a parsing error is gunicorn's."""
        if isinstance(exc, OURS) or not isinstance(exc, parsing.ParseException):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("unreadable request: %s", type(exc).__name__)
        try:
            util.write_nonblock(client, refusal(SLUGS.get(type(exc), "bad-request")))
        except OSError:
            self.log.debug("the caller left before the refusal")


def refusal(slug: str) -> bytes:
    """A whole answer as it goes over the wire; the connection ends with it."""
    known, request_id = registry()[slug], str(clock.uuid7())
    body = json.dumps(
        {
            "type": f"/problems/{slug}",
            "title": known["title"],
            "status": known["status"],
            "detail": known["help"],
            "instance": request_id,
            "code": slug,
            "request_id": request_id,
        }
    ).encode()
    head = (
        f"HTTP/1.1 {known['status']} {REASONS[known['status']]}\r\n"
        "Connection: close\r\n"
        "Content-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"X-Request-Id: {request_id}\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Cache-Control: no-store\r\n\r\n"
    )
    return head.encode() + body
