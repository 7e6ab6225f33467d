"""Does each reader get one digest a day, at the site's hour, with counts and no name?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from intake import clock
from intake.services import audit
from intake.services.audit import Context, Event
from intake.services.notices import Told, tell_readers
from tests.support.databases import Database
from tests.worker.bookings import LONDON, NOON, Clinic, clinic
from tests.worker.gateway_process import GatewayProcess, free_port, running_gateway
from worker import digests

DAY = dt.timedelta(days=1)
MORNING = NOON.replace(hour=7, minute=30)


@pytest.fixture
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    with running_gateway(tmp_path_factory.mktemp("gateway")) as process:
        yield process


@pytest.fixture
def place(database: Database, gateway: GatewayProcess) -> Iterator[Clinic]:
    with clinic(database, gateway) as made:
        made.set_clock(MORNING)
        yield made


def sent(place: Clinic) -> int:
    with place.worker() as worker:
        return digests.run(worker)


def add_person(place: Clinic, role: str, *, active: bool = True) -> str:
    person, email = uuid.uuid4(), f"{role}@example.com"
    with place.session(place.site) as session:
        session.execute(
            text(
                "INSERT INTO staff (id, email, display_name, password_hash, password_changed_at,"
                " active, failed_count, created_at, version)"
                " VALUES (:id, :email, 'Kim Example', '-', now(), :active, 0, now(), 1)"
            ),
            {"id": person, "email": email, "active": active},
        )
        session.execute(
            text("INSERT INTO memberships VALUES (:site, :id, :role, 1)"),
            {"site": place.site, "id": person, "role": role},
        )
    return email


def act(place: Clinic, moment: dt.datetime, *events: Event) -> None:
    """Somebody does something at that moment of clinic time."""
    with place.session(place.site) as session:
        audit.begin(
            session,
            Context(
                request_id=clock.uuid7(),
                service="api",
                agent_role="clinical_lead",
                agent_id=place.lead,
                occurred_at=moment,
                site_id=place.site,
            ),
        )
        for event in events:
            audit.record(session, event)
        audit.write(session)


def notices(place: Clinic) -> list[str]:
    return sorted(state for (state,) in place.rows("SELECT state FROM staff_notices"))


def test_emergency_access_is_told_to_whom_it_concerns_in_numbers(
    place: Clinic, gateway: GatewayProcess
) -> None:
    worker = add_person(place, "counsellor")
    with place.session(place.site) as session:
        session.execute(
            text(
                "INSERT INTO staff_notices (site_id, id, staff_id, kind, dedupe_key, counts, path,"
                " send_after, state, next_attempt_at, attempts, lease_no, created_at)"
                " SELECT m.site_id, gen_random_uuid(), m.staff_id, 'break_glass', 'one',"
                " jsonb_build_object('uses_today', 4), '/cases/1/access-log', :at, 'scheduled',"
                " :at, 0, 0, now() FROM memberships m JOIN staff s ON s.id = m.staff_id"
                " WHERE m.site_id = :site AND s.email = :email"
            ),
            {"site": place.site, "at": MORNING, "email": worker},
        )

    sent(place)

    [mail] = [one for one in gateway.mails() if str(one["recipients"]) == f"['{worker}']"]
    assert mail["subject"] == "Emergency access was used"
    body = str(mail["body"])
    assert "Uses by this person in the last 24 hours: 4\n" in body
    assert "http://127.0.0.1:8000/cases/1/access-log" in body
    assert not any(word in body for word in ("Harbour", "Kim", "Maya", "Lead"))


def test_a_new_api_key_is_told_without_a_name(place: Clinic, gateway: GatewayProcess) -> None:
    auditor = add_person(place, "auditor")
    key = uuid.uuid4()
    with place.session(place.site) as session:
        tell_readers(session, place.site, Told("api_key", key, "/api-keys"), now=MORNING)

    sent(place)

    mails = [one for one in gateway.mails() if one["subject"] == "A program was given access"]
    [mail] = [one for one in mails if str(one["recipients"]) == f"['{auditor}']"]
    assert "http://127.0.0.1:8000/api-keys" in str(mail["body"])
    assert str(key) not in str(mail["body"])


def test_leads_and_auditors_get_yesterdays_counts_and_a_link(
    place: Clinic, gateway: GatewayProcess
) -> None:
    auditor = add_person(place, "auditor")
    add_person(place, "counsellor")
    read = Event("client", "read", "R")
    yesterday = MORNING - DAY
    act(place, yesterday, read, read, Event("client", "edit", "U"))
    opened, reviewed = Event("break_glass", "open", "C"), Event("break_glass", "review", "U")
    act(place, yesterday, opened, opened, reviewed)
    act(place, yesterday, Event("session", "sign_in", "E", outcome=4, outcome_code="wrong"))
    act(place, yesterday - DAY, read)
    act(place, MORNING, read)

    assert sent(place) == 2

    mails = gateway.mails()
    assert {str(mail["recipients"]) for mail in mails} == {
        f"['{auditor}']",
        f"['{place.lead}@example.com']",
    }
    assert {mail["subject"] for mail in mails} == {"Daily digest, Mon 23 Nov 2026"}
    body = str(mails[0]["body"])
    assert "Records read: 2\n" in body
    assert "Changes: 4\n" in body
    assert "Emergency accesses: 2\nReviews of emergency accesses: 1\n" in body
    assert "Failed sign-ins: 1\n" in body
    assert "People who worked: 1\n" in body
    assert "http://127.0.0.1:8000/audit-events?from=2026-11-23&until=2026-11-24" in body
    assert not any(word in body for word in ("Harbour", "Kim", "Maya", "Lead"))


def test_a_second_run_and_a_second_worker_send_nothing_more(
    place: Clinic, gateway: GatewayProcess
) -> None:
    sent(place)

    assert sent(place) == 0
    assert len(gateway.mails()) == 1
    place.set_clock(MORNING + DAY)
    assert sent(place) == 1
    assert notices(place) == ["sent", "sent"]


def test_nothing_leaves_before_the_sites_own_hour(place: Clinic) -> None:
    place.set_clock(MORNING - dt.timedelta(minutes=1))

    assert sent(place) == 0
    assert notices(place) == []


def test_the_hour_is_the_sites_in_summer_too(place: Clinic) -> None:
    place.set_clock(dt.datetime(2026, 7, 1, 7, 29, tzinfo=LONDON))
    early = sent(place)
    place.set_clock(dt.datetime(2026, 7, 1, 7, 30, tzinfo=LONDON))

    assert (early, sent(place)) == (0, 1)


def test_a_disabled_lead_gets_none(place: Clinic, gateway: GatewayProcess) -> None:
    place.change("UPDATE staff SET active = false WHERE id = :id", id=place.lead)

    assert sent(place) == 0
    assert gateway.mails() == []


def test_a_mail_server_that_is_down_gets_it_later(place: Clinic, gateway: GatewayProcess) -> None:
    with place.worker(smtp_url=f"smtp://127.0.0.1:{free_port()}") as worker:
        digests.run(worker)
    waiting = notices(place)

    place.set_clock(MORNING + dt.timedelta(minutes=2))
    sent(place)

    assert (waiting, notices(place)) == (["scheduled"], ["sent"])
    assert len(gateway.mails()) == 1


def test_each_attempt_leaves_its_event(place: Clinic) -> None:
    sent(place)

    assert place.rows("SELECT type, subtype FROM audit_events ORDER BY id") == [
        ("notice", "plan"),
        ("notice", "send_attempted"),
    ]
