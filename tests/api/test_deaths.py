"""A death stops everything at once, in the same transaction; an entry error is undone by two."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy.orm import Session

from intake.services import reminder_facts, reminder_gate
from tests.makers import bookings, moves, orders
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web, expect_problem


def died(case: CaseOf) -> Any:
    answer = moves.move(case.lead, case, **moves.DEATH)
    assert answer.status_code == 200, answer.json
    return answer.get_json()


def reminders_of(web: Web, case: CaseOf) -> set[tuple[str, str | None]]:
    rows = web.rows("SELECT state, state_reason FROM reminders WHERE client_id = :c",
                    c=case.client_id)  # fmt: skip
    return {tuple(row) for row in rows}


def test_it_stops_reminders_visits_and_errands_at_once(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    moves.missed(web, case, "2027-01-21")
    booked = bookings.book(case, local_start="2027-02-10T10:00")

    found = died(case)

    assert found["state"] == "deceased"
    assert not {state for state, _ in reminders_of(web, case)} & {"scheduled"}
    assert ("cancelled", "case_deceased") in reminders_of(web, case)
    (visit,) = web.rows("SELECT status FROM appointments WHERE id = :a", a=booked["id"])
    assert visit.status == "cancelled"
    tasks = web.rows("SELECT kind, owner_id FROM tasks WHERE case_id = :c AND state = 'open'"
                     " AND kind <> 'alert'", c=case.id)  # fmt: skip
    assert [tuple(row) for row in tasks] == [("incident_review", None)]
    (person,) = web.rows("SELECT state FROM clients WHERE id = :c", c=case.client_id)
    assert person.state == "deceased"


def judged(web: Web, site: TestSite, token: uuid.UUID) -> list[str | None]:
    """Why the gate holds back what a worker has in its hand, as the worker asks it."""
    with Session(web.judge) as session:
        rows = reminder_facts.leased(session, token, None)
        now = rows[0].reminder.send_after
        profile = reminder_facts.site_profile(session, site.id)
        facts = reminder_facts.with_history(session, rows, profile, now=now)
        verdicts = [reminder_gate.verdict(one, now=now, max_attempts=5, resends=True)
                    for one in facts]  # fmt: skip
        return [one.reason if one else None for one in verdicts]


def test_a_reminder_already_claimed_is_stopped_by_the_gate(web: Web, site: TestSite) -> None:
    case, token = moves.begun(web, site), uuid.uuid4()
    booked = bookings.book(case, local_start="2027-02-10T10:00")
    web.run("UPDATE reminders SET state = 'leased', lease_token = :t, attempts = 1,"
            " lease_until = now() + interval '5 min' WHERE id = (SELECT id FROM reminders WHERE"
            " appointment_id = :a ORDER BY send_after LIMIT 1)", t=token,
            a=booked["id"])  # fmt: skip
    before = judged(web, site, token)

    died(case)

    assert before == [None]
    assert judged(web, site, token) == ["appointment_cancelled"]
    # The gate has three reasons of its own: visit, person and case; each alone is enough.
    web.run("UPDATE appointments SET status = 'booked' WHERE id = :a", a=booked["id"])
    assert judged(web, site, token) == ["client_deceased"]
    web.run("UPDATE clients SET state = 'active' WHERE id = :c", c=case.client_id)
    assert judged(web, site, token) == ["case_deceased"]


def test_a_refused_death_stops_nothing(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    booked = bookings.book(case, local_start="2027-02-10T10:00")
    before = bookings.live(web, booked)

    answer = moves.move(case.lead, case, "deceased", death_date=moves.FIRST_DAY)

    assert expect_problem(answer, 409, "invalid-transition")["missing"] == ["death_source"]
    assert bookings.live(web, booked) == before != []


def test_nobody_who_died_is_referred_again(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    died(case)
    order = {"client_id": case.client_id, "referral": orders.referral_order()}

    answer = case.coordinator.post("/intakes", order)

    assert "deceased" in expect_problem(answer, 409, "conflict")["detail"]


def test_two_leads_take_an_entry_error_back(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    died(case)
    path = f"/cases/{case.id}/proposals"
    body = {"kind": "correction", "reason": "Another person of the same name"}

    by_counsellor = case.counsellor.post(path, body)
    unsaid = case.lead.post(path, {"kind": "correction"})
    made = case.lead.post(path, body).get_json()
    approve = f"/proposals/{made['id']}/actions/approve"
    own = case.lead.act(approve, version=1)
    second = site.person("clinical_lead").act(approve, version=1)

    expect_problem(by_counsellor, 403, "forbidden")
    assert expect_problem(unsaid, 409, "invalid-transition")["missing"] == ["correction_reason"]
    expect_problem(own, 403, "forbidden")
    assert second.status_code == 200, second.json
    assert case.read()["state"] == "active"
    (person,) = web.rows("SELECT state FROM clients WHERE id = :c", c=case.client_id)
    assert person.state == "active"
    (newest, *_) = case.lead.get(f"/cases/{case.id}/transitions").get_json()["data"]
    assert (newest["event"], newest["from_state"], newest["to_state"]) == (
        "corrected",
        "deceased",
        "active",
    )


@pytest.mark.parametrize("to", ["intake", "active", "discharged"])
def test_nothing_else_leads_back(web: Web, site: TestSite, to: str) -> None:
    case = moves.begun(web, site)
    died(case)

    answer = moves.move(case.lead, case, to)

    assert "nowhere" in expect_problem(answer, 409, "invalid-transition")["detail"]


def test_only_a_death_is_corrected(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    body = {"kind": "correction", "reason": "Not so"}

    answer = case.lead.post(f"/cases/{case.id}/proposals", body)

    assert "Only a death" in expect_problem(answer, 409, "invalid-transition")["detail"]


def test_a_lost_person_was_sought(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    days = ("2027-02-01", "2027-02-08", "2027-02-15")
    moves.missed(web, case, *days)
    tries = [
        {"on": day, "channel": way} for day, way in zip(days, ("phone", "sms", "post"), strict=True)
    ]
    said = {"reason": "No answer", "attempts": tries}

    early = moves.move(case.lead, case, "lost_to_follow_up", reason="No answer")
    by_counsellor = moves.move(case.counsellor, case, "lost_to_follow_up", **said)
    lost = moves.move(case.lead, case, "lost_to_follow_up", **said)

    assert expect_problem(early, 409, "invalid-transition")["missing"] == ["attempts"]
    expect_problem(by_counsellor, 403, "forbidden")
    assert lost.get_json()["state"] == "lost_to_follow_up"
    (newest, *_) = case.lead.get(f"/cases/{case.id}/transitions").get_json()["data"]
    assert newest["facts"]["attempts"] == tries


def test_two_missed_visits_or_an_alert_are_not_lost(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    moves.missed(web, case, "2027-02-01", "2027-02-08")
    web.run("INSERT INTO alerts (site_id, id, case_id, code, priority, state, raised_at, due_at,"
            " occurrences, created_at, version) VALUES (:s, gen_random_uuid(), :c, 'A02', 'high',"
            " 'acknowledged', now(), now(), 1, now(), 1)", s=site.id, c=case.id)  # fmt: skip

    answer = moves.move(case.lead, case, "lost_to_follow_up")

    assert expect_problem(answer, 409, "invalid-transition")["missing"] == [
        *("three_missed", "attempts", "sought_long_enough", "no_open_alerts"),
    ]
