"""Is an alert that nobody takes on told to every clinical lead, once, whoever owned it?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.support.databases import Database
from tests.worker.bookings import NOON, Clinic, clinic
from tests.worker.gateway_process import GatewayProcess, running_gateway
from tests.worker.test_digests import add_person
from worker import digests

MINUTE = dt.timedelta(minutes=1)
# Before the hour of the digest, which is another matter.
NIGHT = NOON.replace(hour=2)


@pytest.fixture
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    with running_gateway(tmp_path_factory.mktemp("gateway")) as process:
        yield process


@pytest.fixture
def place(database: Database, gateway: GatewayProcess) -> Iterator[Clinic]:
    with clinic(database, gateway) as made:
        made.set_clock(NIGHT)
        made.book()
        yield made


def run(place: Clinic, at: dt.datetime) -> None:
    place.set_clock(at)
    with place.worker() as worker:
        digests.run(worker)


def an_alert(place: Clinic, priority: str = "critical", **changes: object) -> uuid.UUID:
    """An alert raised at NIGHT; its response time is an hour."""
    values = {"state": "open", "owner": None, "due": NIGHT + 60 * MINUTE} | changes
    alert = uuid.uuid4()
    with place.session(place.site) as session:
        case = session.scalar(text("SELECT id FROM cases LIMIT 1"))
        session.execute(
            text(
                "INSERT INTO alerts (site_id, id, case_id, code, priority, state, raised_at,"
                " due_at, occurrences, created_at, version) VALUES (:s, :a, :c, :code, :p,"
                " :state, :now, :due, 1, now(), 1)"
            ),
            {"s": place.site, "a": alert, "c": case, "code": str(alert)[:8], "p": priority,
             "now": NIGHT, "state": values["state"], "due": values["due"]},
        )  # fmt: skip
        session.execute(
            text(
                "INSERT INTO tasks (site_id, id, case_id, alert_id, kind, owner_id, due_at, state,"
                " created_at, version) VALUES (:s, :t, :c, :a, 'alert', :o, :due, 'open', now(), 1)"
            ),
            {"s": place.site, "t": uuid.uuid4(), "c": case, "a": alert, "o": values["owner"],
             "due": values["due"]},
        )  # fmt: skip
    return alert


def told(place: Clinic) -> list[str]:
    """Who was told of an alert, by address."""
    return sorted(
        email
        for (email,) in place.rows(
            "SELECT s.email FROM staff_notices n JOIN staff s ON s.id = n.staff_id"
            " WHERE n.kind = 'alert_escalated'"
        )
    )


def lead_of(place: Clinic) -> str:
    return str(place.rows("SELECT email FROM staff WHERE id = :i", i=place.lead)[0][0])


def test_every_lead_is_told_once_after_half_an_hour(place: Clinic) -> None:
    other = add_person(place, "clinical_lead")
    an_alert(place)

    run(place, NIGHT + 29 * MINUTE)
    early = told(place)
    for minute in (30, 31, 90):
        run(place, NIGHT + minute * MINUTE)

    assert (early, told(place)) == ([], sorted([other, lead_of(place)]))
    assert place.rows("SELECT count(*) FROM audit_events WHERE subtype = 'escalate'") == [(1,)]


@pytest.mark.parametrize("state", ["acknowledged", "closed"])
def test_what_somebody_took_on_is_told_to_nobody(place: Clinic, state: str) -> None:
    an_alert(place, state=state)

    run(place, NIGHT + 90 * MINUTE)

    assert told(place) == []


def test_other_priorities_wait_for_their_own_time(place: Clinic) -> None:
    an_alert(place, "high", due=NIGHT + dt.timedelta(hours=24))

    run(place, NIGHT + dt.timedelta(hours=3))
    early = told(place)
    run(place, NIGHT + dt.timedelta(hours=24))

    assert (early, told(place)) == ([], [lead_of(place)])


def test_a_disabled_owner_leaves_no_alert_unseen(place: Clinic) -> None:
    add_person(place, "counsellor", active=False)
    [(gone,)] = place.rows("SELECT id FROM staff WHERE NOT active")
    an_alert(place, owner=gone)

    run(place, NIGHT + 30 * MINUTE)

    assert told(place) == [lead_of(place)]
    assert place.rows("SELECT owner_id FROM tasks WHERE kind = 'alert'") == [(None,)]


def test_without_an_active_lead_somebody_else_is_told(place: Clinic) -> None:
    counsellor = add_person(place, "counsellor")
    with place.session(place.site) as session:
        session.execute(text("UPDATE staff SET active = false WHERE id = :i"), {"i": place.lead})
    an_alert(place)

    run(place, NIGHT + 30 * MINUTE)

    assert counsellor in told(place)
    assert lead_of(place) not in told(place)


def test_the_version_people_read_stays(place: Clinic) -> None:
    """Who read the alert before it was escalated can still take it on."""
    alert = an_alert(place)

    run(place, NIGHT + 30 * MINUTE)

    rows = place.rows("SELECT version, escalated_at IS NOT NULL FROM alerts WHERE id = :a", a=alert)
    assert rows == [(1, True)]


def test_the_mail_says_where_to_look_and_nothing_else(
    place: Clinic, gateway: GatewayProcess
) -> None:
    del gateway
    alert = an_alert(place)

    run(place, NIGHT + 30 * MINUTE)

    [(path, counts, state)] = place.rows(
        "SELECT path, counts, state FROM staff_notices WHERE kind = 'alert_escalated'"
    )
    assert (path, counts, state) == (f"/alerts/{alert}", {}, "sent")
