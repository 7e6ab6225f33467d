"""What do run, stop and reset do with one stack, for the command line and for `make demo`?"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from intake.embedded import state
from intake.embedded.account import make_root
from intake.embedded.child import end_with_parent
from intake.embedded.environment import environment
from intake.embedded.layout import Layout
from intake.embedded.lock import exclusive, try_exclusive
from intake.embedded.processes import end, marked, send, tail, wait_until
from intake.embedded.programs import INTAKE, PROJECT, Plan
from intake.embedded.services import Services
from intake.embedded.supervisor import Person, Supervisor
from intake.errors import ConfigurationError

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_START = 120
SECONDS_TO_STOP = 60


def run(layout: Layout, plan: Plan, *, port: int | None, say: Callable[[str], None]) -> None:
    """Run a stack in this process until a signal asks it to stop; attach to one that runs.

    Raises:
        ConfigurationError: it can't run, with the reason and the fix; nothing is left running.
    """
    make_root(layout)
    with try_exclusive(state.lock_path(layout)) as ours:
        if not ours:
            attach(layout, port=port, say=say)
            return
        state.remove(layout)
        person = Person(say)

        def ask_to_stop(number: int, frame: object) -> None:
            del number, frame
            person.requests_to_stop += 1

        before = {number: signal.signal(number, ask_to_stop) for number in STOP_SIGNALS}
        supervisor = Supervisor(layout, plan, person, port=port)
        try:
            supervisor.up()
            if not person.wants_to_stop():
                say(f"\nIntake is ready: http://127.0.0.1:{supervisor.port}")
                say("Next, in another terminal: make doctor, or make demo. Ctrl-C stops it all.")
            supervisor.watch()
            say("\nStopping …")
        finally:
            supervisor.down()
            for number, handler in before.items():
                signal.signal(number, handler)
        say("Stopped; nothing is left running. Data is kept below " + str(layout.root))


def attach(layout: Layout, *, port: int | None, say: Callable[[str], None]) -> None:
    """Wait for the supervisor that runs already and say where it is. Raises ConfigurationError."""

    def ready() -> bool:
        running = state.read(layout)
        return running is not None and running.ready

    wait_until(ready, seconds=SECONDS_TO_START, pause=0.1)
    running = state.read(layout)
    if running is None or not running.ready:
        raise ConfigurationError("Another `intake run` starts here but isn't ready. Run: make stop")
    if port and port != running.port:
        raise ConfigurationError(
            f"Intake runs already, on port {running.port}. To change the port: "
            f"make stop, then intake run --port {port}"
        )
    say(f"Intake runs already: {running.url} (process {running.pid}). To stop it: make stop")


def stop(layout: Layout) -> bool:
    """Stop the stack, whoever started it and however that one ended. Whether any of it ran."""
    if not layout.root.exists():
        return False
    services = Services(layout.root)
    running = state.read(layout)
    found = running is not None or services.running()
    if running is not None:
        send([running.pid], signal.SIGTERM)
        if not wait_until(lambda: state.read(layout) is None, seconds=SECONDS_TO_STOP):
            send([running.pid], signal.SIGKILL)
    with exclusive(state.lock_path(layout), seconds=SECONDS_TO_STOP):
        end(marked(state.MARK, str(layout.root)))
        services.stop()
        state.remove(layout)
    return found


def discard(layout: Layout) -> None:
    """Stop the stack and those below its root, and delete all their data.

    Raises:
        ConfigurationError: the folder holds more than a stack, so nothing was deleted.
    """
    root = layout.root
    if (root / ".git").exists() or root in (Path.home(), PROJECT, *PROJECT.parents):
        raise ConfigurationError(f"{root} holds more than a local stack; nothing was deleted.")
    if not root.exists():
        return
    inner = [path for path in root.iterdir() if (path / "passwords.json").exists()]
    for stack in (layout, *map(Layout.of, inner)):
        stop(stack)
        home = stack.servers.parent
        if home != stack.root:
            shutil.rmtree(home)
        shutil.rmtree(stack.sockets, ignore_errors=True)
    shutil.rmtree(root)


@contextmanager
def running(root: Path) -> Iterator[dict[str, str]]:
    """The settings of a whole stack without people that runs for the block, in its own process.

    For `make demo` and tests: the supervisor is the one of `intake run`, on a port of its own.

    Raises:
        ConfigurationError: it doesn't come up; the text is what it printed.
    """
    layout = Layout.of(root)
    make_root(layout)
    log = layout.log / "run.log"
    log.unlink(missing_ok=True)
    # The first start prints passwords: nobody else may read them here.
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output:
        process = subprocess.Popen(
            [INTAKE, "run", "--root", str(layout.root), "--port", "0", "--empty"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509  called from programs without threads
        )
    try:
        wait_until(lambda: process.poll() is not None or is_ready(layout), seconds=SECONDS_TO_START)
        if process.poll() is not None or not is_ready(layout):
            raise ConfigurationError(f"The stack below {root} doesn't start:\n{tail(log, 40)}")
        yield environment(layout.root, port=0)
    finally:
        process.terminate()
        process.wait(SECONDS_TO_STOP)


def is_ready(layout: Layout) -> bool:
    """Whether a supervisor runs here and its API answers."""
    found = state.read(layout)
    return found is not None and found.ready
