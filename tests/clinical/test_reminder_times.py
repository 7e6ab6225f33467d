"""Are reminders planned at times that help, and never in quiet hours, in any zone?"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake.clinical.reminder_times import (
    NEVER,
    USEFUL_UNTIL,
    PlannedReminder,
    QuietHours,
    Visit,
    is_quiet,
    next_sending_time,
    plan,
    quiet_hours,
    useful_until,
)

LONDON = ZoneInfo("Europe/London")
SITE = QuietHours(dt.time(20), dt.time(9))
# Whole, half and three-quarter hours; half-hour clock changes; changes at midnight; none at all.
ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Africa/Cairo",
    "Asia/Beirut",
    "America/Santiago",
    "America/Havana",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "Pacific/Apia",
    "UTC",
)
ALL_KINDS = ("d7", "d3", "d1", "h2")


def at(text: str, zone: ZoneInfo = LONDON) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def times(
    start: str,
    booked: str,
    *,
    kinds: tuple[str, ...] = ALL_KINDS,
    quiet: QuietHours = SITE,
    missed: bool = False,
    moved: bool = False,
) -> dict[str, str]:
    """Kind -> local send time of a London appointment planned when it was booked."""
    visit = Visit(at(start), LONDON, at(booked), missed_recently=missed, moved=moved)
    planned = plan(visit, now=at(booked), quiet=quiet, kinds=kinds)
    return {
        one.kind: one.send_after.astimezone(LONDON).strftime("%a %d %b %H:%M") for one in planned
    }


def test_an_appointment_booked_far_ahead_gets_three_reminders() -> None:
    assert times("2026-11-24T10:00", "2026-11-03T12:00") == {
        "d7": "Tue 17 Nov 10:00",
        "d3": "Sat 21 Nov 10:00",
        "d1": "Mon 23 Nov 10:00",
    }


def test_a_week_of_notice_needs_ten_days_between_booking_and_visit() -> None:
    assert "d7" not in times("2026-11-24T10:00", "2026-11-15T09:00")
    assert "d7" in times("2026-11-24T10:00", "2026-11-14T23:59")


def test_a_late_booking_skips_the_offsets_that_have_passed() -> None:
    assert times("2026-11-24T10:00", "2026-11-22T10:00") == {"d1": "Mon 23 Nov 10:00"}
    assert times("2026-11-24T10:00", "2026-11-24T08:30") == {}


def test_a_missed_visit_adds_a_reminder_two_hours_before() -> None:
    booked = "2026-11-23T12:00"

    assert times("2026-11-24T14:00", booked, missed=True)["h2"] == "Tue 24 Nov 12:00"
    assert "h2" not in times("2026-11-24T14:00", booked, missed=False)


def test_the_wall_time_stays_when_the_clocks_change_in_between() -> None:
    assert times("2026-10-26T10:00", "2026-10-20T12:00") == {
        "d3": "Fri 23 Oct 10:00",
        "d1": "Sun 25 Oct 10:00",
    }


def test_in_quiet_hours_it_waits_for_their_end() -> None:
    assert times("2026-11-24T08:00", "2026-11-20T12:00")["d1"] == "Mon 23 Nov 09:00"


def test_what_would_expire_while_it_waits_goes_before_quiet_hours_begin() -> None:
    assert times("2026-11-24T09:30", "2026-11-20T12:00", missed=True)["h2"] == "Mon 23 Nov 19:30"


def test_before_overlapping_quiet_hours_means_before_both() -> None:
    evening = QuietHours(dt.time(18), dt.time(22))

    sent = times("2026-11-24T08:15", "2026-11-20T12:00", missed=True, quiet=evening)

    assert sent["h2"] == "Mon 23 Nov 17:30"


def test_a_changed_appointment_is_told_at_once_or_in_the_morning() -> None:
    assert times("2026-11-24T14:00", "2026-11-23T15:00", moved=True) == {
        "changed": "Mon 23 Nov 15:00"
    }
    assert times("2026-11-24T14:00", "2026-11-23T22:00", moved=True) == {
        "changed": "Tue 24 Nov 09:00"
    }


def test_a_change_that_cannot_be_told_in_time_is_not_planned() -> None:
    assert times("2026-11-24T09:30", "2026-11-23T22:00", moved=True) == {}


def test_a_site_chooses_its_kinds() -> None:
    assert set(times("2026-11-24T10:00", "2026-11-03T12:00", kinds=("d1",))) == {"d1"}


@pytest.mark.parametrize(
    ("kind", "until"),
    [("d7", "20 10:00"), ("d3", "22 22:00"), ("d1", "24 08:00"), ("h2", "24 09:30")],
)
def test_each_kind_expires_when_it_no_longer_helps(kind: str, until: str) -> None:
    visit = Visit(at("2026-11-24T10:00"), LONDON, at("2026-11-01T10:00"), missed_recently=True)

    planned = {one.kind: one for one in plan(visit, now=visit.booked_at, quiet=SITE)}

    assert planned[kind].expires_at.strftime("%d %H:%M") == until


def test_a_person_may_narrow_the_window_but_not_widen_it_past_the_hard_limits() -> None:
    wide = quiet_hours(site=SITE, person=QuietHours(dt.time(23), dt.time(6)))
    narrow = quiet_hours(site=SITE, person=QuietHours(dt.time(13), dt.time(11)))

    assert is_quiet(at("2026-11-24T21:00"), zone=LONDON, quiet=wide)
    assert is_quiet(at("2026-11-24T07:59"), zone=LONDON, quiet=wide)
    assert not is_quiet(at("2026-11-24T08:00"), zone=LONDON, quiet=wide)
    assert is_quiet(at("2026-11-24T13:00"), zone=LONDON, quiet=narrow)
    assert not is_quiet(at("2026-11-24T12:59"), zone=LONDON, quiet=narrow)


def test_a_day_that_is_quiet_throughout_gets_no_reminder() -> None:
    always = QuietHours(dt.time(7), dt.time(22))

    assert times("2026-11-24T14:00", "2026-11-01T12:00", quiet=always) == {}
    assert next_sending_time(at("2026-11-24T12:00"), zone=LONDON, quiet=always) is None


def test_a_wall_time_that_does_not_exist_becomes_an_earlier_one() -> None:
    open_at_night = QuietHours(dt.time(21), dt.time(8))
    visit = Visit(at("2026-03-29T03:30"), LONDON, at("2026-03-01T12:00"), missed_recently=True)

    [h2] = [
        one for one in plan(visit, now=visit.booked_at, quiet=open_at_night) if one.kind == "h2"
    ]

    assert h2.send_after.astimezone(LONDON).strftime("%d %H:%M") == "28 20:30"


clock_times = st.times().map(lambda time: time.replace(second=0, microsecond=0))
starts = st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2030, 12, 31))  # noqa: DTZ001 - wall time
quiets = st.builds(QuietHours, clock_times, clock_times)


@st.composite
def visits(draw: st.DrawFn) -> tuple[Visit, dt.datetime, QuietHours]:
    """A visit anywhere in the world, the moment it is planned, and somebody's quiet hours."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    start = draw(starts).replace(tzinfo=zone, fold=draw(st.integers(0, 1))).astimezone(dt.UTC)
    ahead = dt.timedelta(minutes=draw(st.integers(1, 40 * 24 * 60)))
    visit = Visit(
        start, zone, start - ahead, missed_recently=draw(st.booleans()), moved=draw(st.booleans())
    )
    return visit, visit.booked_at, draw(st.one_of(st.just(SITE), quiets))


