"""Are keys changed under traffic without one failed read, and can the old ones go then?"""

from __future__ import annotations

import json
import shutil
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine

from intake.app import create_app
from intake.cli import main, stack
from intake.config import Settings
from intake.crypto import FileKeys
from intake.http.extensions import db
from intake.models import Base
from intake.services import key_rotation
from tests.makers import orders
from tests.support.databases import Database
from tests.support.web import Caller, Web

THREADS = 4
CACHED = (stack.settings, stack.engine, stack.keys)


@dataclass
class Service:
    """The application with a key ring of its own, and the command line beside it."""

    web: Web
    database: Database
    ring: Path

    def keys(self, *arguments: str) -> tuple[int, str, str]:
        """Exit status, output and what is said by `intake keys …`, which shares only the file."""
        done = CliRunner().invoke(main, ["keys", *arguments])
        return done.exit_code, done.stdout, done.stderr

    def status(self) -> dict[str, dict[str, object]]:
        """What `intake keys status` says."""
        code, out, said = self.keys("status", "--json")
        assert code == 0, said
        found: dict[str, dict[str, object]] = json.loads(out)
        return found


@pytest.fixture
def service(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """Its ring is a copy, because it is changed."""
    ring = tmp_path / "keys.toml"
    shutil.copy(database.environment["INTAKE_KEYS_FILE"], ring)
    ring.chmod(0o600)
    settings = Settings(
        environment="test",
        database_url=database.api_url,
        keys_file=ring,
        secret_key_file=Path(database.environment["INTAKE_SECRET_KEY_FILE"]),
        public_url=database.environment["INTAKE_PUBLIC_URL"],
    )
    for name, value in (database.environment | {"INTAKE_KEYS_FILE": str(ring)}).items():
        monkeypatch.setenv(name, value)
    for one in CACHED:
        one.cache_clear()
    app, judge = create_app(settings), create_engine(database.superuser_url)
    yield Service(Web(app, judge), database, ring)
    stack.engine().dispose()
    for one in CACHED:
        one.cache_clear()
    judge.dispose()
    with app.app_context():
        db.engine.dispose()


@dataclass
class Traffic:
    """People who read and write until told to stop."""

    service: Service
    failures: list[str] = field(default_factory=list)
    requests: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def run(self, caller: Caller, known: list[str]) -> None:
        """Register somebody, read everybody registered here, correct one; again and again."""
        while not self.over.is_set():
            made = caller.post("/clients", orders.reachable_client())
            self._seen("register", made.status_code, 201)
            if made.status_code == 201:
                known.append(made.get_json()["id"])
            read = caller.get(f"/clients/{known[0]}")
            self._seen("read", read.status_code, 200)
            assert read.get_json()["given_name"] == "Maya"
            version = read.get_json()["version"]
            pronouns = {"pronouns": f"they {version}"}
            changed = caller.patch(f"/clients/{known[0]}", pronouns, version=version)
            self._seen("change", changed.status_code, 200)
            for path in ("/clients?limit=20", f"/clients/{known[-1]}/contacts"):
                self._seen(path, caller.get(path).status_code, 200)

    def _seen(self, what: str, status: int, expected: int) -> None:
        self.requests += 1
        if status != expected:
            self.failures.append(f"{what}: {status}")


def test_the_key_encryption_key_is_rotated_under_traffic_and_the_old_one_removed(
    service: Service,
) -> None:
    people = [service.web.site().person("intake_coordinator") for _ in range(THREADS)]
    ids: list[list[str]] = [[] for _ in people]
    traffic = Traffic(service)
    threads = [
        threading.Thread(target=traffic.run, args=pair) for pair in zip(people, ids, strict=True)
    ]
    for thread in threads:
        thread.start()

    rotated = service.keys("rotate", "kek", "--wait", "1")
    again = service.keys("rewrap")
    traffic.over.set()
    for thread in threads:
        thread.join()

    assert (rotated[0], again[0]) == (0, 0), rotated[2] + again[2]
    assert traffic.failures == []
    assert traffic.requests > 5 * THREADS
    assert service.keys("rewrap")[0] == 0  # of who was registered while it ran
    assert {row.kek_id for row in service.web.rows("SELECT kek_id FROM clients")} == {2}
    assert service.keys("remove", "kek", "1")[0] == 0
    assert service.status()["kek"]["keys"] == [2]
    for caller, known in zip(people, ids, strict=True):
        assert all(caller.get(f"/clients/{one}").status_code == 200 for one in known)


def test_a_rotation_changes_no_version_and_leaves_its_event(service: Service) -> None:
    caller = service.web.site().person("intake_coordinator")
    made = caller.post("/clients", orders.client_order()).get_json()

    service.keys("rotate", "kek", "--wait", "0")

    assert caller.get(f"/clients/{made['id']}").get_json()["version"] == 1
    events = service.web.rows(
        "SELECT subtype, hits, site_id FROM audit_events WHERE type = 'key_ring' ORDER BY id"
    )
    assert [(row.subtype, row.hits) for row in events] == [("rotate", None), ("rewrap", 1)]
    assert events[1].site_id == caller.site.id


def test_status_counts_the_use_of_each_key_and_shows_none(service: Service) -> None:
    caller = service.web.site().person("intake_coordinator")
    caller.post("/clients", orders.client_order())
    for ring in ("audit", "application"):
        assert service.keys("rotate", ring, "--wait", "0")[0] == 0
    caller.post("/clients", orders.client_order())

    found = service.status()

    assert found["kek"] == {"active": 1, "keys": [1], "used": {"1": 2}}
    assert found["application"] == {"active": 2, "keys": [1, 2], "used": {"1": 1, "2": 1}}
    used = found["audit"]["used"]
    assert isinstance(used, dict)
    assert (used["1"], used["2"]) > (0, 0)
    secrets = [
        line.split('"')[3]
        for line in service.ring.read_text().splitlines()
        if "=" in line and '"' in line
    ]
    _, shown, _ = service.keys("status")
    assert secrets
    assert not [one for one in secrets if one in shown or one in json.dumps(found)]


def test_a_stored_answer_is_repeated_after_the_application_key_changed(service: Service) -> None:
    caller, order = service.web.site().person("intake_coordinator"), orders.client_order()
    first = caller.post("/clients", order, idempotency_key="k" * 20)

    service.keys("rotate", "application", "--wait", "0")

    again = caller.post("/clients", order, idempotency_key="k" * 20)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.get_json() == first.get_json()


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("rotate", "index"), "index key can't be rotated"),
        (("remove", "kek", "1"), "still needed by 1 wrapped data keys"),
        (("remove", "audit", "1"), "audit events"),
        (("remove", "index", "1"), "still needed"),
        (("activate", "kek", "9"), "has no key 9"),
    ],
)
def test_what_would_lose_data_is_refused(
    service: Service, command: tuple[str, ...], says: str
) -> None:
    service.web.site().person("intake_coordinator").post("/clients", orders.client_order())
    before = service.ring.read_bytes()

    code, _, said = service.keys(*command)

    assert code != 0
    assert says in said
    assert service.ring.read_bytes() == before


def test_the_file_is_replaced_as_a_whole_and_stays_private(service: Service) -> None:
    before = service.ring.stat().st_ino

    service.keys("add", "kek")

    assert service.ring.stat().st_ino != before
    assert stat.S_IMODE(service.ring.stat().st_mode) == 0o600
    assert sorted(path.name for path in service.ring.parent.iterdir()) == ["keys.toml"]


def test_an_interrupted_change_is_told_and_nothing_is_lost(service: Service) -> None:
    left = service.ring.with_name("keys.toml.new")
    left.write_text("half", encoding="utf-8")

    code, _, said = service.keys("add", "kek")

    assert code == 2
    assert "was interrupted" in said
    assert service.status()["kek"]["keys"] == [1]


def test_a_file_that_can_no_longer_be_read_leaves_the_known_keys(service: Service) -> None:
    keys = FileKeys(service.ring)
    known = keys.current()

    service.ring.write_text("broken [", encoding="utf-8")

    assert keys.current() is known


def test_every_wrapped_key_is_rewrapped() -> None:
    holders = {
        table for table in Base.metadata.sorted_tables if any("wrapped" in c.name for c in table.c)
    }

    assert holders == set(key_rotation.WRAPPED)
