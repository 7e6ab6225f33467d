"""PostgreSQL is killed while workers send: is each reminder still received once?"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.embedded import stack
from intake.embedded.environment import environment
from intake.embedded.layout import Layout
from intake.embedded.services import Services
from tests.faults.harness import judge, nothing_open, nursery, until
from tests.support.databases import Database, run_intake
from tests.worker.bookings import Clinic, clinic
from tests.worker.gateway_process import running_gateway

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture
def services() -> Iterator[Services]:
    """Servers of this test alone, deleted afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="intake-test-"))
    folder.chmod(0o755)
    made = Services(folder / "stack", durable=False)
    made.start()
    yield made
    stack.discard(Layout.of(folder / "stack"))
    shutil.rmtree(folder)


@pytest.fixture
def place(services: Services, tmp_path: Path) -> Iterator[Clinic]:
    settings = environment(services.layout.root, "intake", port=0) | {"INTAKE_ENV": "test"}
    for command in ("bootstrap", "upgrade"):
        finished = run_intake("db", command, settings=settings)
        assert finished.returncode == 0, finished.stderr
    database = Database("intake", services.superuser_url("intake"), settings)
    with (
        running_gateway(tmp_path / "gateway", delay_ms=200) as gateway,
        clinic(database, gateway) as made,
    ):
        yield made


def test_a_database_that_is_killed_while_workers_send_doubles_nothing(
    place: Clinic, services: Services, tmp_path: Path
) -> None:
    place.book_many(60)

    with (
        nursery(place, tmp_path / "one.log", batch=5, lease=2),
        nursery(place, tmp_path / "two.log", batch=5, lease=2),
    ):
        for accepted in (5, 20, 35):
            assert until(lambda: place.states().get("accepted", 0) >= accepted, seconds=30)  # noqa: B023 - called at once
            os.kill(
                int((services.layout.cluster / "postmaster.pid").read_text().split()[0]),
                signal.SIGKILL,
            )
            services.start()
        ended = until(lambda: nothing_open(place), seconds=60)

    verdict = judge(place)
    assert ended, verdict
    assert (verdict.lost, verdict.doubled, verdict.without_a_call) == (0, 0, 0), verdict
    assert verdict.states.get("accepted", 0) >= 55, verdict
