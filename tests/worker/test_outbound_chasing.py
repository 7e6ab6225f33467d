"""Is somebody asked after a referral that nothing came back from, once for each of its stages?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.support.databases import Database
from tests.worker.bookings import NOON, Clinic, clinic
from tests.worker.gateway_process import GatewayProcess, running_gateway
from worker import digests

NIGHT = NOON.replace(hour=2)
TODAY = NIGHT.date()
DAY = dt.timedelta(days=1)


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


def a_referral(place: Clinic, state: str, *, sent_on: dt.date | None, due_by: dt.date) -> uuid.UUID:
    """One that is planned, sent or seen."""
    referral = uuid.uuid4()
    with place.session(place.site) as session:
        case = session.scalar(text("SELECT id FROM cases LIMIT 1"))
        session.execute(
            text(
                "INSERT INTO outbound_referrals (site_id, id, case_id, kind, urgency, state,"
                " due_by, sent_on, seen_on, consent_basis, created_by, created_at, version)"
                " VALUES (:s, :r, :c, 'urology', 'urgent', :state, :due, CAST(:sent AS date),"
                " CASE WHEN :state = 'seen' THEN CAST(:sent AS date) END,"
                " CASE WHEN CAST(:sent AS date) IS NOT NULL THEN 'consent' END, :w, now(), 1)"
            ),
            {"s": place.site, "r": referral, "c": case, "state": state, "due": due_by,
             "sent": sent_on, "w": place.lead},
        )  # fmt: skip
    return referral


def asked(place: Clinic) -> list[uuid.UUID]:
    """Which referrals a task asks after."""
    rows = place.rows(
        "SELECT outbound_referral_id FROM tasks WHERE kind = 'referral_overdue' ORDER BY id"
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize("state", ["sent", "seen"])
def test_after_a_fortnight_without_a_result_somebody_is_asked_once(
    place: Clinic, state: str
) -> None:
    referral = a_referral(place, state, sent_on=TODAY - 14 * DAY, due_by=TODAY + DAY)

    run(place, NIGHT)
    early = asked(place)
    for days in (1, 1, 2, 30):
        run(place, NIGHT + days * DAY)

    assert (early, asked(place)) == ([], [referral])
    events = place.rows("SELECT count(*) FROM audit_events WHERE type = 'task'")
    assert events == [(1,)]


def test_one_that_never_left_is_asked_after_from_its_day_on(place: Clinic) -> None:
    referral = a_referral(place, "planned", sent_on=None, due_by=TODAY)

    run(place, NIGHT)
    early = asked(place)
    run(place, NIGHT + DAY)

    assert (early, asked(place)) == ([], [referral])


def test_what_never_left_is_not_asked_after_once_the_case_has_ended(place: Clinic) -> None:
    a_referral(place, "planned", sent_on=None, due_by=TODAY - DAY)
    with place.session(place.site) as session:
        session.execute(text("UPDATE cases SET state = 'discharged'"))

    run(place, NIGHT)

    assert asked(place) == []


def test_two_workers_at_once_ask_once(place: Clinic) -> None:
    referral = a_referral(place, "sent", sent_on=TODAY - 20 * DAY, due_by=TODAY)

    with place.worker() as one, place.worker() as other:
        digests.run(one)
        digests.run(other)

    assert asked(place) == [referral]
    versions = place.rows("SELECT version FROM outbound_referrals WHERE id = :r", r=referral)
    assert versions == [(1,)]
