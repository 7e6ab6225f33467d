"""How is a real PostgreSQL started, found, recovered and stopped below one folder?"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from intake.embedded.account import Account
from intake.embedded.binaries import Binaries
from intake.embedded.credentials import ADMINISTRATOR, SUPERUSER, passwords
from intake.embedded.layout import Layout
from intake.embedded.processes import end, output_of, tail, wait_until, working_in, works_in
from intake.errors import ConfigurationError

SETTINGS = (
    "listen_addresses=",  # the socket is the only way in
    "unix_socket_permissions=0700",
    "timezone=UTC",
    "log_timezone=UTC",
    # No personal data in the server's log: an error's own text can quote a value, its detail
    # quotes the row, and a logged statement carries its parameters. The application gets them.
    "log_min_messages=log",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
)
# For data that lives as long as a test run. What was committed survives kill -9 even so, but not
# with synchronous_commit=off: such a commit waits in the memory of the killed server.
FLEETING = ("fsync=off", "full_page_writes=off")

# After a kill the kernel may take a moment to give back shared memory.
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """One cluster. Callers hold the stack's lock while they start or stop it."""

    layout: Layout
    account: Account
    binaries: Binaries
    durable: bool = True

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.layout.servers / "postgresql.log"

    def ready(self) -> bool:
        """Whether it takes connections. pg_ctl's `status` would believe a stale pid file."""
        done = self.account.run(
            self.binaries.program("pg_isready"), "-q", "-h", str(self.layout.sockets)
        )
        return done.returncode == 0

    def postmaster(self) -> int | None:
        """The server's process, when the pid file names one that really works in our cluster."""
        file = self.layout.cluster / "postmaster.pid"
        lines = file.read_text().split() if file.exists() else []
        if not lines or not lines[0].isdigit():
            return None
        pid = int(lines[0])
        return pid if works_in(pid, self.layout.cluster) else None

    def start(self) -> None:
        """Have it take connections. Raises ConfigurationError with the end of its log."""
        if self.ready():
            return
        if not self.layout.cluster.exists():
            self.initialise()
        for _ in range(ATTEMPTS):
            if self.postmaster() is None:
                self.clear_remains()
                self.launch()
            wait_until(self.is_settled, seconds=60, pause=0.05)
            if self.ready():
                return
        raise ConfigurationError(
            f"PostgreSQL doesn't start. The end of {self.log}:\n{tail(self.log)}\n"
            "To begin again with empty data: intake reset"
        )

    def is_settled(self) -> bool:
        """Whether it takes connections, or has ended instead; neither while it recovers."""
        return self.ready() or self.postmaster() is None

    def initialise(self) -> None:
        """Make the cluster aside and put it in place complete: a kill half-way leaves no half."""
        fresh = self.layout.servers / "postgresql.new"
        shutil.rmtree(fresh, ignore_errors=True)
        secret = passwords(self.layout)
        made = self.account.run(
            self.binaries.program("initdb"),
            *("-D", str(fresh), "-U", SUPERUSER, "-E", "UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--auth=scram-sha-256", "--pwprompt", "--data-checksums", "--no-sync"),
            # A short-lived cluster is smaller by 15 MB, and made and copied sooner.
            *(() if self.durable else ("--wal-segsize=1",)),
            text=f"{secret[SUPERUSER]}\n" * 2,
        )
        if made.returncode:
            raise ConfigurationError(f"PostgreSQL can't set up its files: {output_of(made)}")
        self.create_administrator(fresh, secret[ADMINISTRATOR])
        fresh.rename(self.layout.cluster)

    def create_administrator(self, cluster: Path, password: str) -> None:
        """The role that `intake db bootstrap` signs in as, as a managed service would hand it out.

        In single-user mode: no server has to run for it.
        """
        done = self.account.run(
            self.binaries.program("postgres"),
            *("--single", "-D", str(cluster), "postgres"),
            text=f"CREATE ROLE {ADMINISTRATOR} LOGIN CREATEROLE CREATEDB PASSWORD '{password}';\n",
        )
        if done.returncode or b"ERROR" in done.stdout:
            raise ConfigurationError(f"PostgreSQL can't make its first role: {output_of(done)}")

    def clear_remains(self) -> None:
        """After kill -9: end orphaned backends, which hold shared memory, and drop stale locks.

        A stale lock file whose number was given to another process would stop the server.
        """
        end(working_in(self.layout.cluster), seconds=2)
        (self.layout.cluster / "postmaster.pid").unlink(missing_ok=True)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self.layout.sockets / name).unlink(missing_ok=True)

    def launch(self) -> None:
        """Start the server in the background; `start` waits for it and tells what went wrong."""
        settings = [*SETTINGS, f"unix_socket_directories={self.layout.sockets}"]
        if not self.durable:
            settings += FLEETING
        options = " ".join(f"-c {setting}" for setting in settings)
        self.account.run(
            self.binaries.program("pg_ctl"),
            *("-D", str(self.layout.cluster), "-l", str(self.log), "-o", options),
            *("--wait", "--timeout=60", "start"),
            seconds=90,
        )

    def stop(self) -> None:
        """Roll back what is under way and stop; nothing happens when it doesn't run."""
        if not self.layout.cluster.exists():
            return
        if self.ready() or self.postmaster() is not None:
            control = (self.binaries.program("pg_ctl"), "-D", str(self.layout.cluster))
            self.account.run(*control, "--wait", "--timeout=30", "--mode=fast", "stop", seconds=45)
        end(working_in(self.layout.cluster), seconds=10)
