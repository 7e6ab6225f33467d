"""Does `intake run` keep a stack up, end it without remains, and say clearly what it does?"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from intake.embedded import health, stack
from intake.embedded.account import make_root
from intake.embedded.layout import Layout
from intake.embedded.ports import free_port
from intake.embedded.processes import alive, wait_until, working_in
from intake.errors import ConfigurationError
from tests.embedded.supervised import Supervised

pytestmark = pytest.mark.faults
Supervise = Callable[..., Supervised]


def kill_one(processes: list[int]) -> int:
    """Kill -9 the first of them."""
    os.kill(processes[0], signal.SIGKILL)
    return processes[0]


def test_it_says_each_stage_and_the_address_and_ctrl_c_leaves_no_process(
    supervise: Supervise,
) -> None:
    running = supervise().ready()
    started = running.everything()

    status = running.interrupt()

    assert status == 0
    assert not any(map(alive, started))
    assert running.everything() == []
    assert not running.layout.sockets.exists()
    shown = running.printed()
    for text in ("PostgreSQL and Valkey", "Demonstration", "seeded", "Programs", "Stopped"):
        assert text in shown
    assert f"Intake is ready: http://127.0.0.1:{running.port}" in shown


def test_a_killed_program_is_started_again_and_its_children_are_gone(
    supervise: Supervise,
) -> None:
    running = supervise().ready()
    # The worker and the child it forked.
    assert running.has("work", 2)
    before = running.programs("work")

    kill_one(before)

    running.prints("worker was killed by signal 9")
    assert running.has("work", 2)
    assert not set(running.programs("work")) & set(before)
    assert running.interrupt() == 0


def test_killed_servers_are_started_again(supervise: Supervise) -> None:
    running = supervise().ready()

    kill_one(working_in(running.layout.valkey))
    os.kill(int((running.layout.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    running.prints("both run again")
    assert working_in(running.layout.valkey)
    assert running.interrupt() == 0
    assert running.everything() == []


def test_a_second_run_attaches_and_stop_ends_the_first(supervise: Supervise) -> None:
    first = supervise().ready()
    second = supervise(port=first.port)

    status = second.ends()

    assert status == 0
    assert f"Intake runs already: http://127.0.0.1:{first.port}" in second.printed()
    assert stack.stop(first.layout)
    assert first.ends() == 0
    assert first.everything() == []


def test_a_second_run_on_another_port_is_told_why_not(supervise: Supervise) -> None:
    first = supervise().ready()
    second = supervise(port=free_port())

    status = second.ends()

    assert status != 0
    assert f"runs already, on port {first.port}" in second.printed()
    assert first.process.poll() is None


def test_after_kill_9_of_the_supervisor_the_next_run_recovers(supervise: Supervise) -> None:
    first = supervise().ready()
    assert first.has("work", 2)
    programs = first.marked()
    first.kill()

    second = supervise(port=first.port).ready()

    assert not any(map(alive, programs))
    assert health.healthy(second.port)
    assert second.interrupt() == 0
    assert second.everything() == []


def test_programs_end_with_a_killed_supervisor_and_stop_cleans_up_the_rest(
    supervise: Supervise,
) -> None:
    running = supervise().ready()
    running.kill()
    assert running.has("serve", 0)

    found = stack.stop(running.layout)

    assert found
    assert running.everything() == []


def test_a_port_in_use_is_told_with_the_fix_and_nothing_is_started(
    supervise: Supervise,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        running = supervise(port=port)

        status = running.ends()

    assert status != 0
    assert f"INTAKE_PORT={port + 1} make run" in running.printed()
    assert running.everything() == []


@pytest.mark.parametrize(
    ("broken", "words"), [("step", "no tables"), ("worker", "the broker's address is wrong")]
)
def test_what_cannot_start_is_shown_with_its_own_words_and_nothing_is_left(
    supervise: Supervise, broken: str, words: str
) -> None:
    running = supervise(broken)

    if broken == "worker":  # the API answers, so the stack is up; the worker keeps being tried
        running.prints(words)
        running.interrupt()

    assert running.ends() == (0 if broken == "worker" else 1)
    assert words in running.printed()
    assert running.everything() == []


def test_a_worker_without_heartbeat_is_started_again(
    supervise: Supervise, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN_STALE_AFTER", "1")
    running = supervise().ready()
    assert running.has("work", 2)
    before = running.programs("work")

    (root.parent / "heartbeat_age").write_text("500")

    running.prints("The worker did nothing for 500 s")
    (root.parent / "heartbeat_age").write_text("0")
    assert wait_until(
        lambda: bool(set(running.programs("work")) - set(before)), seconds=15, pause=0.2
    )
    assert running.interrupt() == 0


def test_discard_deletes_stacks_below_it_and_refuses_a_checkout(root: Path) -> None:
    inner = root / "inner"
    make_root(Layout.of(root))
    (root / ".git").mkdir()

    with pytest.raises(ConfigurationError, match="nothing was deleted"):
        stack.discard(Layout.of(root))

    (root / ".git").rmdir()
    inner.mkdir()
    (inner / "passwords.json").write_text("{}")
    stack.discard(Layout.of(root))
    assert not root.exists()
