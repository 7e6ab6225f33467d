"""What forbids a reminder at the moment of sending, and which ones share a text?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.worker.bookings import LONDON, NOON, Clinic
from tests.worker.questions import EVENTS, calls_for, dispatched, held, key_of

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


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


def test_somebody_erased_gets_nothing_though_the_number_were_still_there(place: Clinic) -> None:
    booking = place.book()
    place.change(
        "INSERT INTO erasures (site_id, id, client_id, state, reason, requested_by, requested_at,"
        " decided_by, decided_at, created_at, version) VALUES (:s, gen_random_uuid(), :k,"
        " 'approved', 'client_request', :l, now(),"
        " (SELECT id FROM staff WHERE id <> :l LIMIT 1), now(), now(), 1)",
        s=place.site,
        k=booking.client,
        l=place.lead,
    )
    place.change(
        "UPDATE clients SET state = 'erased', wrapped_key = NULL, given_name = NULL,"
        " family_name = NULL, date_of_birth = NULL WHERE id = :k",
        k=booking.client,
    )

    dispatched(place)

    row = place.reminder(booking)
    assert (row.state, row.state_reason) == ("cancelled", "client_erased")
    assert held(place, key_of(row.dedupe_key)) == []


@pytest.mark.parametrize(("why", "calls"), [("replaced", 1), ("not_wanted", 1), ("not_safe", 0)])
def test_nothing_is_sent_where_the_person_is_no_longer_reached(
    place: Clinic, why: str, calls: int
) -> None:
    booking = place.book()
    place.change(
        "UPDATE contact_points SET ended_at = now(), ended_reason = :why, is_safe = false,"
        " is_preferred = false WHERE id = :id",
        why=why,
        id=booking.contact,
    )

    dispatched(place)

    row = place.reminder(booking)
    assert (row.state, row.state_reason) == ("suppressed", "contact_ended")
    assert held(place, key_of(row.dedupe_key)) == []
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


def test_a_reminder_of_two_hours_before_keeps_its_time(place: Clinic) -> None:
    first = place.book()
    soon = place.book(
        same_person_as=first,
        kind="h2",
        start=NOON + 4 * HOUR,
        send_after=NOON + 2 * HOUR,
        expires_at=NOON + 3 * HOUR,
    )

    dispatched(place)

    assert (place.reminder(first).state, place.reminder(soon).state) == ("accepted", "scheduled")


def test_a_reminder_that_may_not_leave_takes_none_along(place: Clinic) -> None:
    off = place.book(status="cancelled")
    later = place.book(same_person_as=off, start=NOON + DAY + HOUR, send_after=NOON + HOUR)

    dispatched(place)

    row = place.reminder(later)
    assert (place.reminder(off).state, row.state, row.attempts) == ("cancelled", "scheduled", 0)


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


def test_an_unreadable_number_does_not_hold_up_the_others(place: Clinic) -> None:
    broken, other = place.book(), place.book()
    place.change(
        "UPDATE contact_points SET value = decode('01', 'hex') || value WHERE id = :id",
        id=broken.contact,
    )

    dispatched(place)

    assert place.reminder(broken).state_reason == "contact_unreadable"
    assert place.reminder(other).state == "accepted"


def test_the_zone_of_the_site_decides_the_hour_in_the_text(place: Clinic) -> None:
    summer = dt.datetime(2026, 7, 1, 12, tzinfo=LONDON)
    place.set_clock(summer)
    booking = place.book(start=summer + DAY, send_after=summer)

    dispatched(place)

    [message] = held(place, key_of(place.reminder(booking).dedupe_key))
    assert "Thu 2 Jul at 12:00" in str(message["text"])
