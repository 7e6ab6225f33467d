"""Is what is kept for a while only forgotten when its time is over, and not before?"""

from __future__ import annotations

import uuid

from sqlalchemy import text

from tests.worker.bookings import NIGHT, Clinic, run_digests

FORM = text(
    "INSERT INTO unsent_forms (site_id, id, staff_id, address, sealed, kept_at, expires_at,"
    " created_at) VALUES (:s, :i, :w, '/intakes/new', 'sealed', now(),"
    " now() + CAST(:left AS interval), now())"
)
ANSWER = text(
    "INSERT INTO idempotency_keys (site_id, principal_id, key, route, fingerprint, status, body,"
    " headers, created_at, expires_at) VALUES (:s, :w, :i, 'POST /cases', 'f', 201, 'sealed', '{}',"
    " now(), now() + CAST(:left AS interval))"
)


def test_only_what_is_over_is_removed(at_night: Clinic) -> None:
    with at_night.session(at_night.site) as session:
        for left in ("-1 second", "1 hour"):
            values = {"s": at_night.site, "w": at_night.lead, "i": uuid.uuid4(), "left": left}
            session.execute(FORM, values)
            session.execute(ANSWER, values | {"i": str(values["i"])})

    run_digests(at_night, NIGHT)

    for table in ("unsent_forms", "idempotency_keys"):
        assert at_night.rows(f"SELECT expires_at > now() FROM {table}") == [(True,)]  # noqa: S608 - our own names
