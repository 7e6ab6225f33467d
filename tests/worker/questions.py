"""What does a test ask after a dispatch? Of the database and of the gateway."""

from __future__ import annotations

import hashlib

from tests.worker.bookings import Clinic
from worker import dispatch

CALLS = "SELECT count(*) FROM tasks WHERE kind = 'call_client' AND state = 'open' AND case_id = :id"
EVENTS = "SELECT subtype, outcome_code FROM audit_events WHERE entity_id = :id ORDER BY id"


def dispatched(place: Clinic) -> int:
    with place.worker() as worker:
        return dispatch.run(worker)


def held(place: Clinic, key: str) -> list[dict[str, object]]:
    assert place.gateway is not None
    return [message for message in place.gateway.messages() if message["key"] == key]


def key_of(*dedupe_keys: str) -> str:
    return hashlib.sha256("\n".join(sorted(dedupe_keys)).encode()).hexdigest()


def calls_for(place: Clinic, case: object) -> int:
    [(count,)] = place.rows(CALLS, id=case)
    return int(count)
