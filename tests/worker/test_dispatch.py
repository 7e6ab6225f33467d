"""Does each due reminder leave once, whatever the gateway answers?"""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import pytest

from intake.services import reminder_outcomes
from tests.worker.bookings import NOON, Clinic
from tests.worker.gateway_process import GatewayProcess
from tests.worker.questions import EVENTS, calls_for, dispatched, held, key_of
from worker import dispatch

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


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
        opened = [stack.enter_context(place.worker()) for _ in range(5)]
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


def test_an_outcome_of_a_lost_lease_is_not_written_into_the_next(place: Clinic) -> None:
    booking = place.book()
    with place.worker() as slow, place.worker() as quick:
        [ready] = dispatch._begin(slow, dispatch._claim(slow, limit=10))  # noqa: SLF001 - frozen
        place.change("UPDATE reminders SET lease_until = now() WHERE id = :id", id=booking.reminder)
        dispatch._begin(quick, dispatch._claim(quick, limit=10))  # noqa: SLF001 - between steps
        before = place.reminder(booking)
        with slow.transaction(place.site) as (session, now):
            sent = reminder_outcomes.Sent.of(ready.outgoing, "permanent")
            recorded = reminder_outcomes.record_outcomes(
                session, ready.outgoing.lease_token, [sent], now=now, policy=slow.policy
            )

    assert recorded == 0
    assert place.reminder(booking) == before
    assert before.state == "sending"


def test_what_cannot_start_within_its_lease_is_given_back(place: Clinic) -> None:
    booking = place.book()

    with place.worker() as worker:
        claimed = dispatch._claim(worker, limit=1)  # noqa: SLF001 - one round only
        place.change(
            "UPDATE reminders SET lease_until = clock_timestamp() + interval '0.5 seconds'"
        )
        ready = dispatch._begin(worker, claimed)  # noqa: SLF001 - the same
        with ThreadPoolExecutor(1) as pool:
            dispatch._send_and_record(worker, pool, ready)  # noqa: SLF001 - the same

    row = place.reminder(booking)
    assert (row.state, row.attempts - row.outage_attempts) == ("scheduled", 0)
    assert held(place, key_of(row.dedupe_key)) == []


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
