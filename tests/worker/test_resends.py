"""Does a reminder that staff send again reach the person once, under a key of its own?"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from intake import clock
from intake.access import Actor, Role
from intake.services import audit, reminder_failures
from intake.services.audit import Context
from tests.worker.bookings import NOON, Booking, Clinic
from tests.worker.gateway_process import GatewayProcess
from tests.worker.questions import EVENTS, calls_for, dispatched, held, key_of

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
TO = "+447700900123"


def dead(place: Clinic, gateway: GatewayProcess) -> Booking:
    """A reminder that the gateway took at none of six attempts."""
    booking = place.book()
    for _ in range(6):
        gateway.script("500")
        dispatched(place)
        place.set_clock(place.reminder(booking).next_attempt_at)
    place.set_clock(NOON + HOUR)
    assert place.reminder(booking).state == "dead"
    return booking


def resent(place: Clinic, booking: Booking) -> Booking:
    """Sent again by the clinical lead; the same booking with the new one."""
    actor = Actor(place.lead, Role.CLINICAL_LEAD, place.site, "Europe/London", b"")
    with place.session(place.site) as session:
        audit.begin(session, Context(uuid.uuid4(), "api", Role.CLINICAL_LEAD, NOON))
        made = reminder_failures.resend(
            session, booking.reminder, actor=actor, now=clock.clinic_now(session.connection())
        )
    return replace(booking, reminder=made.id)


def test_it_is_delivered_once(place: Clinic, gateway: GatewayProcess) -> None:
    booking = dead(place, gateway)

    again = resent(place, booking)
    dispatched(place)
    dispatched(place)

    before, after = place.reminder(booking), place.reminder(again)
    assert (after.state, after.attempts, before.state) == ("accepted", 1, "dead")
    [message] = held(place, key_of(after.dedupe_key))
    assert (message["to"], message["id"], message["repeats"]) == (TO, after.provider_ref, 0)
    assert held(place, key_of(before.dedupe_key)) == []
    assert calls_for(place, booking.case) == 1


def test_its_repeats_carry_its_own_key(place: Clinic, gateway: GatewayProcess) -> None:
    """The gateway took it and its answer was lost: asked again, it has it already."""
    booking = dead(place, gateway)
    again = resent(place, booking)
    gateway.script("drop")
    dispatched(place)

    place.set_clock(place.reminder(again).next_attempt_at + MINUTE)
    dispatched(place)

    after = place.reminder(again)
    assert after.state == "accepted"
    [message] = held(place, key_of(after.dedupe_key))
    assert message["repeats"] == 1


def test_every_rule_is_asked_again_as_it_leaves(place: Clinic, gateway: GatewayProcess) -> None:
    booking = dead(place, gateway)
    again = resent(place, booking)
    place.change("UPDATE contact_points SET is_safe = false WHERE id = :i", i=booking.contact)

    dispatched(place)

    after = place.reminder(again)
    assert (after.state, after.state_reason) == ("suppressed", "contact_not_safe")
    assert held(place, key_of(after.dedupe_key)) == []
    assert place.rows(EVENTS, id=again.reminder) == [("not_sent", "contact_not_safe")]


def test_another_reminder_of_that_day_shares_its_text(
    place: Clinic, gateway: GatewayProcess
) -> None:
    """One visit, told once, though two reminders of it fall on one day."""
    booking = dead(place, gateway)
    place.change(
        "INSERT INTO reminders SELECT made.* FROM reminders one, jsonb_populate_record(one,"
        " jsonb_build_object('id', gen_random_uuid(), 'kind', 'd3', 'dedupe_key', 'later',"
        " 'state', 'scheduled', 'attempts', 0, 'outage_attempts', 0, 'send_after',"
        " CAST(:t AS text), 'next_attempt_at', CAST(:t AS text))) made WHERE one.id = :i",
        i=booking.reminder, t=(NOON + 3 * HOUR).isoformat(),
    )  # fmt: skip
    again = resent(place, booking)

    dispatched(place)

    after = place.reminder(again)
    [message] = held(place, key_of(after.dedupe_key, "later"))
    assert str(message["text"]).count("Wed 25 Nov at 12:00") == 1