def _planned(case: tuple[Visit, dt.datetime, QuietHours]) -> tuple[PlannedReminder, ...]:
    visit, now, quiet = case
    return plan(visit, now=now, quiet=quiet)


def _gap(start: str, zone: str) -> tuple[Visit, dt.datetime, QuietHours]:
    moment = at(start, ZoneInfo(zone)).astimezone(dt.UTC)
    booked = moment - dt.timedelta(days=20)
    return Visit(moment, ZoneInfo(zone), booked, missed_recently=True), booked, SITE


@given(visits())
@example(_gap("2026-03-30T01:30", "Europe/London"))
@example(_gap("2026-10-25T01:30", "Europe/London"))
@example(_gap("2026-09-06T00:30", "America/Santiago"))
@settings(max_examples=300, deadline=None)
def test_no_reminder_is_ever_planned_into_quiet_hours(
    case: tuple[Visit, dt.datetime, QuietHours],
) -> None:
    visit, _, quiet = case

    for one in _planned(case):
        assert not is_quiet(one.send_after, zone=visit.zone, quiet=quiet)
        assert not is_quiet(one.send_after, zone=visit.zone, quiet=NEVER)


@given(visits())
@settings(max_examples=300, deadline=None)
def test_every_reminder_lies_ahead_expires_later_and_before_the_visit(
    case: tuple[Visit, dt.datetime, QuietHours],
) -> None:
    visit, now, _ = case

    planned = _planned(case)

    for one in planned:
        assert now <= one.send_after < one.expires_at < visit.start
        assert one.expires_at == visit.start - USEFUL_UNTIL[one.kind]
    assert len({one.kind for one in planned}) == len(planned)
    assert [one.send_after for one in planned] == sorted(one.send_after for one in planned)


@given(visits())
@settings(max_examples=300, deadline=None)
def test_a_later_planning_never_brings_a_reminder_forward(
    case: tuple[Visit, dt.datetime, QuietHours],
) -> None:
    visit, now, quiet = case
    earlier = {one.kind: one for one in _planned(case)}
    middle = now + (visit.start - now) / 2

    later = {one.kind: one for one in plan(visit, now=middle, quiet=quiet)}

    for kind in set(later) - {"changed"}:
        assert later[kind] == earlier[kind]


@pytest.mark.parametrize(
    ("kind", "before"),
    [
        ("d7", dt.timedelta(hours=2)),
        ("d3", dt.timedelta(hours=2)),
        ("d1", dt.timedelta(hours=2)),
        ("changed", dt.timedelta(hours=1)),
        ("h2", dt.timedelta(minutes=30)),
    ],
)
def test_what_is_sent_again_helps_until_shortly_before_the_visit(
    kind: str, before: dt.timedelta
) -> None:
    start = dt.datetime(2027, 1, 18, 10, tzinfo=dt.UTC)

    assert useful_until(kind, start) == start - before
