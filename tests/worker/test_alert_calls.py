"""Is an alert that nobody takes on told to every clinical lead, once, whoever owned it?"""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import text

from tests.worker.bookings import NIGHT, Clinic, run_digests
from tests.worker.test_digests import add_person

MINUTE = dt.timedelta(minutes=1)


def an_alert(at_night: Clinic, priority: str = "critical", **changes: object) -> uuid.UUID:
    """An alert raised at NIGHT; its response time is an hour."""
    values = {"state": "open", "owner": None, "due": NIGHT + 60 * MINUTE} | changes
    alert = uuid.uuid4()
    with at_night.session(at_night.site) as session:
        case = session.scalar(text("SELECT id FROM cases LIMIT 1"))
        session.execute(
            text(
                "INSERT INTO alerts (site_id, id, case_id, code, priority, state, raised_at,"
                " due_at, occurrences, created_at, version) VALUES (:s, :a, :c, :code, :p,"
                " :state, :now, :due, 1, now(), 1)"
            ),
            {"s": at_night.site, "a": alert, "c": case, "code": str(alert)[:8], "p": priority,
             "now": NIGHT, "state": values["state"], "due": values["due"]},
        )  # fmt: skip
        session.execute(
            text(
                "INSERT INTO tasks (site_id, id, case_id, alert_id, kind, owner_id, due_at, state,"
                " created_at, version) VALUES (:s, :t, :c, :a, 'alert', :o, :due, 'open', now(), 1)"
            ),
            {"s": at_night.site, "t": uuid.uuid4(), "c": case, "a": alert, "o": values["owner"],
             "due": values["due"]},
        )  # fmt: skip
    return alert


def told(at_night: Clinic) -> list[str]:
    """Who was told of an alert, by address."""
    return sorted(
        email
        for (email,) in at_night.rows(
            "SELECT s.email FROM staff_notices n JOIN staff s ON s.id = n.staff_id"
            " WHERE n.kind = 'alert_escalated'"
        )
    )


def lead_of(at_night: Clinic) -> str:
    return str(at_night.rows("SELECT email FROM staff WHERE id = :i", i=at_night.lead)[0][0])


def test_every_lead_is_told_once_after_half_an_hour(at_night: Clinic) -> None:
    other = add_person(at_night, "clinical_lead")
    an_alert(at_night)

    run_digests(at_night, NIGHT + 29 * MINUTE)
    early = told(at_night)
    for minute in (30, 31, 90):
        run_digests(at_night, NIGHT + minute * MINUTE)

    assert (early, told(at_night)) == ([], sorted([other, lead_of(at_night)]))
    assert at_night.rows("SELECT count(*) FROM audit_events WHERE subtype = 'escalate'") == [(1,)]


@pytest.mark.parametrize("state", ["acknowledged", "closed"])
def test_what_somebody_took_on_is_told_to_nobody(at_night: Clinic, state: str) -> None:
    an_alert(at_night, state=state)

    run_digests(at_night, NIGHT + 90 * MINUTE)

    assert told(at_night) == []


def test_other_priorities_wait_for_their_own_time(at_night: Clinic) -> None:
    an_alert(at_night, "high", due=NIGHT + dt.timedelta(hours=24))

    run_digests(at_night, NIGHT + dt.timedelta(hours=3))
    early = told(at_night)
    run_digests(at_night, NIGHT + dt.timedelta(hours=24))

    assert (early, told(at_night)) == ([], [lead_of(at_night)])


def test_a_disabled_owner_leaves_no_alert_unseen(at_night: Clinic) -> None:
    add_person(at_night, "counsellor", active=False)
    [(gone,)] = at_night.rows("SELECT id FROM staff WHERE NOT active")
    an_alert(at_night, owner=gone)

    run_digests(at_night, NIGHT + 30 * MINUTE)

    assert told(at_night) == [lead_of(at_night)]
    assert at_night.rows("SELECT owner_id FROM tasks WHERE kind = 'alert'") == [(None,)]


def test_without_an_active_lead_somebody_else_is_told(at_night: Clinic) -> None:
    counsellor = add_person(at_night, "counsellor")
    with at_night.session(at_night.site) as session:
        session.execute(text("UPDATE staff SET active = false WHERE id = :i"), {"i": at_night.lead})
    an_alert(at_night)

    run_digests(at_night, NIGHT + 30 * MINUTE)

    assert counsellor in told(at_night)
    assert lead_of(at_night) not in told(at_night)


def test_the_version_people_read_stays(at_night: Clinic) -> None:
    """Who read the alert before it was escalated can still take it on."""
    alert = an_alert(at_night)

    run_digests(at_night, NIGHT + 30 * MINUTE)

    rows = at_night.rows(
        "SELECT version, escalated_at IS NOT NULL FROM alerts WHERE id = :a", a=alert
    )
    assert rows == [(1, True)]


def test_the_mail_says_where_to_look_and_nothing_else(at_night: Clinic) -> None:
    alert = an_alert(at_night)

    run_digests(at_night, NIGHT + 30 * MINUTE)

    [(path, counts, state)] = at_night.rows(
        "SELECT path, counts, state FROM staff_notices WHERE kind = 'alert_escalated'"
    )
    assert (path, counts, state) == (f"/alerts/{alert}", {}, "sent")
