"""Does each channel tell truthfully how a send ended?"""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from intake.errors import ConfigurationError
from tests.worker.gateway_process import TOKEN, GatewayProcess, free_port, running_gateway
from worker.channels.base import Message, Outcome, Result
from worker.channels.console import Console
from worker.channels.sms_http import SmsHttp, classify
from worker.channels.smtp import Smtp

MESSAGE = Message(recipient="+447700900001", text="Reminder", key="k-1")


@contextmanager
def listening(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port whose first connection is handed to `talk` in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection, suppress(ConnectionError):  # the client may hang up first
                talk(connection)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(timeout=5)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    with running_gateway(tmp_path_factory.mktemp("gateway")) as process:
        yield process


def sms(url: str, *, token: str = TOKEN) -> SmsHttp:
    return SmsHttp(url, token=token, connect_seconds=1, read_seconds=0.3)


def send_by_smtp(*replies: bytes) -> Result:
    """A mail to a server which greets and then answers each command with the next reply."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        for reply in replies:
            connection.recv(65536)
            connection.sendall(reply)

    with listening(talk) as port:
        channel = Smtp(f"smtp://127.0.0.1:{port}", sender="no-reply@example.com")
        return channel.send(Message("lead@example.com", "3", key="k", subject="Counts"))


def test_an_accepted_text_carries_the_providers_reference(gateway: GatewayProcess) -> None:
    result = sms(gateway.url).send(replace(MESSAGE, key="new"))

    assert (result.outcome, result.http_status) == (Outcome.ACCEPTED, 202)
    assert result.provider_ref == gateway.messages()[-1]["id"]


def test_a_repeat_with_the_same_key_is_accepted_again(gateway: GatewayProcess) -> None:
    first = sms(gateway.url).send(MESSAGE)
    second = sms(gateway.url).send(MESSAGE)

    assert (second.outcome, second.provider_ref) == (Outcome.ACCEPTED, first.provider_ref)


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        ("400", Outcome.PERMANENT),
        ("429", Outcome.THROTTLED),
        ("500", Outcome.TRANSIENT),
        ("hang", Outcome.UNKNOWN),
        ("drop", Outcome.UNKNOWN),
        ("garbage", Outcome.UNKNOWN),
    ],
)
def test_a_failing_gateway_is_classified(
    gateway: GatewayProcess, behaviour: str, outcome: Outcome
) -> None:
    gateway.script(behaviour)

    result = sms(gateway.url).send(MESSAGE)

    assert result.outcome is outcome
    assert result.error_class


def test_a_throttled_send_says_when_again(gateway: GatewayProcess) -> None:
    gateway.script("429")

    assert sms(gateway.url).send(MESSAGE).retry_after == 1.0


def test_a_wrong_token_is_our_configuration(gateway: GatewayProcess) -> None:
    assert sms(gateway.url, token="wrong").send(MESSAGE).outcome is Outcome.CONFIG


def test_a_gateway_nobody_listens_for_has_certainly_not_accepted() -> None:
    result = sms(f"http://127.0.0.1:{free_port()}").send(MESSAGE)

    assert (result.outcome, result.error_class) == (Outcome.OUTAGE, "ConnectionRefusedError")


def test_a_redirect_is_not_followed() -> None:
    def move(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")

    with listening(move) as port:
        result = sms(f"http://127.0.0.1:{port}").send(MESSAGE)

    assert (result.outcome, result.http_status) == (Outcome.CONFIG, 302)


def test_an_answer_that_trickles_past_its_time_is_cut() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 250\r\n\r\n")
        for byte in b'{"id": "1"' + b" " * 239 + b"}":
            connection.sendall(bytes([byte]))
            time.sleep(0.005)

    with listening(drip) as port:
        result = sms(f"http://127.0.0.1:{port}").send(MESSAGE)

    assert result.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("status", [404, 422, 410])
def test_a_refusal_of_the_message_is_permanent(status: int) -> None:
    assert classify(status, b"", None).outcome is Outcome.PERMANENT


def test_a_duplicate_of_the_key_counts_as_accepted() -> None:
    assert classify(409, b"", None).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("header", [None, "Wed, 21 Oct 2026 07:28:00 GMT", "-5", "soon"])
def test_an_unreadable_retry_after_becomes_the_default(header: str | None) -> None:
    assert classify(429, b"", header).retry_after == 30.0


def test_a_mail_reaches_the_sink(gateway: GatewayProcess) -> None:
    channel = Smtp(gateway.smtp_url, sender="no-reply@example.com")

    result = channel.send(Message("lead@example.com", "3 reads", key="n-1", subject="Counts"))

    assert result.outcome is Outcome.ACCEPTED
    assert gateway.mails()[-1]["recipients"] == ["lead@example.com"]


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ((b"250 ok\r\n", b"250 ok\r\n", b"550 unknown\r\n", b"250 ok\r\n"), Outcome.PERMANENT),
        ((b"250 ok\r\n", b"250 ok\r\n", b"451 later\r\n", b"250 ok\r\n"), Outcome.TRANSIENT),
        ((b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"), Outcome.UNKNOWN),
    ],
)
def test_a_failing_mail_server_is_classified(replies: tuple[bytes, ...], outcome: Outcome) -> None:
    assert send_by_smtp(*replies).outcome is outcome


def test_a_mail_server_that_is_down_has_certainly_not_accepted() -> None:
    channel = Smtp(f"smtp://127.0.0.1:{free_port()}", sender="no-reply@example.com")

    assert channel.send(MESSAGE).outcome is Outcome.OUTAGE


def test_the_console_writes_one_line() -> None:
    stream = io.StringIO()

    Console(stream).send(MESSAGE)

    assert stream.getvalue() == "+447700900001\tReminder\n"


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "127.0.0.1:80"])
def test_a_gateway_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="SMS_GATEWAY_URL"):
        SmsHttp(url, token=TOKEN)
