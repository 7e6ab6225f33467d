"""Does the journey end as promised although its worker is killed again and again on the way?"""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from intake.embedded.processes import send
from tests.demo.command import JourneyProcess, folder, running_journey

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(600)]

#: A killed worker's reminders come back after three seconds instead of ten.
SOON = {
    "INTAKE_LEASE_SECONDS": "3",
    "INTAKE_LEASE_MARGIN_SECONDS": "1",
    "INTAKE_DISPATCH_BUDGET_SECONDS": "1",
    "INTAKE_TICK_SECONDS": "0.5",
}
#: Each process that sends dies after its second message was accepted, before that is recorded.
AFTER_SENDING = "kill:after_send:2"
KILLS = 5


def messages_in(journal: Path) -> int:
    """How many messages and repeats of them the gateway has written down."""
    lines = journal.read_bytes().splitlines() if journal.exists() else []
    return sum(line.startswith((b'{"message"', b'{"repeat"')) for line in lines)


def kill_the_worker_at_every_other_message(journey: JourneyProcess) -> int:
    """SIGKILL to the worker and its children, as soon as a message came in; how many times."""
    journal = journey.root / "gateway" / "journal.jsonl"
    killed, seen = 0, 0
    while journey.runs and killed < KILLS:
        if messages_in(journal) >= seen + 2 and (workers := journey.workers()):
            send(workers, signal.SIGKILL)
            killed, seen = killed + 1, messages_in(journal)
        time.sleep(0.01)
    return killed


def test_a_worker_killed_on_the_way_loses_and_doubles_nothing() -> None:
    with (
        folder() as root,
        running_journey(root, INTAKE_FAULTS=AFTER_SENDING, **SOON) as journey,
    ):
        killed = kill_the_worker_at_every_other_message(journey)
        report = journey.report(seconds=400)

    totals = report["totals"]
    assert report["differences"] == []
    assert killed == KILLS
    assert totals["reminders_due"] == totals["accepted"] == 15
    assert totals["messages_at_the_gateway"] == 15
    assert totals["repeats_collapsed"] > 0, "no kill came between sending and recording"
