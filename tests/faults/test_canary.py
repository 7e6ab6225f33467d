"""Does a real API, worker, broker and database server say a planted word anywhere it shouldn't?

Each place is searched together with a control: something that must be found there, or a word that
was made to leak, so that an empty or wrong file can't pass for a clean one.
"""

from __future__ import annotations

import base64
import datetime as dt
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
import redis
from flask import Flask
from sqlalchemy import create_engine

from intake.embedded import stack
from intake.embedded.environment import environment
from intake.embedded.layout import Layout
from intake.embedded.processes import end
from intake.embedded.services import Services
from tests.faults.harness import until
from tests.makers import canary
from tests.makers.canary import Journey
from tests.support.databases import ROOT, driver_url, run_intake
from tests.support.http_client import RemoteApp
from tests.support.web import Web
from tests.worker.gateway_process import TOKEN, GatewayProcess, free_port, running_gateway

pytestmark = [pytest.mark.faults, pytest.mark.slow]
#: Leaks on purpose, to show that the search would see it.
CONTROL = "petrichorlantern"
#: The day before the planted appointment, in the morning.
EVE = dt.datetime(2027, 1, 17, 11, tzinfo=dt.UTC)
#: How Celery's messages carry their arguments.
BODY = re.compile(r'\\?"body\\?": ?\\?"([A-Za-z0-9+/=]+)\\?"')


@dataclass(frozen=True, slots=True)
class Monitor:
    """Everything that Valkey is told, by whomever, while it listens."""

    server: Path
    heard: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Until the server stops."""
        with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
            line.connect(str(self.server))
            line.sendall(b"MONITOR\r\n")
            with line.makefile(errors="replace") as told:
                for command in told:
                    self.heard.append(command)


@dataclass(frozen=True, slots=True)
class Stage:
    """A whole product of its own, and all that it said."""

    services: Services
    web: Web
    gateway: GatewayProcess
    valkey: redis.Redis
    monitor: Monitor
    logs: Path
    address: str

    @property
    def server_log(self) -> Path:
        """What PostgreSQL writes."""
        return self.services.layout.servers / "postgresql.log"

    def said(self, program: str) -> str:
        """What a program wrote to its standard output and error."""
        return (self.logs / f"{program}.log").read_text(errors="replace")


@contextmanager
def program(logs: Path, name: str, settings: dict[str, str]) -> Iterator[None]:
    """`intake NAME`, writing to a file; ended with its children."""
    kept = {one: os.environ[one] for one in ("PATH", "HOME", "LANG") if one in os.environ}
    with (logs / f"{name}.log").open("wb") as output:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("intake")), name],
            cwd=ROOT,
            env=kept | settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield
        finally:
            end([process.pid], seconds=15)
            process.wait(timeout=15)


@pytest.fixture(scope="module")
def servers() -> Iterator[Services]:
    """Servers of this file alone: nobody else writes to their logs."""
    folder = Path(tempfile.mkdtemp(prefix="intake-test-"))
    folder.chmod(0o755)
    made = Services(folder / "stack", durable=False)
    made.start()
    yield made
    made.stop()
    stack.discard(Layout.of(folder / "stack"))
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def stage(servers: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    logs = tmp_path_factory.mktemp("logs")
    with running_gateway(tmp_path_factory.mktemp("gateway")) as gateway:
        port = free_port()
        settings = environment(servers.layout.root, "intake", port=port) | {
            "INTAKE_ENV": "test",
            "INTAKE_TICK_SECONDS": "0.5",
            "SMS_GATEWAY_URL": gateway.url,
            "SMS_GATEWAY_TOKEN": TOKEN,
            "SMTP_URL": gateway.smtp_url,
        }
        for command in ("bootstrap", "upgrade"):
            assert run_intake("db", command, settings=settings).returncode == 0
        address = f"http://127.0.0.1:{port}"
        judge = create_engine(servers.superuser_url("intake"))
        valkey = redis.Redis(unix_socket_path=str(servers.valkey_socket))
        monitor = Monitor(servers.valkey_socket)
        threading.Thread(target=monitor.listen, daemon=True).start()
        with (
            program(logs, "serve", settings),
            program(logs, "worker", settings),
            program(logs, "beat", settings),
        ):
            assert until(lambda: answers(f"{address}/readyz") == 200, seconds=60)
            web = Web(cast("Flask", RemoteApp(address)), judge)
            yield Stage(servers, web, gateway, valkey, monitor, logs, address)
        judge.dispose()
        valkey.close()


@pytest.fixture(scope="module")
def journey(stage: Stage) -> Journey:
    """The planted words go through everything; then the reminder leaves."""
    made = canary.journey(stage.web, stage.web.site())
    stage.web.set_clinic_time(EVE)
    assert until(lambda: bool(stage.gateway.messages()), seconds=60)
    return made


def answers(url: str) -> int:
    """The status of a plain request; 0 while nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own loopback
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def written(stage: Stage, start: int) -> str:
    """What the database server has logged from that place on."""
    return stage.server_log.read_bytes()[start:].decode(errors="replace")


def found_in(text: str) -> set[str]:
    """Planted words in a text, also inside the encoded bodies of messages."""
    decoded = [base64.b64decode(body).decode(errors="replace") for body in BODY.findall(text)]
    everything = "\n".join([text, *decoded]).lower()
    return {word for word in (*canary.PLANTED, CONTROL) if word.lower() in everything}


