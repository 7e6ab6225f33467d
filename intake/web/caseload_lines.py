"""How does a case of a caseload read? Its plan, score, contacts and risk in words."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from intake.clinical.caseload import PRIORITIES
from intake.services.caseload_shapes import CaseloadRow, Sparkline
from intake.web import case_words, words
from intake.web.case_charts import RELIABLE
from intake.web.charts.spark import sparkline

MOOD = "phq9"
#: Without any contact for longer than this a case is marked.
SILENT_AFTER_DAYS = 14
#: Word, tone and icon of the most serious open alert.
RISKS = {
    "critical": ("Critical alert", "bad", "exclamation-octagon-fill"),
    "high": ("Serious alert", "bad", "exclamation-triangle-fill"),
    "medium": ("Alert", "warn", "exclamation-triangle-fill"),
    "low": ("Minor alert", "info", "info-circle-fill"),
}
#: A hyphen at which no line ends.
UNBROKEN = "\u2011"
TONES = {"improved": "ok", "deteriorated": "bad"}
#: A word, its tone and its icon, as the macro `badge` takes them.
Mark = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The last total, its line, and in words how it compares with the first."""

    line: Markup
    value: str
    change: str
    tone: str


@dataclass(frozen=True, slots=True)
class Line:
    """One case as the table shows it; a mark is a word with its tone, or nothing."""

    case_id: uuid.UUID
    person: str
    reference: str
    plan: str
    state: Mark
    weeks: str
    score: Score | None
    contact: tuple[str, ...]
    contact_mark: Mark
    visit: tuple[str, ...]
    visit_mark: Mark
    overdue: tuple[str, ...]
    risk: Mark


def line(row: CaseloadRow) -> Line:
    """A case in words."""
    return Line(
        case_id=row.case_id,
        person=row.name or f"Case {row.reference}",
        reference=row.reference,
        plan=case_words.of(case_words.SETTINGS, row.setting) if row.setting else "No plan yet",
        state=case_words.toned(case_words.STATES, row.state),
        weeks=words.many(row.weeks, "week"),
        score=_score(next(one for one in row.series if one.instrument == MOOD)),
        contact=_contact(row),
        contact_mark=_silence(row),
        visit=(words.day(row.next_visit), words.clock_time(row.next_visit))
        if row.next_visit
        else (),
        visit_mark=() if row.next_visit else ("None booked", "warn"),
        overdue=tuple(_overdue(row)),
        risk=_risk(row),
    )


def _score(series: Sparkline) -> Score | None:
    if not series.points:
        return None
    totals = [one.total for one in series.points]
    direction = series.direction or ""
    change = RELIABLE.get(direction, "the first value" if len(totals) == 1 else "not comparable")
    return Score(sparkline(totals), f"{totals[-1]}", change, TONES.get(direction, ""))


def _contact(row: CaseloadRow) -> tuple[str, ...]:
    """The day, and how long ago that was."""
    if row.last_contact_on is None or row.days_since_contact is None:
        return ()
    days = row.days_since_contact
    return words.day(row.last_contact_on), f"{words.many(days, 'day')} ago" if days else "today"


def _silence(row: CaseloadRow) -> Mark:
    """A word for whom nobody has been in contact with for too long."""
    if row.days_since_contact is None:
        return "No contact yet", "warn"
    if row.days_since_contact > SILENT_AFTER_DAYS:
        return f"Over {SILENT_AFTER_DAYS} days", "warn", "hourglass-split"
    return ()


def _overdue(row: CaseloadRow) -> Iterator[str]:
    if row.overdue_follow_ups:
        yield words.many(row.overdue_follow_ups, "follow-up")
    if row.overdue_measures:
        said = ", ".join(case_words.of(case_words.MEASURES, one) for one in row.overdue_measures)
        yield said.replace("-", UNBROKEN)
    if row.missed_in_a_row:
        yield f"Missed {words.many(row.missed_in_a_row, 'visit')}"


def _risk(row: CaseloadRow) -> Mark:
    """The most serious alert that is open; how many there are, where it is several."""
    worst = next((one for one in PRIORITIES if row.alerts[one]), None)
    if worst is None:
        return ()
    word, tone, icon = RISKS[worst]
    count = sum(row.alerts.values())
    return (word if count == 1 else f"{word}, 1 of {count}", tone, icon)
