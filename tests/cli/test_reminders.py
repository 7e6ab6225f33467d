"""Does `intake reminders` tell what is planned, what left, and why one did not?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.databases import Database
from tests.worker.bookings import Booking, Clinic, clinic
from tests.worker.gateway_process import running_gateway
from worker import dispatch


@pytest.fixture(scope="module")
def place(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with (
        running_gateway(tmp_path_factory.mktemp("gateway")) as gateway,
        clinic(module_database, gateway) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def bookings(place: Clinic) -> tuple[Booking, Booking]:
    """One reminder that left and one that may not."""
    found = place.book(), place.book(consent=None)
    with place.worker() as worker:
        dispatch.run(worker)
    return found


def run(place: Clinic, *arguments: str) -> str:
    finished = place.database.run("reminders", *arguments, **place.environment())
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_the_inbox_hides_numbers_unless_asked(
    place: Clinic, bookings: tuple[Booking, Booking]
) -> None:
    del bookings

    [hidden] = json.loads(run(place, "inbox", "--json"))
    [shown] = json.loads(run(place, "inbox", "--json", "--show-personal"))

    assert (hidden["to"], shown["to"]) == ("+44…123", "+447700900123")
    [(count,)] = place.rows("SELECT count(*) FROM audit_events WHERE subtype = 'inbox'")
    assert count == 1


def test_explain_says_why_one_did_not_leave(
    place: Clinic, bookings: tuple[Booking, Booking]
) -> None:
    found: dict[str, Any] = json.loads(run(place, "explain", str(bookings[1].reminder), "--json"))

    assert (found["state"], found["attempts"]) == ("suppressed", [])
    assert found["explanation"] == "It may not be sent. There is no live consent to reminders."
    [(site,)] = place.rows(
        "SELECT site_id FROM audit_events WHERE subtype = 'read' AND entity_id = :id",
        id=bookings[1].reminder,
    )
    assert site == place.site


def test_explain_shows_every_attempt(place: Clinic, bookings: tuple[Booking, Booking]) -> None:
    text = run(place, "explain", str(bookings[0].reminder))

    assert "The gateway took it." in text
    assert "attempt 1" in text


def test_list_and_status_count_by_state(place: Clinic, bookings: tuple[Booking, Booking]) -> None:
    listed = json.loads(run(place, "list", "--state", "suppressed", "--json"))
    [standing] = json.loads(run(place, "status", "--json"))

    assert [one["id"] for one in listed] == [str(bookings[1].reminder)]
    assert standing["states"] == {"accepted": 1, "suppressed": 1}


def test_an_unknown_reminder_is_refused_in_one_sentence(place: Clinic) -> None:
    finished = place.database.run("reminders", "explain", str(place.site), **place.environment())

    assert finished.returncode == 2
    assert "There is no such reminder here." in finished.stderr
