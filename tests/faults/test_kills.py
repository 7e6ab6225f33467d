"""Workers die at every point of the way: is each reminder still sent once?"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.harness import judge, nothing_open, nursery, until
from tests.support.databases import Database
from tests.worker.bookings import Clinic, clinic
from tests.worker.gateway_process import running_gateway
from worker.faults import POINTS

pytestmark = pytest.mark.faults


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Iterator[Clinic]:
    with running_gateway(tmp_path / "gateway") as gateway, clinic(database, gateway) as made:
        yield made


@pytest.fixture
def seed() -> int:
    """Shown with a failure, so that FAULT_SEED makes the same run again."""
    return int(os.environ.get("FAULT_SEED", random.SystemRandom().randrange(10**6)))


def test_workers_killed_at_random_points_lose_nothing_and_double_nothing(
    place: Clinic, tmp_path: Path, seed: int
) -> None:
    place.book_many(100)

    with (
        nursery(place, tmp_path / "a.log", seed=seed, kills=10, batch=10) as one,
        nursery(place, tmp_path / "b.log", seed=seed + 1, kills=10, batch=10) as other,
    ):
        ended = until(lambda: nothing_open(place), seconds=60)
        kills = one.kills() + other.kills()

    verdict = judge(place)
    assert ended, (seed, verdict)
    assert kills >= 10, (seed, verdict)
    assert (verdict.lost, verdict.doubled, verdict.without_a_call) == (0, 0, 0), (seed, verdict)
    assert verdict.states.get("accepted", 0) >= 95, (seed, verdict)


def test_workers_killed_at_each_point_are_made_good_by_the_next(
    place: Clinic, tmp_path: Path
) -> None:
    place.book_many(2 * len(POINTS))

    with nursery(place, tmp_path / "log", points=POINTS, batch=2) as dying:
        ended = until(lambda: nothing_open(place), seconds=40)
        endings = dying.endings()

    verdict = judge(place)
    assert endings == [f"kill:{point}:1" for point in POINTS]
    assert ended
    assert (verdict.states, verdict.doubled) == ({"accepted": 2 * len(POINTS)}, 0)


def test_the_naive_order_doubles_under_such_kills(place: Clinic, tmp_path: Path, seed: int) -> None:
    place.book_many(40)

    with nursery(place, tmp_path / "log", kills=4, batch=20, naive=True, seed=seed):
        ended = until(lambda: nothing_open(place), seconds=30)

    assert ended
    assert judge(place).doubled > 0, seed


def test_a_worker_frozen_past_its_lease_sends_and_changes_nothing_new(
    place: Clinic, tmp_path: Path
) -> None:
    place.book_many(5)

    with nursery(place, tmp_path / "frozen.log", faults="stop:before_send:1") as frozen:
        assert until(lambda: place.states() == {"sending": 5}, seconds=20)
        with nursery(place, tmp_path / "quick.log"):
            assert until(lambda: nothing_open(place), seconds=20)
            before = place.rows("SELECT r.*::text FROM reminders r ORDER BY id")
            os.killpg(frozen.process.pid, signal.SIGCONT)
            assert until(lambda: judge(place).repeats >= 1, seconds=20)

    verdict = judge(place)
    assert (verdict.states, verdict.doubled) == ({"accepted": 5}, 0)
    assert place.rows("SELECT r.*::text FROM reminders r ORDER BY id") == before


@pytest.mark.slow
def test_a_reminder_that_kills_its_worker_dies_alone(place: Clinic, tmp_path: Path) -> None:
    poison, *others = place.book_many(6)

    fault = f"kill:row={poison.reminder}:1"
    with nursery(place, tmp_path / "log", faults=fault, lease=1) as dying:
        ended = until(lambda: nothing_open(place), seconds=60)
        kills = dying.kills()

    assert ended
    row = place.reminder(poison)
    assert (row.state, row.state_reason) == ("dead", "too_many_attempts")
    assert {place.reminder(other).state for other in others} == {"accepted"}
    assert kills == 6
    assert judge(place).without_a_call == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_thousand_reminders_under_five_hundred_kills(
    place: Clinic, tmp_path: Path, seed: int
) -> None:
    """The release gate: the sample above at full size."""
    place.book_many(2000)

    with ExitStack() as stack:
        cradles = [
            stack.enter_context(
                nursery(place, tmp_path / f"{n}.log", seed=seed + n, kills=130, batch=4)
            )
            for n in range(4)
        ]
        ended = until(lambda: nothing_open(place), seconds=800)
        kills = sum(cradle.kills() for cradle in cradles)
        points = {ending.split(":")[1] for cradle in cradles for ending in cradle.endings()}

    verdict = judge(place)
    assert ended, (seed, verdict)
    assert kills >= 500, (seed, verdict)
    assert points == set(POINTS)
    assert (verdict.lost, verdict.doubled, verdict.without_a_call) == (0, 0, 0), (seed, verdict)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_at_production_values_a_killed_worker_is_made_good_within_its_lease(
    place: Clinic, tmp_path: Path
) -> None:
    place.book_many(5)

    with nursery(place, tmp_path / "log", points=["after_send"], lease=60):
        ended = until(lambda: nothing_open(place), seconds=75)

    verdict = judge(place)
    assert ended, verdict
    assert (verdict.states, verdict.doubled) == ({"accepted": 5}, 0)
