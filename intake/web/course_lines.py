"""How does the course of a case read? Entries in words, by month, with whose doing it was."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from intake.services.alert_answers import RULES
from intake.services.course_sources import SOURCES
from intake.services.courses import CourseEntry
from intake.web import case_words, course_care_lines, words
from intake.web.course_care_lines import Said

#: What the filter of the timeline chooses, in the order of its links: name, label, kinds.
FILTERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("all", "All", tuple(SOURCES)),
    ("contacts", "Contacts", ("visit", "session", "note", "contact_attempt")),
    ("scores", "Scores", ("score", "screen", "alert")),
    ("messages", "Messages", ("message",)),
)
VISIT_SIGNS = {
    "fulfilled": ("check2", "ok", "Attended"),
    "arrived": ("check2", "ok", "Arrived"),
    "noshow": ("x-circle-fill", "bad", "Didn't come"),
    "cancelled": ("dash-circle-fill", "warn", "Cancelled"),
    "booked": ("calendar3", "", "Booked"),
    "entered_in_error": ("dash-circle-fill", "", "Entered in error"),
}


#: What has a day and no hour.
OF_A_DAY = ("decision", "arm_began", "arm_ended", "safety_plan")
#: The same with when and by whom, as the macro `timeline` takes it.
Line = tuple[str, str, str, str, str]


def kinds(chosen: str) -> tuple[str, ...]:
    """The kinds of entries of one filter; of all for an unknown word in the address."""
    return next((types for name, _, types in FILTERS if name == chosen), FILTERS[0][2])


def months(
    entries: Sequence[CourseEntry], staff: Mapping[uuid.UUID, str], zone: str
) -> list[tuple[str, list[Line]]]:
    """Entries as the macro takes them: (month, lines), newest first as they come."""

    def month(one: CourseEntry) -> str:
        return f"{words.local(one.at, zone):%B %Y}"

    return [
        (heading, [_line(one, staff, zone) for one in of_month])
        for heading, of_month in groupby(entries, key=month)
    ]


def _line(one: CourseEntry, staff: Mapping[uuid.UUID, str], zone: str) -> Line:
    icon, tone, title, text = KINDS.get(one.type, _other)(one)
    when: dt.datetime = words.local(one.at, zone)
    # A referral that left has a day and no hour; one that was planned has its moment.
    is_day = one.type in OF_A_DAY or (one.type == "outbound_referral" and when.time() == dt.time())
    at = words.day(when) if is_day else f"{words.day(when)}, {when:%H:%M}"
    who = staff.get(one.who_id, "") if one.who_id else ""
    by = who or ("automatic" if one.type == "message" else "")
    return icon, tone, title, text, ", ".join(part for part in (at, by) if part)


def _transition(one: CourseEntry) -> Said:
    word, tone = case_words.toned(case_words.STATES, one.state or "")
    before = case_words.toned(case_words.STATES, one.detail)[0].lower() if one.detail else ""
    return "flag", tone if tone != "info" else "", word, f" (before: {before})" if before else ""


def _intake(one: CourseEntry) -> Said:
    del one
    return "file-earmark-text", "", "Intake handed in", ""


def _recommendation(one: CourseEntry) -> Said:
    status = "" if one.state == "complete" else f", {words.said({}, one.state)}"
    return "shield-check", "", "Recommendation computed", f" by rules {one.code}{status}"


def _decision(one: CourseEntry) -> Said:
    state = case_words.toned(case_words.PLAN_STATES, one.state or "")[0].lower()
    other = ", other than recommended" if one.detail else ""
    setting = case_words.of(case_words.SETTINGS, one.code)
    return "shield-check", "", f"Plan: {setting}", f" ({state}){other}"


def _score(one: CourseEntry) -> Said:
    name = case_words.of(case_words.MEASURES, one.code)
    amended = ", amended since" if one.state not in ("signed", None) else ""
    if one.number is None:
        said = words.band(one.detail).lower() if one.detail else "declined"
        return "clipboard2-pulse", "", name, f": {said}{amended}"
    band = f" ({words.band(one.detail).lower()})" if one.detail else ""
    return "clipboard2-pulse", "", f"{name}: {one.number}", f"{band}{amended}"


def _visit(one: CourseEntry) -> Said:
    icon, tone, word = VISIT_SIGNS.get(one.state or "", ("calendar3", "", one.state or ""))
    kind = words.said(words.VISITS, one.code)
    return (
        icon,
        tone,
        word,
        f": {kind[:1].lower()}{kind[1:]}, {words.said(words.MODES, one.detail)}",
    )


def _session(one: CourseEntry) -> Said:
    craving = f", craving {one.number} of 10" if one.number is not None else ""
    return "journal-text", "", "Asked at the visit", craving


def _screen(one: CourseEntry) -> Said:
    wrong = " (entered in error)" if one.state == "entered_in_error" else ""
    return "droplet", "", "Drug screen", wrong


def _alert(one: CourseEntry) -> Said:
    rule = RULES.get(one.code or "")
    tone = "" if one.state == "closed" else "bad"
    state = "closed" if one.state == "closed" else "open"
    said = rule.when.sentence if rule else f"Alert {one.code}"
    return "exclamation-triangle-fill", tone, "Alert", f" ({state}): {said}"


def _note(one: CourseEntry) -> Said:
    kind = "Addendum" if one.about_id else "Note"
    state = "signed" if one.state == "signed" else "draft, not signed"
    shut = ", restricted" if one.detail == "restricted" else ""
    return (
        "journal-text",
        "",
        kind,
        f" ({case_words.of(case_words.FORMATS, one.code)}): {state}{shut}",
    )


def _message(one: CourseEntry) -> Said:
    word, tone, icon = case_words.DELIVERY.get(one.state or "", (one.state or "", "", "chat-dots"))
    kind = case_words.of(case_words.REMINDERS, one.code)
    return icon, tone, f"{kind}:", f" {word}"


def _other(one: CourseEntry) -> Said:
    """A kind that nobody wrote words for yet."""
    rest = ", ".join(words.said({}, part) for part in (one.code, one.state) if part)
    return "circle", "", case_words.of({}, one.type), f": {rest}" if rest else ""


KINDS: Mapping[str, Callable[[CourseEntry], Said]] = {
    "transition": _transition,
    "intake": _intake,
    "recommendation": _recommendation,
    "decision": _decision,
    "score": _score,
    "visit": _visit,
    "session": _session,
    "screen": _screen,
    "alert": _alert,
    "note": _note,
    "message": _message,
    **course_care_lines.KINDS,
}
