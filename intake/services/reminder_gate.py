"""May this reminder leave now? Each reason against it is a named check; the first one found counts.

The reason is stored with the reminder, so that staff can read why a person was not reminded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from intake.clinical import reminder_times
from intake.models.cases import TERMINAL_STATES
from intake.services.reminder_facts import Facts

Check = Callable[[Facts, dt.datetime], "Verdict | None"]


def verdict(facts: Facts, *, now: dt.datetime, max_attempts: int, resends: bool) -> Verdict | None:
    """Why it may not leave now, or None when it may.

    Args:
        facts: everything that can have changed since it was planned.
        now: clinic time.
        max_attempts: counted attempts, this one included.
        resends: whether its channel collapses a second send with the same key.
    """
    if facts.counted_attempts > max_attempts:
        return gave_up("too_many_attempts", facts)
    for check in CHECKS:
        if found := check(facts, now):
            return found
    if facts.may_have_arrived and not resends:
        return gave_up("outcome_unknown", facts)
    return None


def gave_up(reason: str, facts: Facts) -> Verdict:
    """The end after trying: `uncertain` when an attempt may have arrived, else `dead`."""
    return Verdict("uncertain" if facts.may_have_arrived else "dead", reason, calls=True)


def appointment_is_off(facts: Facts, now: dt.datetime) -> Verdict | None:
    """It was cancelled, has begun, or was entered in error."""
    del now
    status = facts.row.appointment.status
    return None if status == "booked" else Verdict("cancelled", f"appointment_{status}")


def appointment_moved(facts: Facts, now: dt.datetime) -> Verdict | None:
    """It has another time, place or person than when this reminder was planned."""
    del now
    same = facts.row.appointment.schedule_no == facts.row.reminder.schedule_no
    return None if same else Verdict("cancelled", "rescheduled")


def client_is_gone(facts: Facts, now: dt.datetime) -> Verdict | None:
    """The person died, or the record was merged into another one."""
    del now
    state = facts.row.client.state
    return None if state == "active" else Verdict("cancelled", f"client_{state}")


def case_is_closed(facts: Facts, now: dt.datetime) -> Verdict | None:
    """The episode of care has ended."""
    del now
    state = facts.row.case.state
    return Verdict("cancelled", f"case_{state}") if state in TERMINAL_STATES else None


def consent_is_missing(facts: Facts, now: dt.datetime) -> Verdict | None:
    """The person didn't agree to be reminded, withdrew, or the agreement ended."""
    del now
    return None if facts.consents else Verdict("suppressed", "no_consent")


def contact_has_ended(facts: Facts, now: dt.datetime) -> Verdict | None:
    """Nobody reaches the person there any more; somebody calls, unless it isn't safe."""
    del now
    contact = facts.row.contact
    if contact.ended_at is None:
        return None
    return Verdict("suppressed", "contact_ended", calls=contact.ended_reason != "not_safe")


def contact_is_unsafe(facts: Facts, now: dt.datetime) -> Verdict | None:
    """Messages are not safe there. Nobody is asked to call either: that may be worse."""
    del now
    return None if facts.row.contact.is_safe else Verdict("suppressed", "contact_not_safe")


def contact_is_doubtful(facts: Facts, now: dt.datetime) -> Verdict | None:
    """It failed before, was never read back, or is another one than when this was planned."""
    del now
    contact = facts.row.contact
    if contact.needs_check:
        return Verdict("suppressed", "contact_needs_check", calls=True)
    if contact.confirmed_at is None:
        return Verdict("suppressed", "contact_not_confirmed", calls=True)
    if contact.version != facts.row.reminder.contact_version:
        return Verdict("suppressed", "contact_changed", calls=True)
    return None


def too_late(facts: Facts, now: dt.datetime) -> Verdict | None:
    """It would no longer help."""
    if now < facts.row.reminder.expires_at:
        return None
    ahead = facts.row.appointment.during.lower
    return Verdict("expired", "too_late", calls=ahead is not None and now < ahead)


def hours_are_quiet(facts: Facts, now: dt.datetime) -> Verdict | None:
    """It waits for the end of quiet hours, if it still helps then."""
    opens = reminder_times.next_sending_time(now, zone=facts.zone, quiet=facts.quiet)
    if opens is not None and opens <= now:
        return None
    if opens is None or opens >= facts.row.reminder.expires_at:
        return Verdict("expired", "quiet_hours", calls=True)
    return Verdict("scheduled", "quiet_hours", next_attempt_at=opens)


def enough_was_sent(facts: Facts, now: dt.datetime) -> Verdict | None:
    """The person got as many texts as the site allows. A retry of one that counts is no new one."""
    del now
    if facts.row.reminder.kind == "changed" or facts.may_have_arrived:
        return None
    settings = facts.profile.settings
    if facts.sent_today >= settings.cap_per_day:
        return Verdict("suppressed", "daily_cap", calls=True)
    if facts.sent_this_week >= settings.cap_per_week:
        return Verdict("suppressed", "weekly_cap", calls=True)
    return None


CHECKS: tuple[Check, ...] = (
    appointment_is_off,
    appointment_moved,
    client_is_gone,
    case_is_closed,
    consent_is_missing,
    contact_has_ended,
    contact_is_unsafe,
    contact_is_doubtful,
    too_late,
    hours_are_quiet,
    enough_was_sent,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a reminder goes instead of out, why, and whether somebody should call the person."""

    state: str
    reason: str
    calls: bool = False
    next_attempt_at: dt.datetime | None = None
