"""Do the local servers start, stop and answer, wherever the folder is and whoever starts them?"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from intake.embedded import account, stack
from intake.embedded.binaries import Binaries, locate
from intake.embedded.layout import LONGEST_SOCKET_FOLDER, Layout, system_temporary
from intake.embedded.processes import working_in
from intake.embedded.programs import PROJECT
from intake.embedded.services import Services
from intake.errors import ConfigurationError

SCRIPT = """
import json, os, pathlib, sys
from intake.embedded.services import Services
services = Services(pathlib.Path(sys.argv[1]), durable=False)
services.start()
running = services.running()
if "stop" in sys.argv:
    services.stop()
print(json.dumps({"root": os.geteuid() == 0, "ran": running, "runs": services.running()}))
"""


def launch(root: Path, *options: str, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Start the servers from a process of its own."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", SCRIPT, str(root), *options],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> dict[str, bool]:
    """What the process says it saw."""
    output, _ = process.communicate(timeout=60)
    return dict(json.loads(output))


def as_other_account() -> tuple[str, ...]:
    """What makes root an ordinary user for the program behind it, and an ordinary user root."""
    if os.geteuid() == 0:
        return ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
    return ("unshare", "--user", "--map-root-user", "--")


def connect(services: Services) -> psycopg.Connection[tuple[object, ...]]:
    """As superuser, each statement by itself."""
    url = services.superuser_url("postgres").replace("+psycopg", "")
    return psycopg.connect(url, autocommit=True)


@pytest.fixture(scope="module")
def shared(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Running servers for tests that only look at them."""
    folder = tmp_path_factory.mktemp("shared") / "stack"
    shutil.copytree(made, folder)
    servers = Services(folder, durable=False)
    servers.start()
    yield servers
    stack.discard(servers.layout)


def test_both_servers_answer_after_a_cold_start_and_keep_data_over_a_restart(root: Path) -> None:
    services = Services(root)
    services.start()
    with connect(services) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    services.stop()
    stopped = not services.running()

    services.start()

    with connect(services) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert stopped
    assert services.running()


def test_six_starters_at_once_end_with_one_server_of_each(root: Path) -> None:
    starters = [launch(root) for _ in range(6)]

    seen = [told(starter) for starter in starters]

    assert [one["ran"] for one in seen] == [True] * 6
    assert len(working_in(Layout.of(root).valkey)) == 1


@pytest.mark.parametrize(
    ("name", "prefix", "as_root"),
    [
        ("long-" * 30, as_other_account(), os.geteuid() != 0),
        ("with spaces", (), os.geteuid() == 0),
    ],
    ids=["long path, the other kind of account", "path with spaces, as we are"],
)
def test_they_run_below_long_and_odd_paths_as_root_and_not_where_only_the_owner_may_enter(
    root: Path, name: str, prefix: tuple[str, ...], *, as_root: bool
) -> None:
    root.parent.chmod(0o700)

    seen = told(launch(root.parent / name / "stack", "stop", prefix=prefix))

    assert seen == {"root": as_root, "ran": True, "runs": False}


def test_sockets_lie_where_their_address_fits(root: Path) -> None:
    folder = Layout.of(root / ("long" * 30)).sockets

    assert len(str(folder)) <= LONGEST_SOCKET_FOLDER


def test_copied_programs_are_for_every_account_even_after_a_strict_installation(
    root: Path,
) -> None:
    package = root / account.PACKAGE / "pginstall"
    package.mkdir(mode=0o700, parents=True)
    for name in ("postgres", "valkey-server"):
        (package / name).touch(mode=0o700)

    account.copy_programs(Binaries(package, package / "valkey-server"), root / "copy")

    copied = root / "copy" / account.PACKAGE / "pginstall"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (copied, copied / "postgres")}
    assert modes == {0o755}


def test_they_run_outside_the_root_when_nobody_else_may_enter_it(root: Path) -> None:
    root.mkdir(mode=0o700, parents=True)
    layout = Layout.of(root)
    account.move_out(layout, locate())
    home = layout.servers.parent
    services = Services(root, durable=False)

    services.start()

    assert services.running()
    assert (home / "servers" / "postgresql" / "PG_VERSION").is_file()
    assert not home.is_relative_to(root)
    stack.discard(layout)
    assert not home.exists()


def test_a_folder_of_somebody_else_in_the_place_of_the_sockets_is_refused(root: Path) -> None:
    layout = Layout.of(root)
    sockets = system_temporary() / layout.short_name
    sockets.symlink_to(root.parent)

    with pytest.raises(ConfigurationError, match="in the way"):
        account.refuse_stranger(sockets, {os.geteuid()})

    sockets.unlink()


def test_a_path_that_a_shell_would_read_is_refused_with_the_fix(root: Path) -> None:
    with pytest.raises(ConfigurationError, match="intake run --root"):
        Services(root / "$HOME")


def test_only_the_superuser_of_the_tests_is_one(shared: Services) -> None:

    with connect(shared) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolcreaterole, rolbypassrls FROM pg_roles "
            "WHERE rolcanlogin ORDER BY rolname"
        ).fetchall()

    assert rows == [
        ("embedded_superuser", True, True, True),
        ("intake_administrator", False, True, False),
    ]


def test_nothing_listens_on_a_port_and_strangers_need_a_password(shared: Services) -> None:
    right = shared.superuser_url("postgres").replace("+psycopg", "")
    wrong = re.sub(r":[^:@]+@", ":wrong@", right)

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)

    with connect(shared) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert stat.S_IMODE(shared.layout.sockets.stat().st_mode) == 0o700


def test_no_value_of_a_failing_statement_reaches_the_servers_log(shared: Services) -> None:
    with connect(shared) as connection:
        connection.execute("CREATE TABLE people (name text PRIMARY KEY CHECK (name <> 'Maya'))")
        connection.execute("INSERT INTO people VALUES (%s)", ("Linton",))
        for name in ("Linton", "Maya"):  # a duplicate, then a refused row; the application is told
            with pytest.raises(psycopg.IntegrityError, match=name):
                connection.execute("INSERT INTO people VALUES (%s)", (name,))
        with pytest.raises(psycopg.DataError):
            connection.execute("SELECT 'Maya Linton'::date")

    log = (shared.layout.servers / "postgresql.log").read_text()

    assert "ready to accept connections" in log
    assert "Maya" not in log
    assert "Linton" not in log
