"""The gateway fails in every way it can: is each reminder still received at most once?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.harness import judge, nothing_open, nursery, until
from tests.support.databases import Database
from tests.worker.bookings import Clinic, clinic
from tests.worker.gateway_process import GatewayProcess, running_gateway

pytestmark = pytest.mark.faults

FAILURES = ("500", "429", "400", "drop", "garbage")


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    with running_gateway(tmp_path / "gateway", delay_ms=100) as process:
        yield process


@pytest.fixture
def place(database: Database, gateway: GatewayProcess) -> Iterator[Clinic]:
    with clinic(database, gateway) as made:
        yield made


@pytest.mark.slow
def test_every_kind_of_failure_at_once_loses_and_doubles_nothing(
    place: Clinic, gateway: GatewayProcess, tmp_path: Path
) -> None:
    dice = random.Random(7)  # noqa: S311 - the same mixture every time
    gateway.script(*dice.choices((*FAILURES, "ok", "ok", "ok"), k=60), "hang")
    place.book_many(40)

    with (
        nursery(place, tmp_path / "one.log", lease=2),
        nursery(place, tmp_path / "two.log", lease=2),
    ):
        ended = until(lambda: nothing_open(place), seconds=60)

    verdict = judge(place)
    assert ended, verdict
    assert (verdict.lost, verdict.doubled, verdict.without_a_call) == (0, 0, 0), verdict
    assert verdict.repeats > 0, verdict
    assert set(verdict.states) <= {"accepted", "failed", "dead", "uncertain"}


@pytest.mark.slow
def test_a_gateway_that_is_killed_and_comes_back_gets_each_message_once(
    place: Clinic, gateway: GatewayProcess, tmp_path: Path
) -> None:
    place.book_many(60)

    with nursery(place, tmp_path / "log", batch=10, lease=2):
        assert until(lambda: place.states().get("accepted", 0) >= 10, seconds=20)
        gateway.kill()
        assert until(lambda: place.states().get("sending", 0) == 0, seconds=20)
        gateway.start()
        ended = until(lambda: nothing_open(place), seconds=60)

    verdict = judge(place)
    assert ended, verdict
    assert (verdict.states, verdict.doubled) == ({"accepted": 60}, 0)
