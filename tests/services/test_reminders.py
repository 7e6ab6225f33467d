"""Are reminders planned with the booking, once per schedule, and ended when it changes?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from intake.errors import NotFound
from intake.models import Appointment, ContactPoint, Reminder
from intake.services import reminders
from intake.services.reminder_reasons import REASONS, STATES, explanation
from intake.services.reminders import Search
from intake.site_settings import SiteSettings
from tests.support.databases import Database
from tests.worker.bookings import LONDON, NOON, Clinic, clinic

SETTINGS = SiteSettings()
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def place(module_database: Database) -> Iterator[Clinic]:
    with clinic(module_database) as made:
        yield made


@pytest.fixture
def session(place: Clinic) -> Iterator[Session]:
    """A transaction at the site that is rolled back."""
    with place.session(place.site) as opened:
        yield opened
        opened.rollback()


def appointment(
    session: Session, place: Clinic, **changes: Any
) -> tuple[Appointment, ContactPoint]:
    """A person's appointment in two weeks, without reminders."""
    booking = place.book(send_after=NOON + DAY, start=NOON + 14 * DAY, **changes)
    session.query(Reminder).filter(Reminder.id == booking.reminder).update({"state": "cancelled"})
    found = session.get_one(Appointment, (place.site, booking.appointment))
    found.schedule_no = 2  # the maker's own reminder belongs to the first
    contact = session.get_one(ContactPoint, (place.site, booking.contact))
    session.flush()
    return found, contact


def plan(session: Session, booked: Appointment, contact: ContactPoint | None) -> int:
    return reminders.plan(session, booked, contact=contact, now=NOON, settings=SETTINGS)


def live(session: Session, booked: Appointment) -> list[Reminder]:
    found = reminders.find(session, Search(appointment_id=booked.id))
    return [one for one in found if one.state == "scheduled"]


def move(booked: Appointment, start: dt.datetime) -> None:
    booked.local_start = start.astimezone(LONDON).replace(tzinfo=None)
    booked.during = Range(start, start + dt.timedelta(minutes=50), bounds="[)")
    booked.schedule_no += 1


def test_a_booking_gets_the_reminders_of_the_profile(session: Session, place: Clinic) -> None:
    booked, contact = appointment(session, place)

    planned = plan(session, booked, contact)

    rows = live(session, booked)
    assert planned == len(rows)
    assert [row.kind for row in rows] == ["changed", "d7", "d3", "d1"]
    assert {row.contact_version for row in rows} == {contact.version}
    assert [row.next_attempt_at for row in rows] == [row.send_after for row in rows]
    assert rows[1].dedupe_key == f"{booked.id}:2:d7:sms"


def test_planning_twice_changes_nothing(session: Session, place: Clinic) -> None:
    booked, contact = appointment(session, place)
    plan(session, booked, contact)
    before = [row.id for row in live(session, booked)]

    again = plan(session, booked, contact)

    assert again == 0
    assert [row.id for row in live(session, booked)] == before


def test_a_move_and_a_move_back_leave_one_live_set(session: Session, place: Clinic) -> None:
    booked, contact = appointment(session, place)
    plan(session, booked, contact)
    home = booked.during.lower
    assert home is not None

    for start in (home + DAY, home):
        move(booked, start)
        reminders.cancel_superseded(session, booked, reason="rescheduled")
        plan(session, booked, contact)

    session.expire_all()
    rows = live(session, booked)
    assert [(row.kind, row.schedule_no) for row in rows] == [
        ("changed", 4),
        ("d7", 4),
        ("d3", 4),
        ("d1", 4),
    ]


def test_a_cancelled_appointment_has_no_live_reminder(session: Session, place: Clinic) -> None:
    booked, contact = appointment(session, place)
    plan(session, booked, contact)
    booked.status = "cancelled"

    ended = reminders.cancel_superseded(session, booked, reason="appointment_cancelled")

    session.expire_all()
    assert ended == 4
    assert live(session, booked) == []
    assert plan(session, booked, contact) == 0


def test_a_person_without_a_contact_gets_none(session: Session, place: Clinic) -> None:
    booked, _ = appointment(session, place)

    assert plan(session, booked, None) == 0


def test_a_missed_visit_adds_the_one_two_hours_before(session: Session, place: Clinic) -> None:
    booked, contact = appointment(session, place)
    missed = place.book(
        start=NOON - 7 * DAY, send_after=NOON - 9 * DAY, expires_at=NOON - 8 * DAY, status="noshow"
    )
    session.query(Appointment).filter(Appointment.id == missed.appointment).update(
        {"client_id": booked.client_id}
    )

    plan(session, booked, contact)

    assert "h2" in {row.kind for row in live(session, booked)}


def test_a_safe_confirmed_number_is_chosen_before_a_preferred_one(
    session: Session, place: Clinic
) -> None:
    booking = place.book(is_safe=False)
    unsafe = session.get_one(ContactPoint, (place.site, booking.contact))
    unsafe.is_preferred = True
    safe = ContactPoint(
        site_id=place.site,
        client_id=booking.client,
        channel="sms",
        value=unsafe.value,
        is_safe=True,
        confirmed_at=NOON,
    )
    session.add(safe)
    session.flush()

    chosen = reminders.contact_for(session, booking.client)

    assert chosen is not None
    assert chosen.id == safe.id
    assert reminders.contact_for(session, uuid.uuid4()) is None


def test_a_list_goes_on_after_the_last_one_shown(session: Session, place: Clinic) -> None:
    booked, contact = appointment(session, place)
    plan(session, booked, contact)
    first, *rest = reminders.find(session, Search(appointment_id=booked.id))

    page = reminders.find(
        session, Search(appointment_id=booked.id, after=(first.send_after, first.id))
    )

    assert [row.id for row in page] == [row.id for row in rest]


def test_an_unknown_reminder_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        reminders.history(session, uuid.uuid4())


def test_every_stored_reason_has_a_sentence() -> None:
    for state in STATES:
        for reason in REASONS:
            assert explanation(Reminder(state=state, state_reason=reason)).endswith(".")
