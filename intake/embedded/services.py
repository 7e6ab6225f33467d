"""How does a caller get a running PostgreSQL and Valkey, and leave none behind?"""

from __future__ import annotations

import functools
import shutil
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

from intake.embedded.account import own_sockets, settle
from intake.embedded.binaries import locate
from intake.embedded.credentials import SUPERUSER, passwords
from intake.embedded.layout import Layout
from intake.embedded.lock import exclusive
from intake.embedded.postgres import PostgreSQL
from intake.embedded.valkey import Valkey


def database_url(layout: Layout, role: str, *, database: str) -> str:
    """SQLAlchemy's URL of a database for a role, over the socket."""
    password = quote(passwords(layout)[role], safe="")
    host = quote(str(layout.sockets), safe="/")
    return f"postgresql+psycopg://{role}:{password}@/{quote(database, safe='')}?host={host}"


class Services:
    """The two servers of one root folder; each method may be called in any state, by many."""

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        """Nothing is started or written yet.

        Args:
            root: the stack's folder, such as `.local` or `.local/test`.
            durable: False for tests, whose data need not outlive a power failure.
        """
        self.layout = Layout.of(root)
        self._durable = durable

    def start(self) -> None:
        """Have both take connections. Raises ConfigurationError that says why not."""
        with self._lock():
            postgresql, valkey = self._servers
            own_sockets(self.layout.sockets, postgresql.account)
            postgresql.start()
            valkey.start()

    def stop(self) -> None:
        """Stop both; nothing happens when they don't run."""
        if self.layout.servers.exists():
            with self._lock():
                for server in reversed(self._servers):
                    server.stop()
                # As root it lies outside the root, and a killed server leaves its socket in it.
                shutil.rmtree(self.layout.sockets, ignore_errors=True)

    def running(self) -> bool:
        """Whether both take connections now."""
        return self.layout.cluster.exists() and all(server.ready() for server in self._servers)

    def superuser_url(self, database: str) -> str:
        """SQLAlchemy's URL as superuser, which bypasses row-level security: never for the product.

        psycopg takes it without the `+psycopg`.
        """
        return database_url(self.layout, SUPERUSER, database=database)

    @property
    def valkey_socket(self) -> Path:
        """The path of Valkey's socket."""
        return self.layout.sockets / "valkey.sock"

    @functools.cached_property
    def _servers(self) -> tuple[PostgreSQL, Valkey]:
        account, binaries = settle(self.layout, locate())
        return (
            PostgreSQL(self.layout, account, binaries, durable=self._durable),
            Valkey(self.layout, account, binaries),
        )

    def _lock(self) -> AbstractContextManager[None]:
        return exclusive(self.layout.root / ".servers.lock")
