"""Do worker and beat, as real processes with the real broker, send what is due?"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from intake.config import Settings
from intake.errors import ConfigurationError
from tests.support.databases import ROOT, Database
from tests.worker.bookings import Clinic, clinic
from tests.worker.celery_process import CELERY, celery, inherited
from tests.worker.gateway_process import running_gateway
from worker.process import check_times


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Iterator[Clinic]:
    with running_gateway(tmp_path) as gateway, clinic(database, gateway) as made:
        yield made


def eventually(what: Callable[[], bool], *, seconds: float = 30) -> bool:
    """Whether something becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return what()


def ticks(place: Clinic) -> set[str]:
    return {name for (name,) in place.rows("SELECT name FROM job_ticks")}


def test_worker_and_beat_send_what_is_due_and_show_that_they_live(place: Clinic) -> None:
    place.book()

    with celery(place, "worker", "--concurrency=1"), celery(place, "beat"):
        sent = eventually(lambda: place.states() == {"accepted": 1})
        alive = eventually(lambda: ticks(place) >= {"heartbeat", "beat", "reminders"})

    assert sent
    assert alive


def test_without_a_broker_the_worker_refuses_with_one_sentence(place: Clinic) -> None:
    settings = place.environment()
    del settings["REDIS_URL"]

    finished = subprocess.run(
        [CELERY, "--app=worker.celery_app", "worker"],
        cwd=ROOT,
        env=inherited() | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert (finished.returncode, finished.stderr.count("\n")) == (2, 1)
    assert "REDIS_URL is not set" in finished.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"keys_file": Path("/nowhere")}, "key ring"),
        ({"faults": "explode"}, "INTAKE_FAULTS"),
        ({"environment": "production", "lease_seconds": 30}, "before the lease"),
        ({"environment": "production"}, "clinic clock"),
    ],
)
def test_a_worker_that_is_set_up_wrongly_refuses_with_one_sentence(
    place: Clinic, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigurationError, match=sentence), place.worker(**changes):
        pytest.fail("it started")


def test_the_default_times_fit_one_another() -> None:
    check_times(Settings())
