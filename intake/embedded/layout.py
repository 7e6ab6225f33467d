"""Where does a local stack keep its files, below one root folder?

<root>/servers/            PostgreSQL's cluster and Valkey's data (may be a link, see account.py)
<root>/run/                sockets, or a short folder under the system's temporary one
<root>/log/                one log per server and program
<root>/passwords.json      of the database roles            } mode 0600, made once,
<root>/keys.toml           the key ring                     } kept until `intake reset`
<root>/secret_key          signs console forms              }
<root>/ports.json          loopback ports that were picked
<root>/run.json            what the supervisor started, while it runs
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from intake.errors import ConfigurationError

# A socket address holds 107 bytes; PostgreSQL's longest name below the folder takes 19 of them.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
# PostgreSQL reads its socket folder as a list and pg_ctl hands it to a shell: keep it plain.
PLAIN_PATH = re.compile(r"[\w/.+-]+", re.ASCII)
# pg_ctl puts the cluster's path between double quotes of a shell command.
UNQUOTABLE = re.compile(r"[\"$`\\\n]")


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one stack; pure names, nothing is created here."""

    root: Path

    @classmethod
    def of(cls, root: Path) -> Layout:
        """The layout below `root`. Raises ConfigurationError for a path no server can be given."""
        root = root.resolve()
        if UNQUOTABLE.search(str(root)):
            raise ConfigurationError(
                f"The folder {root} has a character (one of \" $ ` \\) that the servers can't "
                "take in a path. Use another one: intake run --root FOLDER"
            )
        return cls(root)

    @property
    def servers(self) -> Path:
        """The servers' home, with links followed: the servers may not pass through the root."""
        return (self.root / "servers").resolve()

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.servers / "postgresql"

    @property
    def valkey(self) -> Path:
        """Valkey's working directory."""
        return self.servers / "valkey"

    @property
    def log(self) -> Path:
        """One file per server and program."""
        return self.root / "log"

    @property
    def sockets(self) -> Path:
        """The socket folder: below the root, or short and reachable under the temporary folder.

        For root always the latter, because the servers run as another account that may not be
        able to pass through the folders above the root.
        """
        inside = self.root / "run"
        fits = len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER
        if fits and PLAIN_PATH.fullmatch(str(inside)) and os.geteuid() != 0:
            return inside
        return system_temporary() / self.short_name

    @property
    def short_name(self) -> str:
        """A name that is this root's and this user's alone, for use in shared folders."""
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()
        return f"intake-{os.geteuid()}-{digest[:10]}"


def system_temporary() -> Path:
    """`/tmp` where there is one: TMPDIR may differ between the terminals that start and stop."""
    shared = Path("/tmp")  # noqa: S108  the folder made inside is 0700 and its owner is checked
    return shared if os.access(shared, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
