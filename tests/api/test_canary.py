"""Do planted names, numbers and texts turn up anywhere they shouldn't, errors included?"""

from __future__ import annotations

import hashlib
import os
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest

from intake.embedded import binaries
from intake.http import idempotency
from tests.makers import canary
from tests.makers.canary import Journey
from tests.support import people
from tests.support.databases import STACK, Database, driver_url
from tests.support.web import Web

PG_DUMP = binaries.locate().program("pg_dump")


@pytest.fixture(scope="module")
def server_log_before() -> dict[Path, int]:
    """How long the server's logs were before this file's journey."""
    return {path: path.stat().st_size for path in STACK.rglob("*.log")}


@pytest.fixture(scope="module")
def journey(web: Web, server_log_before: dict[Path, int]) -> Journey:
    """One for all tests of this file."""
    assert server_log_before is not None
    return canary.journey(web, web.site())


def test_the_words_are_there_for_whoever_may_read_them(journey: Journey) -> None:
    """The control: without it, a journey that stored nothing would pass."""
    client = f"/clients/{journey.case.client_id}"

    read = journey.lead.get(client).text + journey.lead.get(f"{client}/contacts").text

    assert set(canary.seen(read)) == {*canary.NAMES, *canary.NUMBERS}
    assert canary.seen(journey.lead.get(f"{client}/holds").text) == [canary.TEXTS[1]]


def test_no_refusal_repeats_what_was_sent(journey: Journey) -> None:
    assert len(journey.problems) > 10
    assert [text for text in journey.problems if canary.seen(text)] == []


def test_a_dump_of_the_database_holds_none_of_them(
    journey: Journey, web: Web, module_database: Database
) -> None:
    seed = people.account(web, web.site()).secret
    wanted = (*canary.PLANTED, seed)
    url = driver_url(module_database.superuser_url)

    dump = subprocess.run(
        [PG_DUMP, "--format=plain", "--inserts", f"--dbname={url}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
    ).stdout

    assert "INSERT INTO public.clients" in dump
    assert journey.case.client_id in dump
    assert [word for word in wanted if word.lower() in dump.lower()] == []
    hidden = [word for word in wanted if word.encode().hex() in dump]
    assert hidden == []  # bytea is dumped as hex


def test_stored_answers_of_repeated_requests_hold_none_of_them(journey: Journey, web: Web) -> None:
    """They are sealed with a key that outlives the person's."""
    vault = web.app.config["KEYS"].current().application_vault()
    rows = web.rows("SELECT * FROM idempotency_keys")

    opened = [vault.open(idempotency.FIELD, stored_row(row), bytes(row.body)) for row in rows]

    assert journey.case.client_id in "".join(opened)
    assert [body for body in opened if canary.seen(body)] == []


def stored_row(row: Any) -> uuid.UUID:
    """What a stored answer is bound to."""
    bound = row.site_id.bytes + row.principal_id.bytes + row.key.encode()
    return uuid.UUID(bytes=hashlib.sha256(bound).digest()[:16])


def test_no_log_line_of_process_or_server_holds_them(
    web: Web,
    server_log_before: dict[Path, int],
    request: pytest.FixtureRequest,
) -> None:
    canary.journey(web, web.site())

    # The logger keeps the stream it was made with, so capfd wouldn't see it.
    capture = request.config.pluginmanager.getplugin("capturemanager")
    said = "".join(capture.read_global_capture())
    assert "unexpected error" in said
    assert canary.seen(said) == []
    logs = {path: path.read_bytes() for path in STACK.rglob("*.log")}
    fresh = {
        path: text[server_log_before.get(path, 0) :].decode(errors="replace")
        for path, text in logs.items()
    }
    assert {str(path): canary.seen(text) for path, text in fresh.items() if canary.seen(text)} == {}
