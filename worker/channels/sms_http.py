"""How does a text message leave? One POST with an idempotency key to the SMS gateway.

`POST /messages {"to", "text"}` with a bearer token; 202 for a new message, 200 for a repeat of the
same key. Every send has a connection of its own: on a kept one, a reset can't be told from a
message that was lost after it was taken, and "certainly not accepted" is what allows a fallback.
Redirects are not followed: a provider that moved is a matter of configuration.
"""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

from intake.errors import ConfigurationError
from worker.channels.base import CONNECT_SECONDS, READ_SECONDS, Message, Outcome, Result

MAX_ANSWER = 64 * 1024
DEFAULT_RETRY_AFTER = 30.0
BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: Outcome.CONFIG,
    HTTPStatus.FORBIDDEN: Outcome.CONFIG,
    HTTPStatus.CONFLICT: Outcome.ACCEPTED,  # "duplicate of key": the first attempt arrived
    HTTPStatus.TOO_MANY_REQUESTS: Outcome.THROTTLED,
}


def classify(status: int, body: bytes, retry_after: str | None) -> Result:
    """The row of the classification table an answer belongs to."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return _accepted(status, body)
    if status in BY_STATUS:
        outcome = BY_STATUS[HTTPStatus(status)]
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        outcome = Outcome.TRANSIENT
    elif status < HTTPStatus.BAD_REQUEST:
        outcome = Outcome.CONFIG  # a redirect
    else:
        outcome = Outcome.PERMANENT
    seconds = _seconds(retry_after) if outcome is Outcome.THROTTLED else None
    return Result(outcome, http_status=status, error_class=f"http_{status}", retry_after=seconds)


def _accepted(status: int, body: bytes) -> Result:
    """A success counts only with the provider's reference in it; else nobody knows."""
    try:
        reference = json.loads(body)["id"]
    except (ValueError, KeyError, TypeError):
        return Result(Outcome.UNKNOWN, http_status=status, error_class="unreadable_answer")
    return Result(Outcome.ACCEPTED, provider_ref=str(reference), http_status=status)


def _seconds(retry_after: str | None) -> float:
    """Retry-After in seconds; its date form and nonsense become the default. At most an hour."""
    if retry_after is None or not retry_after.strip().isdecimal():
        return DEFAULT_RETRY_AFTER
    return min(float(retry_after), 3600.0)


def _cut(connection: http.client.HTTPConnection) -> None:
    """End an exchange that trickles past its time, whatever it is waiting for."""
    with suppress(OSError, AttributeError):  # it has just ended by itself
        connection.sock.shutdown(2)


class SmsHttp:
    """The SMS gateway behind SMS_GATEWAY_URL."""

    name = "sms_http"
    honours_key = True

    def __init__(
        self,
        url: str,
        *,
        token: str,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigurationError("SMS_GATEWAY_URL must be an http or https address.")
        self._host, self._port, self._path = parts.hostname, parts.port, parts.path.rstrip("/")
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._token = token
        self._connect_seconds, self._read_seconds = connect_seconds, read_seconds

    def send(self, message: Message) -> Result:
        """Send one text message; see Channel."""
        connection = self._connection()
        try:
            connection.connect()
        except ssl.SSLCertVerificationError as error:
            return Result(Outcome.CONFIG, error_class=type(error).__name__)
        except OSError as error:
            return Result(Outcome.OUTAGE, error_class=type(error).__name__)
        watchdog = threading.Timer(self._read_seconds, _cut, (connection,))
        watchdog.daemon = True
        watchdog.start()
        try:
            return self._exchange(connection, message)
        except (OSError, http.client.HTTPException) as error:
            return Result(Outcome.UNKNOWN, error_class=type(error).__name__)
        finally:
            watchdog.cancel()
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self._tls is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._connect_seconds)
        return http.client.HTTPSConnection(
            self._host, self._port, timeout=self._connect_seconds, context=self._tls
        )

    def _exchange(self, connection: http.client.HTTPConnection, message: Message) -> Result:
        """One request and its answer on an open connection."""
        connection.sock.settimeout(self._read_seconds)
        connection.request(
            "POST",
            f"{self._path}/messages",
            body=json.dumps({"to": message.recipient, "text": message.text}).encode(),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                "Idempotency-Key": message.key,
                "Connection": "close",
            },
        )
        answer = connection.getresponse()
        body = answer.read(MAX_ANSWER)
        return classify(answer.status, body, answer.getheader("Retry-After"))
