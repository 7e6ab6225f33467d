"""Which messages would have left this machine? A gateway that keeps them and sends nothing out.

It speaks the protocol of the `sms_http` channel, honours idempotency keys as a good provider does,
and can be told to fail, so that a run or a test may ask the only judge of "sent twice":

    POST /messages {"to", "text"}   Authorization: Bearer …, Idempotency-Key: …
                                    202 new · 200 same key and body · 422 same key, other body
    GET  /messages, GET /mails      all that was accepted (Bearer)
    POST /script {"next": […]}      what the next requests meet (Bearer): BEHAVIOURS
    GET  /healthz                   200
"""

from __future__ import annotations

import asyncio
import hmac
import json
import signal
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

from intake.embedded import mail_sink
from intake.embedded.gateway_journal import Journal, KeyReusedError

BEHAVIOURS = frozenset({"ok", "400", "429", "500", "hang", "drop", "garbage"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HANG_SECONDS = 3600.0
"""Longer than any client waits; the client gives up first."""
MAX_BODY = 64 * 1024
REASONS = {
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    413: "Content Too Large",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
}

Answer = tuple[int, object]


def _loopback(url: str, default_port: int) -> tuple[str, int]:
    """Host and port of the address to listen on; anything but this machine is refused."""
    parts = urlsplit(url)
    if parts.hostname not in LOOPBACK:
        raise click.BadParameter("the local gateway listens on 127.0.0.1 only")
    return parts.hostname, parts.port or default_port


def _as_object(body: bytes) -> dict[str, object]:
    """The JSON object of a body; anything else is an empty one."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    """One HTTP/1.1 request, or None at the end of the connection."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    first, *lines = head.rstrip().split("\r\n")
    headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MAX_BODY:
        return Request("", "", headers, b"", too_large=True)
    method, path, *_ = [*first.split(" "), "", ""]
    return Request(method, path, headers, await reader.readexactly(int(length)))


async def _answer(writer: asyncio.StreamWriter, status: int, payload: object) -> None:
    """Send one JSON answer."""
    body = json.dumps(payload).encode()
    retry = "Retry-After: 1\r\n" if status == 429 else ""  # noqa: PLR2004  # the status says it
    head = (
        f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{retry}\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()


async def serve(gateway: Gateway, *, http: tuple[str, int], smtp: tuple[str, int] | None) -> None:
    """Listen until a SIGTERM or SIGINT arrives."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    servers = [await asyncio.start_server(gateway.converse, *http, backlog=512)]
    if smtp is not None:
        servers.append(await mail_sink.listen(gateway.journal, *smtp))
    await stop.wait()
    for server in servers:
        server.close()


@click.command()
@click.option(
    "--root", type=click.Path(path_type=Path), required=True, help="Directory of the run."
)
@click.option("--url", envvar="SMS_GATEWAY_URL", required=True, help="http://127.0.0.1:PORT")
@click.option("--token", envvar="SMS_GATEWAY_TOKEN", required=True, help="Bearer token of clients.")
@click.option("--smtp", envvar="SMTP_URL", help="smtp://127.0.0.1:PORT of the mail sink.")
@click.option(
    "--delay-ms", default=0, help="Milliseconds every message takes, as a provider would."
)
def main(*, root: Path, url: str, token: str, smtp: str | None, delay_ms: int) -> None:
    """Keep what the product sends, on this machine only."""
    journal = Journal(root / "gateway" / "journal.jsonl")
    gateway = Gateway(journal, token=token, delay=delay_ms / 1000)
    http_address = _loopback(url, 80)
    smtp_address = _loopback(smtp, 25) if smtp else None
    asyncio.run(serve(gateway, http=http_address, smtp=smtp_address))
    journal.close()


@dataclass(frozen=True, slots=True)
class Request:
    """One request as read from the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    too_large: bool = False


class Gateway:
    """Answers requests from the journal; `script` holds what the next messages shall meet."""

    def __init__(self, journal: Journal, *, token: str, delay: float = 0.0) -> None:
        self.journal = journal
        self.script: deque[str] = deque()
        self._token = f"Bearer {token}".encode()
        self._delay = delay

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection, request after request."""
        try:
            while (request := await _read_request(reader)) is not None:
                if request.method == "POST" and request.path == "/messages":
                    keep_open = await self._take_message(request, writer)
                else:
                    await _answer(writer, *self._control(request))
                    keep_open = not request.too_large
                if not keep_open or request.headers.get("connection", "").lower() == "close":
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # the client went away in the middle: its own affair, it will ask again
        finally:
            writer.close()

    def _known(self, request: Request) -> bool:
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), self._token)

    def _control(self, request: Request) -> Answer:
        """Everything but a new message."""
        if request.too_large:
            return 413, {"error": "at most 64 KiB, with a Content-Length"}
        route = f"{request.method} {request.path}"
        if route == "GET /healthz":
            return 200, {"status": "ok"}
        if not self._known(request):
            return 401, {"error": "send Authorization: Bearer <SMS_GATEWAY_TOKEN>"}
        if route == "POST /script":
            return self._take_script(request)
        held = {"GET /messages": self.journal.messages, "GET /mails": self.journal.mails}
        return (200, held[route]()) if route in held else (404, {"error": "no such path"})

    def _take_script(self, request: Request) -> Answer:
        """Queue behaviours for the next messages; an empty list clears the queue."""
        behaviours = _as_object(request.body).get("next")
        if not isinstance(behaviours, list) or not BEHAVIOURS.issuperset(map(str, behaviours)):
            return 400, {"error": f"next: a list of {', '.join(sorted(BEHAVIOURS))}"}
        self.script = deque([*self.script, *map(str, behaviours)] if behaviours else [])
        return 200, {"queued": len(self.script)}

    async def _take_message(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Meet one message as the script says; answer whether the connection stays open."""
        if self._delay:
            await asyncio.sleep(self._delay)
        behaviour = self.script.popleft() if self.script else "ok"
        if behaviour in {"400", "429", "500"}:
            await _answer(writer, int(behaviour), {"error": f"scripted {behaviour}"})
            return True
        if behaviour == "hang":
            await asyncio.sleep(HANG_SECONDS)
            return False
        status, payload = self._accept(request)
        if behaviour == "drop":
            return False
        if behaviour == "garbage":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<garbage>")
            await writer.drain()
            return True
        await _answer(writer, status, payload)
        return True

    def _accept(self, request: Request) -> Answer:
        """Put one message in the journal, once per key."""
        if not self._known(request):
            return 401, {"error": "send Authorization: Bearer <SMS_GATEWAY_TOKEN>"}
        key = request.headers.get("idempotency-key", "")
        message = _as_object(request.body)
        to, text = message.get("to"), message.get("text")
        if not key or not isinstance(to, str) or not isinstance(text, str) or not to or not text:
            return 400, {"error": 'send {"to", "text"} and an Idempotency-Key'}
        try:
            found, duplicate = self.journal.accept(key, to=to, text=text)
        except KeyReusedError:
            return 422, {"error": "this key was used with another body"}
        return (200 if duplicate else 202), {"id": found, "duplicate": duplicate}


if __name__ == "__main__":
    main()
