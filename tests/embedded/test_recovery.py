"""Do the local servers come back after kill -9, with all that was committed?"""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from intake.embedded.processes import wait_until, working_in
from intake.embedded.services import Services

pytestmark = pytest.mark.faults


def connect(services: Services) -> psycopg.Connection[tuple[object, ...]]:
    """As superuser, each statement by itself."""
    url = services.superuser_url("postgres").replace("+psycopg", "")
    return psycopg.connect(url, autocommit=True)


def postmaster(services: Services) -> int:
    """The server's process."""
    return int((services.layout.cluster / "postmaster.pid").read_text().split()[0])


def compute(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Keep a backend computing until it is ended: it never looks whether its server is there."""
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT count(*) FROM generate_series(1, 100000000000)")


def test_postgresql_comes_back_after_kill_while_a_backend_is_busy(services: Services) -> None:
    services.start()
    with connect(services) as busy, connect(services) as connection, ThreadPoolExecutor() as pool:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        computing = pool.submit(compute, busy)
        wait_until(lambda: is_busy(connection, busy.info.backend_pid), seconds=10)
        first = postmaster(services)
        os.kill(first, signal.SIGKILL)

        services.start()

        computing.result(timeout=10)
    with connect(services) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert postmaster(services) != first


def is_busy(connection: psycopg.Connection[tuple[object, ...]], pid: int) -> bool:
    """Whether the backend with this number runs a statement."""
    found = connection.execute("SELECT state FROM pg_stat_activity WHERE pid = %s", (pid,))
    return found.fetchone() == ("active",)


def test_valkey_comes_back_after_kill(services: Services) -> None:
    services.start()
    (first,) = working_in(services.layout.valkey)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not services.running(), seconds=5)

    services.start()

    (second,) = working_in(services.layout.valkey)
    assert second != first
    assert services.running()


def test_lock_files_that_name_another_process_of_today_do_not_stop_the_start(
    services: Services,
) -> None:
    services.start()
    lock = services.layout.sockets / ".s.PGSQL.5432.lock"
    files = (services.layout.cluster / "postmaster.pid", lock)
    first, (another,) = postmaster(services), working_in(services.layout.valkey)
    os.kill(first, signal.SIGKILL)
    for file in files:  # as after a restart of the machine, when numbers begin again
        file.write_text(file.read_text().replace(str(first), str(another)))

    services.start()

    assert services.running()
    assert working_in(services.layout.valkey) == [another]


def test_a_set_up_that_was_killed_half_way_begins_again(root: Path) -> None:
    services = Services(root, durable=False)
    half = services.layout.root / "servers" / "postgresql.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    services.start()

    assert services.running()


def test_stop_leaves_no_process_of_a_killed_server(services: Services, root: Path) -> None:
    services.start()
    os.kill(postmaster(services), signal.SIGKILL)

    services.stop()

    assert working_in(services.layout.cluster) == []
    assert working_in(services.layout.valkey) == []
    assert root.exists()
