"""Is a reminder that failed sent again once, only where that is allowed, or settled by a call?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from intake.embedded.processes import wait_until
from tests.makers import boards, bookings, orders
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, counted, expect_problem

#: Two and a half hours before the visit's own day before; a Sunday at noon.
NOON = dt.datetime(2027, 1, 17, 12, tzinfo=dt.UTC)
START = dt.datetime(2027, 1, 18, 10, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
CALL = {"channel": "phone", "outcome": "reached", "at": "2027-01-17T11:50:00+00:00"}
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


class Failed:
    """A case whose first reminder failed, on the day before the visit."""

    def __init__(self, web: Web, site: TestSite, state: str = "dead", **person: Any) -> None:
        client = orders.reachable_client(**person)
        self.web = web
        self.case: CaseOf = bookings.a_case(web, site, client=client)
        self.visit = bookings.book(self.case)
        self.id = boards.failed_reminder(web, self.visit["id"], state)
        web.set_clinic_time(NOON)

    def resend(self, person: Caller | None = None) -> TestResponse:
        """Send it again."""
        return (person or self.case.counsellor).post(f"/reminders/{self.id}/actions/resend")

    def refused(self, detail: str) -> None:
        """Sending it again is refused with this sentence, and nothing is planned."""
        answer = self.resend()
        expect_problem(answer, 409, "conflict")
        assert detail in answer.get_json()["detail"]
        assert len(self.rows()) == 1

    def call(self, **changes: str) -> TestResponse:
        """Write down a call."""
        path = f"/cases/{self.case.id}/contact-attempts"
        answer = self.case.counsellor.post(path, CALL | changes)
        assert answer.status_code == 201, answer.json
        return answer

    def rows(self) -> list[Any]:
        """The reminders of that kind, the first one first."""
        return self.web.rows(
            "SELECT * FROM reminders WHERE appointment_id = :a AND kind = 'd3' ORDER BY created_at",
            a=self.visit["id"],
        )

    def waits(self) -> list[int]:
        """How many failed reminders the board, the worklist of doubts and the caseload show."""
        person = self.case.counsellor
        lanes = person.get("/today").get_json()["lanes"]
        unsure = person.get("/worklists/uncertain_reminders").get_json()
        [row] = person.get("/caseload").get_json()["rows"]
        return [lanes["failed_reminders"]["count"], unsure["count"], row["failed_reminders"]]


@pytest.fixture
def failed(web: Web, site: TestSite) -> Failed:
    return Failed(web, site)


def test_it_is_planned_again_as_another_one(failed: Failed) -> None:
    assert failed.waits() == [1, 0, 1]

    with counted(failed.web) as sent:
        answer = failed.resend()

    made = answer.get_json()
    before, again = failed.rows()
    assert (answer.status_code, made["id"]) == (200, str(again.id))
    assert answer.headers["Location"] == f"/api/v1/reminders/{again.id}"
    assert (made["state"], made["kind"], made["resend_of"]) == ("scheduled", "d3", failed.id)
    assert again.dedupe_key != before.dedupe_key
    assert (again.attempts, again.contact_version) == (0, 1)
    assert NOON <= again.send_after < NOON + HOUR
    assert again.expires_at == START - 2 * HOUR
    assert (before.state, before.contact_attempt_id) == ("dead", None)
    assert before.settled_at is not None
    assert failed.waits() == [0, 0, 0]
    assert len(sent) <= 11, sent


def test_the_old_one_says_that_it_was_sent_again(failed: Failed) -> None:
    failed.resend()

    body = failed.case.coordinator.get(f"/reminders/{failed.id}").get_json()

    assert (body["settled"], body["contact_attempt_id"]) == ("resent", None)
    assert body["explanation"].endswith("Every attempt failed. It was sent again.")
    shown = failed.case.coordinator.get(f"/appointments/{failed.visit['id']}").get_json()
    assert [(one["kind"], one["state"], one["settled"]) for one in shown["reminders"]] == [
        ("d3", "dead", "resent"),
        ("d1", "scheduled", None),
        ("d3", "scheduled", None),
    ]


def test_the_trail_tells_both(failed: Failed) -> None:
    answer = failed.resend()

    rows = failed.web.rows(
        "SELECT subtype, action, entity_id, client_id FROM audit_events WHERE request_id = :r"
        " ORDER BY subtype",
        r=answer.headers["X-Request-Id"],
    )
    client = uuid.UUID(failed.case.client_id)
    before, again = failed.rows()
    assert [tuple(row) for row in rows] == [
        ("resend", "C", again.id, client),
        ("settle", "U", before.id, client),
    ]


def test_a_second_time_is_refused(failed: Failed) -> None:
    failed.resend()

    answer = failed.resend(failed.case.coordinator)

    expect_problem(answer, 409, "conflict")
    assert answer.get_json()["detail"] == "This reminder needs nothing more. It was sent again."
    assert len(failed.rows()) == 2


def test_what_was_sent_again_and_failed_is_sent_again(failed: Failed) -> None:
    first = failed.resend().get_json()["id"]
    failed.web.run("UPDATE reminders SET state = 'dead' WHERE id = :i", i=first)
    assert failed.waits()[0] == 1

    failed.id = first
    answer = failed.resend()

    assert answer.get_json()["resend_of"] == first
    assert len({row.dedupe_key for row in failed.rows()}) == 3


def both_at_once(failed: Failed, *acts: Callable[[], TestResponse]) -> list[TestResponse]:
    """Both reach the case while somebody else holds it."""
    with ThreadPoolExecutor(2) as pool, failed.web.judge.connect() as judge:
        judge.execute(text("SELECT 1 FROM cases WHERE id = :c FOR UPDATE"), {"c": failed.case.id})
        begun: list[Future[TestResponse]] = []
        for number, act in enumerate(acts, start=1):
            begun.append(pool.submit(act))
            assert wait_until(partial(are_waiting, failed.web, number), seconds=20)
        judge.rollback()
        return [one.result(timeout=30) for one in begun]


def test_of_two_at_once_one_is_sent(failed: Failed) -> None:
    people = (failed.case.counsellor, failed.case.coordinator)

    answers = both_at_once(failed, *(partial(failed.resend, one) for one in people))

    assert sorted(one.status_code for one in answers) == [200, 409]
    assert len(failed.rows()) == 2


def test_of_a_call_and_sending_again_one_settles_it(failed: Failed) -> None:
    colleague = partial(failed.resend, failed.case.coordinator)

    called, sent = both_at_once(failed, failed.call, colleague)

    assert called.status_code == 201
    before, *after = failed.rows()
    was_sent = sent.status_code == 200
    assert (len(after), before.contact_attempt_id is None) == (int(was_sent), was_sent)


def are_waiting(web: Web, number: int) -> bool:
    return bool(web.rows(WAITING)[0][0] == number)


def test_the_database_lets_only_one_follow(failed: Failed) -> None:
    """Whatever the service believes: the old row seems to wait still."""
    failed.resend()
    failed.web.run("UPDATE reminders SET settled_at = NULL WHERE id = :i", i=failed.id)

    answer = failed.resend()

    expect_problem(answer, 409, "conflict")
    assert answer.get_json()["detail"] == "This reminder was sent again already."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE reminders SET state = 'uncertain' WHERE id = :r", "the person could be told"),
        ("UPDATE reminders SET state = 'accepted', state_reason = NULL WHERE id = :r",
         "Only a reminder that failed can be sent again. The gateway took it."),
        ("UPDATE contact_points SET is_safe = false WHERE client_id = :c", "which number is safe"),
        ("UPDATE contact_points SET needs_check = true WHERE client_id = :c",
         "ask for the number again"),
        ("UPDATE contact_points SET confirmed_at = NULL WHERE client_id = :c", "Read it back"),
        ("UPDATE contact_points SET channel = 'email' WHERE client_id = :c", "has no number"),
        ("UPDATE appointments SET status = 'cancelled' WHERE id = :a", "was cancelled"),
        ("UPDATE appointments SET status = 'arrived' WHERE id = :a", "has arrived"),
        ("UPDATE appointments SET schedule_no = 2 WHERE id = :a", "The appointment moved"),
        ("UPDATE cases SET state = 'discharged' WHERE client_id = :c", "This case has ended"),
        ("UPDATE clients SET state = 'deceased' WHERE id = :c", "record is deceased"),
    ],
)  # fmt: skip
def test_what_stands_against_it_is_said(failed: Failed, change: str, said: str) -> None:
    ids = {"r": failed.id, "c": failed.case.client_id, "a": failed.visit["id"]}
    failed.web.run(change, **{name: ids[name] for name in ids if f":{name}" in change})

    failed.refused(said)


def test_without_consent_nothing_is_sent(failed: Failed) -> None:
    path = f"/cases/{failed.case.id}/consents"
    withdrawn = orders.consent_order("reminders") | {"status": "withdrawn"}
    assert failed.case.coordinator.post(path, withdrawn).status_code == 201

    failed.refused("There is no live consent to reminders. Ask the person")


@pytest.mark.parametrize("ahead", [dt.timedelta(minutes=119), -HOUR])
def test_too_late_is_said(failed: Failed, ahead: dt.timedelta) -> None:
    failed.web.set_clinic_time(START - ahead)

    failed.refused("Call the person, if it is safe to.")


def test_enough_texts_are_enough(failed: Failed) -> None:
    failed.web.run(
        "INSERT INTO reminders SELECT made.* FROM reminders one, generate_series(1, 3) n,"
        " LATERAL jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), 'state',"
        " 'accepted', 'kind', 'd1', 'dedupe_key', n, 'next_attempt_at', CAST(:t AS text))) made"
        " WHERE one.id = :i",
        i=failed.id, t=NOON.isoformat(),
    )  # fmt: skip

    failed.refused("as many texts today as the site allows")


def test_at_night_it_waits_for_the_morning(failed: Failed) -> None:
    night = dt.datetime(2027, 1, 16, 23, tzinfo=dt.UTC)
    failed.web.set_clinic_time(night)

    made = failed.resend().get_json()

    assert made["send_after"] == "2027-01-17T09:00:00+00:00"
    assert made["next_attempt_at"] == made["send_after"]


def test_it_goes_to_the_best_number_there_is_now(failed: Failed) -> None:
    path = f"/clients/{failed.case.client_id}/contacts"
    failed.web.run(
        "UPDATE contact_points SET needs_check = true WHERE client_id = :c",
        c=failed.case.client_id,
    )
    other = orders.contact_order() | {"value": "+447700900456"}
    new = failed.case.coordinator.post(path, other).get_json()["id"]

    assert failed.resend().status_code == 200
    assert str(failed.rows()[1].contact_id) == new


@pytest.mark.parametrize("state", ["dead", "uncertain"])
def test_whoever_was_spoken_with_needs_no_reminder(web: Web, site: TestSite, state: str) -> None:
    failed = Failed(web, site, state)

    made = failed.call().get_json()["id"]

    assert failed.waits() == [0, 0, 0]
    [row] = failed.rows()
    assert str(row.contact_attempt_id) == made
    assert row.settled_at.isoformat() == CALL["at"]
    body = failed.case.coordinator.get(f"/reminders/{failed.id}").get_json()
    assert (body["settled"], body["contact_attempt_id"]) == ("spoken", made)
    failed.refused("Somebody spoke with the person since.")
    [event] = web.rows(
        "SELECT returned_ids FROM audit_events WHERE subtype = 'settle' AND client_id = :c",
        c=failed.case.client_id,
    )
    assert event.returned_ids == [row.id]


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "no_reply"},
        {"outcome": "message_left"},
        {"outcome": "wrong_contact"},
        {"at": "2027-01-15T09:59:00+00:00"},
    ],
    ids=lambda one: str(next(iter(one.values()))),
)
def test_a_call_that_told_nothing_settles_nothing(failed: Failed, changes: dict[str, str]) -> None:
    """Nobody was reached, or it was before the reminder was tried last."""
    failed.call(**changes)

    assert failed.waits()[0] == 1
    assert failed.resend().status_code == 200


def test_a_call_settles_what_is_of_that_case(web: Web, site: TestSite) -> None:
    failed, other = Failed(web, site), Failed(web, site, given_name="Ann", family_name="Other")

    other.call()

    assert failed.rows()[0].settled_at is None
    assert other.rows()[0].settled_at is not None


def test_a_call_after_the_visit_reminded_nobody_of_it(failed: Failed) -> None:
    failed.web.set_clinic_time(START + 2 * HOUR)

    failed.call(at=(START + HOUR).isoformat())

    assert failed.rows()[0].settled_at is None


def test_another_site_finds_nothing(web: Web, failed: Failed) -> None:
    expect_problem(failed.resend(web.site().person("clinical_lead")), 404, "not-found")
    expect_problem(failed.resend(failed.case.counsellor.site.person("counsellor")), 403,
                   "break-glass-required")  # fmt: skip
    assert len(failed.rows()) == 1
