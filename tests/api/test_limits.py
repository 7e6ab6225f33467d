"""What does the server itself refuse, before any code of ours sees a request?"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator

import pytest

from intake.embedded import health
from intake.embedded.ports import free_port
from intake.embedded.processes import wait_until
from intake.embedded.programs import INTAKE
from tests.support.databases import Database

LONG = "x" * 9000
TWO_LENGTHS = "Host: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n"


@pytest.fixture(scope="module")
def server(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a served application."""
    port, log = free_port(), tmp_path_factory.mktemp("server") / "log"
    settings = os.environ | module_database.environment | {"INTAKE_PORT": str(port)}
    with log.open("wb") as errors:
        process = subprocess.Popen([INTAKE, "serve"], env=settings, stderr=errors)
    assert wait_until(lambda: health.healthy(port), seconds=30, pause=0.1), log.read_text()
    yield port
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    assert "secret-of-the-caller" not in log.read_text()


@pytest.mark.parametrize(
    ("request_head", "status", "code"),
    [
        (f"GET /{LONG} HTTP/1.1\r\nHost: x\r\n\r\n", 414, "uri-too-long"),
        (f"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: {LONG}\r\n\r\n", 431, "headers-too-large"),
        (
            "GET /healthz HTTP/1.1\r\nHost: x\r\n"
            + "".join(f"X-{n}: y\r\n" for n in range(80))
            + "\r\n",
            431,
            "headers-too-large",
        ),
        ("nonsense secret-of-the-caller\r\n\r\n", 400, "bad-request"),
        ("GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n", 400, "bad-request"),
        ("GET /healthz HTTP/1.1\r\nBad Header: secret-of-the-caller\r\n\r\n", 400, "bad-request"),
        (f"POST /api/v1/session HTTP/1.1\r\n{TWO_LENGTHS}\r\n{{", 400, "bad-request"),
    ],
)
def test_a_request_the_server_cannot_read_is_refused_as_a_problem(
    server: int, request_head: str, status: int, code: str
) -> None:
    answer = spoken(server, request_head.encode())

    head, _, body = answer.partition("\r\n\r\n")
    assert f" {status} " in head.splitlines()[0]
    assert "Content-Type: application/problem+json" in head
    assert json.loads(body)["code"] == code
    assert json.loads(body)["request_id"] in head


def test_a_body_that_hides_its_length_is_cut_off_all_the_same(server: int) -> None:
    chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    head = (
        "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )

    answer = spoken(server, head.encode() + chunk * 2 + b"0\r\n\r\n")

    assert answer.startswith("HTTP/1.1 413 ")
    assert '"body-too-large"' in answer


def spoken(port: int, sent: bytes) -> str:
    """Everything the server answers to these bytes until it hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        received = b""
        while part := connection.recv(65536):
            received += part
    return received.decode()