def held(valkey: redis.Redis) -> str:
    """Every key and every value, of whichever kind and in whichever logical database."""
    texts: list[str] = []
    for number in range(16):
        valkey.execute_command("SELECT", number)  # type: ignore[no-untyped-call] # redis leaves it untyped
        for key in cast("list[bytes]", valkey.keys()):
            texts += [key.decode(errors="replace"), str(_value(valkey, key))]
    valkey.execute_command("SELECT", 0)  # type: ignore[no-untyped-call] # redis leaves it untyped
    return "\n".join(texts)


def _value(valkey: redis.Redis, key: bytes) -> Any:
    reads = {
        b"none": lambda _: None,  # gone since its name was read
        b"string": valkey.get,
        b"hash": valkey.hgetall,
        b"set": valkey.smembers,
        b"list": lambda name: valkey.lrange(name, 0, -1),
        b"zset": lambda name: valkey.zrange(name, 0, -1),
    }
    return reads[cast("bytes", valkey.type(key))](key)  # type: ignore[no-untyped-call] # redis leaves it untyped


def test_the_gateway_gets_the_number_and_nothing_else_of_the_person(
    stage: Stage, journey: Journey
) -> None:
    assert journey.case.id
    messages = stage.gateway.messages()

    assert {message["to"] for message in messages} == {canary.NUMBERS[1]}
    assert [text for one in messages if (text := str(one["text"])) and found_in(text)] == []
    # The glass was broken: the key worker is told.
    assert until(lambda: bool(stage.gateway.mails()), seconds=60)
    mails = stage.gateway.mails()
    assert [mail for mail in mails if found_in(str(mail))] == []


def test_no_refusal_repeats_what_was_sent(stage: Stage, journey: Journey) -> None:
    del stage

    assert len(journey.problems) > 15
    assert [text for text in journey.problems if canary.seen(text)] == []


def test_no_address_and_no_header_of_an_answer_holds_them(stage: Stage, journey: Journey) -> None:
    headers = "".join(cast("RemoteApp", stage.web.app).headers)

    assert f"/api/v1/clients/{journey.case.client_id}/holds" in headers
    assert found_in(headers) == set()


@pytest.mark.parametrize(
    ("name", "control"),
    [("serve", "unexpected error"), ("worker", "reminders.dispatch"), ("beat", "Sending due task")],
)
def test_no_program_writes_them_to_its_log(
    stage: Stage, journey: Journey, *, name: str, control: str
) -> None:
    assert journey.case.id
    said = stage.said(name)

    assert control in said
    assert found_in(said) == set()


def test_the_database_server_writes_none_of_them(stage: Stage, journey: Journey) -> None:
    assert journey.case.id
    before = written(stage, 0)

    assert "ready to accept connections" in before
    assert found_in(before) <= {CONTROL}
    start = stage.server_log.stat().st_size
    with psycopg.connect(driver_url(stage.services.superuser_url("intake"))) as connection:
        connection.execute("SET log_statement = 'all'")  # the control: weakened, it does
        connection.execute(f"SELECT '{CONTROL}'")
    assert found_in(written(stage, start)) == {CONTROL}


def test_a_failing_statement_is_logged_only_when_settings_are_weakened(stage: Stage) -> None:
    url = driver_url(stage.services.superuser_url("intake"))

    start = stage.server_log.stat().st_size
    for weakened in (False, True):
        with psycopg.connect(url, autocommit=True) as connection:
            if weakened:
                connection.execute("SET log_min_messages = 'error'")
                connection.execute("SET log_min_error_statement = 'error'")
            with pytest.raises(psycopg.errors.InvalidTextRepresentation):
                connection.execute(f"SELECT '{CONTROL}'::integer")
        assert found_in(written(stage, start)) == ({CONTROL} if weakened else set())


def test_the_broker_is_told_none_of_them_and_keeps_none(stage: Stage, journey: Journey) -> None:
    assert journey.case.id
    told = "\n".join(stage.monitor.heard)

    assert "reminders.dispatch" in told
    assert BODY.search(told)
    assert found_in(told) <= {CONTROL}
    assert found_in(held(stage.valkey)) == set()


def test_the_search_of_the_broker_sees_what_leaks(stage: Stage, journey: Journey) -> None:
    assert journey.case.id
    body = base64.b64encode(f'[["{CONTROL}"], {{}}, {{}}]'.encode()).decode()

    stage.valkey.lpush("canary", f'{{"body": "{body}"}}')
    assert until(lambda: found_in("\n".join(stage.monitor.heard)) == {CONTROL}, seconds=10)
    assert found_in(held(stage.valkey)) == {CONTROL}
    stage.valkey.delete("canary")
    for leak in (
        lambda: stage.valkey.set(CONTROL, 1),
        lambda: stage.valkey.hset("x", "y", CONTROL),
    ):
        leak()
        assert found_in(held(stage.valkey)) == {CONTROL}
        stage.valkey.delete(CONTROL, "x")


def test_health_tells_none_of_them_and_there_are_no_metrics_yet(
    stage: Stage, journey: Journey
) -> None:
    assert journey.case.id
    client = RemoteApp(stage.address).test_client()

    told = "".join(client.get(path).text for path in ("/healthz", "/readyz"))

    assert "ok" in told or "ready" in told
    assert found_in(told) == set()
    assert answers(f"{stage.address}/metrics") == 404
