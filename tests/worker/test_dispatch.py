"""Does each due reminder leave once, or end with a reason that staff can read?"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from intake.services import reminder_outcomes
from tests.support.databases import Database
from tests.worker.bookings import LONDON, NOON, Clinic, clinic
from tests.worker.gateway_process import GatewayProcess, running_gateway
from worker import dispatch

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
CALLS = "SELECT count(*) FROM tasks WHERE kind = 'call_client' AND state = 'open' AND case_id = :id"
EVENTS = "SELECT subtype, outcome_code FROM audit_events WHERE entity_id = :id ORDER BY id"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    with running_gateway(tmp_path_factory.mktemp("gateway")) as process:
        yield process


@pytest.fixture(scope="module")
def whole_place(module_database: Database, gateway: GatewayProcess) -> Iterator[Clinic]:
    with clinic(module_database, gateway) as made:
        yield made


@pytest.fixture
def place(whole_place: Clinic, gateway: GatewayProcess) -> Clinic:
    """The clinic at noon, with nothing due and a gateway that works."""
    gateway.script()
    whole_place.set_clock(NOON)
    whole_place.change("UPDATE reminders SET state = 'cancelled' WHERE state <> 'accepted'")
    return whole_place


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


def test_a_due_reminder_leaves_once_and_is_accepted(place: Clinic) -> None:
    booking = place.book()

    tried = dispatched(place)

    row = place.reminder(booking)
    assert (tried, row.state, row.attempts) == (1, "accepted", 1)
    [message] = held(place, key_of(row.dedupe_key))
    assert (message["id"], message["to"]) == (row.provider_ref, "+447700900123")
    assert message["text"] == (
        "Reminder: you have an appointment on Wed 25 Nov at 12:00. Call +44 1632 960000 to change."
    )
    assert place.rows(EVENTS, id=booking.reminder) == [("send_attempted", None)]
    assert dispatched(place) == 0


def test_what_is_not_due_yet_stays(place: Clinic) -> None:
    booking = place.book(send_after=NOON + HOUR)

    assert dispatched(place) == 0
    assert place.reminder(booking).state == "scheduled"


@pytest.mark.parametrize(
    ("wish", "state", "reason", "calls"),
    [
        ({"status": "cancelled"}, "cancelled", "appointment_cancelled", 0),
        ({"client_state": "deceased"}, "cancelled", "client_deceased", 0),
        ({"case_state": "lost_to_follow_up"}, "cancelled", "case_lost_to_follow_up", 0),
        ({"consent": None}, "suppressed", "no_consent", 0),
        ({"consent": "withdrawn"}, "suppressed", "no_consent", 0),
        ({"consent_expires_on": NOON.date() - DAY}, "suppressed", "no_consent", 0),
        ({"is_safe": False}, "suppressed", "contact_not_safe", 0),
        ({"confirmed": False}, "suppressed", "contact_not_confirmed", 1),
        ({"needs_check": True}, "suppressed", "contact_needs_check", 1),
        ({"expires_at": NOON - MINUTE, "send_after": NOON - HOUR}, "expired", "too_late", 1),
        (
            {"quiet": (dt.time(11), dt.time(13)), "expires_at": NOON + HOUR / 2},
            "expired",
            "quiet_hours",
            1,
        ),
    ],
)
def test_what_forbids_it_at_the_moment_of_sending_is_stored(
    place: Clinic, wish: dict[str, Any], state: str, reason: str, calls: int
) -> None:
    booking = place.book(**wish)

    dispatched(place)

    row = place.reminder(booking)
    assert (row.state, row.state_reason) == (state, reason)
    assert held(place, key_of(row.dedupe_key)) == []
    assert place.rows(EVENTS, id=booking.reminder) == [("not_sent", reason)]
    assert calls_for(place, booking.case) == calls


def test_a_moved_appointment_ends_the_reminder_of_its_old_time(place: Clinic) -> None:
    booking = place.book()
    place.change("UPDATE appointments SET schedule_no = 2 WHERE id = :id", id=booking.appointment)

    dispatched(place)

    assert place.reminder(booking).state_reason == "rescheduled"


def test_a_contact_that_changed_since_planning_is_not_used(place: Clinic) -> None:
    booking = place.book()
    place.change("UPDATE contact_points SET version = 2 WHERE id = :id", id=booking.contact)

    dispatched(place)

    assert place.reminder(booking).state_reason == "contact_changed"


def test_in_quiet_hours_it_waits_and_waiting_is_no_attempt(place: Clinic) -> None:
    booking = place.book(quiet=(dt.time(11), dt.time(13)))

    dispatched(place)

    row = place.reminder(booking)
    assert (row.state, row.attempts - row.outage_attempts) == ("scheduled", 0)
    assert row.next_attempt_at == NOON + HOUR
    place.set_clock(NOON + HOUR)
    dispatched(place)
    assert place.reminder(booking).state == "accepted"


def test_reminders_of_one_day_share_one_text(place: Clinic) -> None:
    first = place.book()
    second = place.book(same_person_as=first, start=NOON + DAY + HOUR, send_after=NOON + HOUR)

    dispatched(place)

    rows = [place.reminder(first), place.reminder(second)]
    assert [row.state for row in rows] == ["accepted", "accepted"]
    assert [row.state_reason for row in rows] == [None, "merged"]
    [message] = held(place, key_of(*(row.dedupe_key for row in rows)))
    assert "appointments on Wed 25 Nov at 12:00, Wed 25 Nov at 13:00." in str(message["text"])


def test_a_reminder_of_tomorrow_waits_for_tomorrow(place: Clinic) -> None:
    first = place.book()
    second = place.book(same_person_as=first, start=NOON + 2 * DAY, send_after=NOON + 13 * HOUR)

    dispatched(place)

    assert (place.reminder(first).state, place.reminder(second).state) == ("accepted", "scheduled")


def test_a_changed_appointment_is_told_by_itself(place: Clinic) -> None:
    first = place.book()
    moved = place.book(same_person_as=first, kind="changed", start=NOON + DAY + HOUR)

    dispatched(place)

    row = place.reminder(moved)
    [message] = held(place, key_of(row.dedupe_key))
    assert str(message["text"]).startswith("Your appointment has moved to Wed 25 Nov at 13:00.")
    assert place.reminder(first).state_reason is None


def test_the_fourth_text_of_a_day_becomes_a_call(place: Clinic) -> None:
    person = place.book()
    for number in range(1, 4):
        dispatched(place)
        last = place.book(same_person_as=person, start=NOON + DAY + number * HOUR)
    dispatched(place)

    row = place.reminder(last)
    assert (row.state, row.state_reason) == ("suppressed", "daily_cap")
    assert calls_for(place, person.case) == 1


def test_the_week_has_its_own_cap(place: Clinic) -> None:
    place.change(
        "INSERT INTO site_settings VALUES (:site, 'cap_per_week', '1', 1)", site=place.site
    )
    person = place.book()
    dispatched(place)
    place.set_clock(NOON + DAY)
    later = NOON + DAY
    last = place.book(same_person_as=person, start=NOON + 2 * DAY, send_after=later)

    dispatched(place)

    place.change("DELETE FROM site_settings")
    assert place.reminder(last).state_reason == "weekly_cap"


def test_a_refused_number_is_flagged_and_somebody_calls(
    place: Clinic, gateway: GatewayProcess
) -> None:
    booking = place.book()
    gateway.script("400")

    dispatched(place)

    row = place.reminder(booking)
    assert (row.state, row.state_reason) == ("failed", "refused_by_provider")
    [(needs_check, version)] = place.rows(
        "SELECT needs_check, version FROM contact_points WHERE id = :id", id=booking.contact
    )
    assert (needs_check, version) == (True, 2)
    assert calls_for(place, booking.case) == 1


@pytest.mark.parametrize(
    ("behaviour", "counted", "kept"),
    [("500", 1, 0), ("429", 0, 0), ("drop", 1, 1), ("garbage", 1, 1)],
)
def test_a_failing_gateway_is_asked_again_with_the_same_key(
    place: Clinic, gateway: GatewayProcess, behaviour: str, counted: int, kept: int
) -> None:
    booking = place.book()
    gateway.script(behaviour)

    dispatched(place)

    row = place.reminder(booking)
    assert (row.state, row.attempts - row.outage_attempts) == ("scheduled", counted)
    assert row.next_attempt_at > NOON
    assert len(held(place, key_of(row.dedupe_key))) == kept
    place.set_clock(row.next_attempt_at)
    dispatched(place)
    assert place.reminder(booking).state == "accepted"
    [message] = held(place, key_of(row.dedupe_key))
    assert message["repeats"] == kept


def test_after_six_counted_attempts_it_is_dead_and_somebody_calls(
    place: Clinic, gateway: GatewayProcess
) -> None:
    booking = place.book(expires_at=NOON + DAY - MINUTE)

    for _ in range(6):
        gateway.script("500")
        dispatched(place)
        place.set_clock(place.reminder(booking).next_attempt_at)

    row = place.reminder(booking)
    assert (row.state, row.attempts) == ("dead", 6)
    assert calls_for(place, booking.case) == 1


def test_no_answer_before_it_expires_is_uncertain_and_somebody_calls(
    place: Clinic, gateway: GatewayProcess
) -> None:
    booking = place.book(expires_at=NOON + dt.timedelta(seconds=3))
    gateway.script("drop")

    dispatched(place)

    assert place.reminder(booking).state == "uncertain"
    assert calls_for(place, booking.case) == 1


def test_a_merged_text_whose_outcome_is_unknown_is_repeated_as_it_was(
    place: Clinic, gateway: GatewayProcess
) -> None:
    first = place.book()
    second = place.book(same_person_as=first, start=NOON + DAY + HOUR)
    gateway.script("drop")
    dispatched(place)
    row = place.reminder(first)

    place.set_clock(row.next_attempt_at + MINUTE)
    dispatched(place)

    rows = [place.reminder(first), place.reminder(second)]
    assert [row.state for row in rows] == ["accepted", "accepted"]
    [message] = held(place, key_of(*(row.dedupe_key for row in rows)))
    assert message["repeats"] == 1


def test_a_merged_text_that_may_have_arrived_is_not_told_in_part(
    place: Clinic, gateway: GatewayProcess
) -> None:
    first = place.book()
    second = place.book(same_person_as=first, start=NOON + DAY + HOUR)
    gateway.script("drop")
    dispatched(place)
    row = place.reminder(first)
    place.change(
        "UPDATE appointments SET status = 'cancelled' WHERE id = :id", id=second.appointment
    )

    place.set_clock(row.next_attempt_at + MINUTE)
    dispatched(place)

    assert (place.reminder(first).state, place.reminder(second).state) == ("uncertain", "cancelled")
    assert calls_for(place, first.case) == 1


def test_appointments_are_untouched_by_sending(place: Clinic) -> None:
    place.book()
    before = place.rows("SELECT a.*::text FROM appointments a ORDER BY id")

    dispatched(place)

    assert place.rows("SELECT a.*::text FROM appointments a ORDER BY id") == before


def test_five_dispatches_at_once_send_each_reminder_once(place: Clinic) -> None:
    bookings = place.book_many(60)

    with ExitStack() as stack, ThreadPoolExecutor(5) as pool:
        opened = [stack.enter_context(place.worker(lease_seconds=60)) for _ in range(5)]
        workers = [replace(worker, batch=7) for worker in opened]
        tried = sum(pool.map(dispatch.run, workers))

    rows = [place.reminder(booking) for booking in bookings]
    assert tried == 60
    assert {(row.state, row.attempts) for row in rows} == {("accepted", 1)}
    assert {held(place, key_of(row.dedupe_key))[0]["repeats"] for row in rows} == {0}


def test_a_worker_that_lost_its_lease_writes_nothing(place: Clinic) -> None:
    booking = place.book()
    with place.worker() as slow, place.worker() as quick:
        [claimed] = dispatch._claim(slow, limit=10)  # noqa: SLF001 - frozen between two steps
        [ready] = dispatch._begin(slow, [claimed])  # noqa: SLF001 - the same
        place.change("UPDATE reminders SET lease_until = now() WHERE id = :id", id=booking.reminder)
        dispatch.run(quick)
        after = place.reminder(booking)
        with slow.transaction(place.site) as (session, now):
            recorded = reminder_outcomes.record_outcomes(
                session,
                ready.outgoing.lease_token,
                [reminder_outcomes.Sent.of(ready.outgoing, "permanent")],
                now=now,
                policy=slow.policy,
            )

    assert recorded == 0
    assert place.reminder(booking) == after
    assert after.state == "accepted"


def test_what_cannot_start_within_its_lease_is_given_back(place: Clinic) -> None:
    booking = place.book()

    with place.worker(lease_margin_seconds=3) as worker:
        claimed = dispatch._claim(worker, limit=1)  # noqa: SLF001 - one round only
        ready = dispatch._begin(worker, claimed)  # noqa: SLF001 - the same
        with ThreadPoolExecutor(1) as pool:
            dispatch._send_and_record(worker, pool, ready)  # noqa: SLF001 - the same

    row = place.reminder(booking)
    assert (row.state, row.attempts - row.outage_attempts) == ("scheduled", 0)
    assert held(place, key_of(row.dedupe_key)) == []


def test_an_unreadable_number_does_not_hold_up_the_others(place: Clinic) -> None:
    broken, other = place.book(), place.book()
    place.change(
        "UPDATE contact_points SET value = decode('01', 'hex') || value WHERE id = :id",
        id=broken.contact,
    )

    dispatched(place)

    assert place.reminder(broken).state_reason == "contact_unreadable"
    assert place.reminder(other).state == "accepted"


def test_a_shut_gateway_costs_no_attempt(place: Clinic) -> None:
    bookings = [place.book() for _ in range(3)]

    with place.worker(sms_gateway_url="http://127.0.0.1:9") as worker:
        dispatch.run(worker)

    for booking in bookings:
        row = place.reminder(booking)
        assert (row.state, row.attempts - row.outage_attempts) == ("scheduled", 0)


def test_a_gateway_that_fails_for_everybody_gets_one_probe_per_run(
    place: Clinic, gateway: GatewayProcess
) -> None:
    bookings = [place.book() for _ in range(8)]
    with place.worker() as worker:
        gateway.script(*["500"] * 8)
        dispatch.run(worker)
        counted = sum(row.attempts - row.outage_attempts for row in map(place.reminder, bookings))
        place.set_clock(NOON + 16 * MINUTE)
        gateway.script()
        gateway.script("500")
        probes = dispatch.run(worker)
        recovered = dispatch.run(worker)

    assert counted == 0
    assert probes == 1
    assert recovered >= 7


def test_the_zone_of_the_site_decides_the_hour_in_the_text(place: Clinic) -> None:
    summer = dt.datetime(2026, 7, 1, 12, tzinfo=LONDON)
    place.set_clock(summer)
    booking = place.book(start=summer + DAY, send_after=summer)

    dispatched(place)

    [message] = held(place, key_of(place.reminder(booking).dedupe_key))
    assert "Thu 2 Jul at 12:00" in str(message["text"])
