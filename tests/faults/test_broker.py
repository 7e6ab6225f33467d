"""The broker dies, forgets everything or holds rubbish: does each due reminder still leave once?"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis

from intake.embedded.binaries import locate
from tests.faults.harness import judge, nothing_open, until
from tests.support.databases import Database
from tests.worker.bookings import Clinic, clinic
from tests.worker.celery_process import celery
from tests.worker.gateway_process import free_port, running_gateway

pytestmark = pytest.mark.faults


@dataclass(slots=True)
class Broker:
    """A Valkey of this test alone, without memory on disk."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """As Celery spells it."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> redis.Redis:
        """A connection to look and to meddle with."""
        return redis.Redis(port=self.port)

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
        self.process = subprocess.Popen(
            [str(locate().valkey), "--port", str(self.port), "--dir", str(self.folder), *options],
            stdout=subprocess.DEVNULL,
        )
        assert until(self._answers, seconds=10)

    def kill(self) -> None:
        """End it with SIGKILL: every message is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)
            self.process = None

    def _answers(self) -> bool:
        try:
            with self.client as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def running_broker(folder: Path) -> Iterator[Broker]:
    broker = Broker(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Iterator[Clinic]:
    with running_gateway(tmp_path / "gateway") as gateway, clinic(database, gateway) as made:
        yield made


@pytest.mark.slow
def test_a_broker_that_is_killed_and_emptied_under_load_loses_nothing(
    place: Clinic, tmp_path: Path
) -> None:
    changes = {"INTAKE_TICK_SECONDS": "0.05"}
    with running_broker(tmp_path) as broker:
        changes["REDIS_URL"] = broker.url
        with (
            celery(place, "worker", "--concurrency=1", **changes) as worker,
            celery(place, "beat", **changes),
            celery(place, "beat", **changes),
        ):
            place.book_many(10)
            assert until(lambda: nothing_open(place), seconds=30)
            for _ in range(3):
                broker.kill()
                place.book()
                time.sleep(0.5)  # how long it is away, not a wait for something
                broker.start()
                with broker.client as client:
                    client.flushall()
            ended = until(lambda: nothing_open(place), seconds=30)
            alive = worker.poll() is None

    verdict = judge(place)
    assert ended, verdict
    assert alive
    assert verdict.states == {"accepted": 13}


def message(body: str, content_type: str, task: str) -> bytes:
    """An envelope as kombu writes it."""
    properties = {"delivery_tag": task, "delivery_info": {}, "body_encoding": "base64"}
    envelope = {
        "body": body,
        "content-type": content_type,
        "content-encoding": "utf-8",
        "headers": {"task": task, "id": task},
        "properties": properties,
    }
    return json.dumps(envelope).encode()


def test_rubbish_in_the_queue_does_not_stop_the_worker(place: Clinic, tmp_path: Path) -> None:
    rubbish = [
        b"not json",
        b"{}",
        b"[]",
        b'{"body": "!", "headers": {}, "properties": {}}',
        message("gASVBAAAAAAAAAB9lC4=", "application/x-python-serialize", "reminders.dispatch"),
        message("W1tdLCB7fSwge31d", "application/json", "no.such.task"),
        message("bm90IGpzb24=", "application/json", "reminders.dispatch"),
        message("W1sxLCAyXSwge30sIHt9XQ==", "application/json", "reminders.dispatch"),
    ]
    with running_broker(tmp_path) as broker, broker.client as client:
        changes = {"REDIS_URL": broker.url}
        with (
            celery(place, "worker", "--concurrency=1", **changes) as worker,
            celery(place, "beat", **changes),
        ):
            place.book_many(1)
            assert until(lambda: nothing_open(place), seconds=30)
            client.lpush("celery", *rubbish * 4)
            place.book_many(3)
            ended = until(lambda: nothing_open(place), seconds=40)
            alive = worker.poll() is None

    assert ended
    assert alive
    assert judge(place).states == {"accepted": 4}
