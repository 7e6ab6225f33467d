"""How does a visit read, and which words may be chosen for it?"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from intake.models.reminders import UNSENT
from intake.services.appointment_views import AppointmentView, ReminderLine
from intake.services.attendance import CANCEL_REASONS, MISSED_REASONS
from intake.services.reminder_reasons import RESENT
from intake.services.reminder_views import ReminderView
from intake.web import case_words, words

KINDS = tuple(words.VISITS.items())
MODES = tuple((code, said[:1].upper() + said[1:]) for code, said in words.MODES.items())
WHY = {
    "forgot": "Forgot",
    "unwell": "Unwell",
    "in_hospital": "In hospital",
    "intoxicated": "Intoxicated",
    "transport": "Couldn't get here",
    "work_study": "Work or study",
    "childcare": "Childcare",
    "custody": "In custody",
    "unsafe": "Didn't feel safe",
    "unknown": "Not known",
    "client_cancelled": "The person cancelled",
    "staff_cancelled": "We cancelled",
}
AGAIN = "Text, sent again"
MISSED = tuple((code, WHY.get(code, code)) for code in MISSED_REASONS)
CANCELLED = tuple((code, WHY.get(code, code)) for code in reversed(CANCEL_REASONS))


@dataclass(frozen=True, slots=True)
class Line:
    """A visit in words: what, when, with whom and how, and what became of it with its tone."""

    title: str
    when: str
    who: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A reminder that failed and waits for staff; what may have arrived isn't sent again."""

    id: uuid.UUID
    name: str
    may_be_resent: bool


def line(found: AppointmentView, names: Mapping[uuid.UUID, str]) -> Line:
    """One visit; `names` are those of staff."""
    state, tone = case_words.toned(case_words.VISIT_STATES, found.status)
    if found.is_unresolved:
        state, tone = "Did the person come?", "warn"
    why = WHY.get(found.cancel_reason or "", "")
    mode = words.said(words.MODES, found.mode)
    return Line(
        words.said(words.VISITS, found.kind),
        _when(found),
        ", ".join(part for part in (names.get(found.staff_id, ""), mode) if part),
        f"{state}: {why[:1].lower()}{why[1:]}" if why else state,
        tone,
    )


def _when(found: AppointmentView) -> str:
    """With the year, since lists reach far back."""
    start = words.local(found.starts_at, found.time_zone)
    end = words.local(found.ends_at, found.time_zone)
    span = f"{words.clock_time(start)} to {words.clock_time(end)}"
    return f"{words.day(start)} {start.year}, {span}"


def deliveries(found: AppointmentView) -> list[tuple[str, str, str, str]]:
    """Where each message stands, as the macro `appointment` takes it.

    One that was sent again is told of by the one that followed it.
    """
    return [
        (reminder(one), *delivery(one.state, one.settled))
        for one in found.reminders
        if one.state != "cancelled" and one.settled != "resent"
    ]


def sent(found: AppointmentView) -> list[tuple[str, str, str, str]]:
    """As `deliveries`, in brief: how many messages stand where."""
    counts = Counter(one[1:] for one in deliveries(found))
    return [(words.many(count, "text"), *state) for state, count in counts.items()]


def delivery(state: str, settled: str | None) -> tuple[str, str, str]:
    """Word, tone and icon of where a reminder stands, and of what staff did when it failed."""
    if settled is not None:
        return case_words.SETTLED[settled]
    return case_words.DELIVERY.get(state, (words.said({}, state), "", "clock"))


def failures(found: AppointmentView) -> list[Failure]:
    """The reminders of a visit that failed and wait for staff."""
    return [one for one in map(failure, found.reminders) if one is not None]


def failure(found: ReminderLine | ReminderView) -> Failure | None:
    """What can be done about a reminder; None when it doesn't wait for staff."""
    if found.state not in UNSENT or found.settled is not None:
        return None
    return Failure(found.id, reminder(found), found.state in RESENT)


def reminder(found: ReminderLine | ReminderView) -> str:
    """What a reminder is called; one that was sent again goes when it may, not by its kind."""
    if found.resend_of is not None:
        return AGAIN
    return case_words.of(case_words.REMINDERS, found.kind)
