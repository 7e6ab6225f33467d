"""How is a whole stack brought up, kept up and taken down?"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from intake.embedded import health, state
from intake.embedded.child import Child, spawn
from intake.embedded.environment import environment
from intake.embedded.layout import Layout
from intake.embedded.ports import is_free, renew_taken
from intake.embedded.processes import end, marked, tail, wait_until
from intake.embedded.programs import API, WORKER, Plan, Step
from intake.embedded.services import Services
from intake.errors import ConfigurationError

TICK = 0.1
SERVERS_EVERY = 2.0
HEARTBEAT_EVERY = 10.0
#: A program may die so often before the API first answers; then something is wrong with it.
PATIENCE = 3
SECONDS_TO_ANSWER = 60.0
#: Of a step's output, in bytes at a time.
MOST_TOLD = 1 << 16


@dataclass(slots=True)
class Person:
    """The one at the terminal: reads lines, and presses Ctrl-C once or twice."""

    say: Callable[[str], None]
    requests_to_stop: int = 0

    def wants_to_stop(self) -> bool:
        """Asked to stop."""
        return self.requests_to_stop > 0

    def is_impatient(self) -> bool:
        """Asked to stop, and asked again."""
        return self.requests_to_stop > 1


@dataclass(slots=True)
class Supervisor:
    """One stack. The caller holds the run lock, calls `up`, then `watch`, and always `down`."""

    layout: Layout
    plan: Plan
    person: Person
    #: Of the API; None for the usual one, 0 for one picked for this root. `up` fills it in.
    port: int | None = None
    _children: dict[str, Child] = field(default_factory=dict)
    _due: dict[str, float] = field(default_factory=dict)
    _services: Services = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is started yet."""
        self._services = Services(self.layout.root)

    def up(self) -> None:
        """Bring everything up until `/healthz` answers, or until the person wants to stop.

        Raises:
            ConfigurationError: it can't come up, with the reason and the fix.
        """
        end(marked(state.MARK, str(self.layout.root)))  # what a killed supervisor left behind
        renew_taken(self.layout)
        settings = environment(self.layout.root, port=self.port)
        self.port = int(settings["INTAKE_PORT"])
        refuse_taken(self.port)
        state.write(self.layout, port=self.port, ready=False)
        began = time.monotonic()
        self._services.start()
        self.person.say(f"  {'PostgreSQL and Valkey':<28} ready ({time.monotonic() - began:.1f} s)")
        inherited = self._inherit(settings)
        for step in self.plan.steps:
            self._prepare(step, inherited)
        self._start_programs(inherited)

    def watch(self) -> None:
        """Keep everything running until the person wants to stop."""
        while not self.person.wants_to_stop():
            for child in self._children.values():
                child.tend(self._tell_end)
            if self._is_due("servers", SERVERS_EVERY):
                self._tend_servers()
            if self._is_due("heartbeat", HEARTBEAT_EVERY):
                self._tend_worker()
            time.sleep(TICK)

    def down(self) -> None:
        """Stop all that runs, in the opposite order, and the servers last."""
        for child in reversed(self._children.values()):
            child.stop(self.person.is_impatient)
        end(marked(state.MARK, str(self.layout.root)))
        self._services.stop()
        state.remove(self.layout)

    def _inherit(self, settings: dict[str, str]) -> dict[str, str]:
        """Our environment with the stack's settings; nothing set outside may win over them."""
        overruled = {f"{name}_FILE" for name in settings}
        kept = {name: value for name, value in os.environ.items() if name not in overruled}
        return kept | settings | {state.MARK: str(self.layout.root), "PYTHONUNBUFFERED": "1"}

    def _prepare(self, step: Step, inherited: dict[str, str]) -> None:
        """Run one step to its end. Raises ConfigurationError with what it printed."""
        if self.person.wants_to_stop():
            return
        began = time.monotonic()
        # In memory or an unlinked file: what a step shows once may be a password.
        with tempfile.TemporaryFile() as output:
            process, told = spawn(step.command, inherited, output), 0
            while process.poll() is None:
                if self.person.wants_to_stop():
                    process.terminate()
                time.sleep(0.02)
                told = self._tell(output, told) if step.shown else 0
            if step.shown:
                self._tell(output, told)
            output.seek(0)
            printed = output.read().decode(errors="replace").rstrip()
        if self.person.wants_to_stop():
            return
        if process.returncode:
            command = " ".join(step.command)
            raise ConfigurationError(
                f"{step.doing}: {command} ended with {process.returncode}.\n{printed}"
            )
        self.person.say(f"  {step.doing:<28} ready ({time.monotonic() - began:.1f} s)")

    def _tell(self, output: IO[bytes], told: int) -> int:
        """Say the whole lines written after so many bytes; answer how many bytes are told now.

        Read without moving: the step writes through the same position.
        """
        written = os.pread(output.fileno(), MOST_TOLD, told)
        whole = written[: written.rfind(b"\n") + 1]
        if whole:
            self.person.say(whole.decode(errors="replace").rstrip())
        return told + len(whole)

    def _start_programs(self, inherited: dict[str, str]) -> None:
        """Start each; those after the API when it answers, for they would only slow its start."""
        began = time.monotonic()
        for program in self.plan.programs:
            if self.person.wants_to_stop():
                return
            child = Child(program, inherited, self.layout.log / f"{program.name}.log")
            self._children[program.name] = child
            child.start()
            if program.name == API:
                self._await_answer()
        state.write(self.layout, port=self.port or 0, ready=True)
        self.person.say(f"  {'Programs':<28} ready ({time.monotonic() - began:.1f} s)")

    def _await_answer(self) -> None:
        """Wait for `/healthz`. Raises ConfigurationError with the log that says why not."""
        given_up = ""

        def settled() -> bool:
            nonlocal given_up
            for name, child in self._children.items():
                child.tend(self._tell_end)
                given_up = name if child.failures > PATIENCE else given_up
            wanted = not given_up and not self.person.wants_to_stop()
            return not wanted or health.healthy(self.port or 0)

        answered = wait_until(settled, seconds=SECONDS_TO_ANSWER, pause=TICK)
        if given_up or not answered:
            log = self.layout.log / f"{given_up or API}.log"
            raise ConfigurationError(f"{log.stem} doesn't start. The end of {log}:\n{tail(log)}")

    def _tell_end(self, child: Child, status: int) -> None:
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        self.person.say(f"{child.program.name} {how}; it is started again. Log: {child.log}")
        if status > 0:
            self.person.say(tail(child.log, lines=8))

    def _tend_servers(self) -> None:
        """Start the servers again when one died; a failure is told and tried again."""
        if self._services.running():
            return
        try:
            self._services.start()
        except ConfigurationError as error:
            self.person.say(error.detail)
        else:
            self.person.say("PostgreSQL or Valkey had stopped; both run again.")

    def _tend_worker(self) -> None:
        """Start the worker again when it lives but does no work."""
        worker = self._children.get(WORKER)
        if worker is None or worker.pid is None or worker.age < health.STALE_AFTER:
            return
        age = health.heartbeat_age(self.port or 0)
        if age is not None and age > health.STALE_AFTER:
            self.person.say(f"The worker did nothing for {age:.0f} s; it is started again.")
            worker.stop()

    def _is_due(self, what: str, seconds: float) -> bool:
        """Whether so many seconds have passed since it last was due."""
        now = time.monotonic()
        if now < self._due.get(what, 0):
            return False
        self._due[what] = now + seconds
        return True


def refuse_taken(port: int) -> None:
    """Raises ConfigurationError when another program has the API's port."""
    if not wait_until(lambda: is_free(port), seconds=2):
        raise ConfigurationError(
            f"Port {port} is in use by another program. Use another port: "
            f"INTAKE_PORT={port + 1} make run (or intake run --port {port + 1})"
        )
