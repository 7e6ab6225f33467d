"""How is a fault scenario run and judged? Workers in nurseries, a gateway that holds the truth."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.databases import ROOT
from tests.worker.bookings import Clinic

OPEN = "SELECT count(*) FROM reminders WHERE state IN ('scheduled', 'leased', 'sending')"
ACCEPTED = """SELECT provider_ref FROM reminders
    WHERE state = 'accepted' AND state_reason IS DISTINCT FROM 'merged'"""
CALLED = """SELECT count(*) FROM reminders r JOIN appointments a ON a.id = r.appointment_id
    WHERE r.state IN ('dead', 'failed', 'uncertain') AND NOT EXISTS (
        SELECT 1 FROM tasks t WHERE t.case_id = a.case_id AND t.kind = 'call_client')"""


@contextmanager
def nursery(place: Clinic, log: Path, *, lease: float = 3, **plan: object) -> Iterator[Nursery]:
    """A nursery in a process group of its own; it and its life are killed at the end."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery", json.dumps(plan)],
            cwd=ROOT,
            env=kept
            | place.environment(
                INTAKE_LEASE_SECONDS=str(lease), INTAKE_LEASE_MARGIN_SECONDS=str(lease / 3)
            ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            start_new_session=True,
        )
        try:
            yield Nursery(process, log)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def until(what: Callable[[], bool], *, seconds: float) -> bool:
    """Whether something becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return what()


def nothing_open(place: Clinic) -> bool:
    """Whether every reminder has ended."""
    [(count,)] = place.rows(OPEN)
    return int(count) == 0


def judge(place: Clinic) -> Verdict:
    """What the gateway and the database say after a scenario."""
    assert place.gateway is not None
    messages = place.gateway.messages()
    held = Counter(str(message["to"]) for message in messages)
    known = {str(message["id"]) for message in messages}
    [(uncalled,)] = place.rows(CALLED)
    return Verdict(
        states=place.states(),
        lost=sum(reference not in known for (reference,) in place.rows(ACCEPTED)),
        doubled=sum(count > 1 for count in held.values()),
        without_a_call=int(uncalled),
        repeats=sum(int(str(message["repeats"])) for message in messages),
    )


@dataclass(frozen=True, slots=True)
class Nursery:
    """A running nursery and what it wrote."""

    process: subprocess.Popen[bytes]
    log: Path

    def kills(self) -> int:
        """How many lives have ended by SIGKILL."""
        return len(self.endings())

    def endings(self) -> list[str]:
        """The faults that ended lives, in order."""
        return [str(json.loads(line)["faults"]) for line in self.log.read_text().splitlines()]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`lost`: accepted, but never received; `doubled`: people who got more than one message."""

    states: dict[str, int]
    lost: int
    doubled: int
    without_a_call: int
    repeats: int
