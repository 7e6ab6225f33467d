"""How do the parts of a case's page read? Who it is, what is alarming, what is next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from intake.access import Permission
from intake.services.appointment_views import AppointmentView
from intake.services.case_page_shapes import CasePage
from intake.services.task_changes import CLOSES_WITH
from intake.services.task_views import TaskView
from intake.web import case_words, visit_words, words
from intake.web.case_heads import Writing
from intake.web.case_tabs import address
from intake.web.visit_words import Failure

#: What the plan asks for is shown as a next action this long before its last day.
SOON = dt.timedelta(days=14)
#: A consent that ends within this is said at the head of the page.
ENDS_SOON = dt.timedelta(days=30)
NAMELESS = "Erased record"
P = Permission


@dataclass(frozen=True, slots=True)
class Action:
    """Something to be done: its row, and the task that a tick completes (None: a link leads on)."""

    title: str
    href: str
    text: str
    meta: str
    tone: str
    who: str
    sort: dt.date
    task: TaskView | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment as the macro takes it."""

    found: AppointmentView
    title: str
    lines: tuple[str, ...]
    deliveries: tuple[tuple[str, str, str, str], ...]


def unsent(page: CasePage, now: dt.datetime) -> list[tuple[AppointmentView, list[Failure]]]:
    """Visits to come of which reminders failed and wait for staff, each with those."""
    return [
        (visit, failed)
        for visit in page.visits.value or []
        if visit.status == "booked"
        and visit.starts_at > now
        and (failed := visit_words.failures(visit))
    ]


def actions(one: Writing) -> list[Action]:
    """Tasks, what the plan asks for and what is to be measured again, the soonest due first."""
    found = [*_tasks(one), *_follow_ups(one), *_due(one)]
    return sorted(found, key=lambda action: action.sort)


def _tasks(one: Writing) -> Iterator[Action]:
    for task in one.page.tasks.value or []:
        when = words.local(task.due_at, one.zone).date()
        meta, tone = _due_on(when, one.page.today)
        if when == one.page.today:
            meta = f"Due {words.clock_time(words.local(task.due_at, one.zone))}"
        title, text = task_words(task)
        yield Action(
            title,
            address("console.tasks.show", task_id=task.id),
            text,
            meta,
            tone,
            one.name(task.owner_id) or "Nobody has it",
            when,
            task if task.kind not in CLOSES_WITH and P.WORK_CLOSE in one.page.sees else None,
        )


def task_words(task: TaskView) -> tuple[str, str]:
    """What is to be done, and the rest of what was said of it."""
    note = task.note or ""
    if task.kind != "other":
        return case_words.of(case_words.TASKS, task.kind), note
    first, _, rest = note.partition("\n")
    return (first or case_words.TASKS["other"]), rest


def _follow_ups(one: Writing) -> Iterator[Action]:
    case_id, today = one.page.case.id, one.page.today
    for each in one.page.follow_ups.value or ():
        if each.due_by - today > SOON:
            continue
        href = address("console.appointments.new", case_id=case_id, follow_up_id=each.id)
        meta, tone = _due_on(each.due_by, today)
        yield Action(
            f"Book: {each.label}", href, "The plan asks for it", meta, tone, "", each.due_by
        )


def _due(one: Writing) -> Iterator[Action]:
    """Measures that are due; those for the same reason on the same day are one row."""
    case_id, today = one.page.case.id, one.page.today
    soon = [each for each in one.page.due.value or () if each.due_on - today <= SOON]
    for (day, reason), group in groupby(soon, key=lambda each: (each.due_on, each.reason)):
        found = list(group)
        meta, tone = _due_on(day, today)
        names = ", ".join(case_words.of(case_words.MEASURES, each.instrument) for each in found)
        href = address("console.assessments.show_list", case_id=case_id)
        if len(found) == 1:
            code = found[0].instrument
            href = address("console.assessments.new", case_id=case_id, code=code)
        last = found[0].last_on
        since = f", last on {words.day(last)}" if last and len(found) == 1 else ""
        why = case_words.of(case_words.DUE, reason)
        yield Action(f"{names} due", href, f"{why}{since}", meta, tone, "", day)


def _due_on(day: dt.date, today: dt.date) -> tuple[str, str]:
    late = (today - day).days
    if late > 0:
        return f"Overdue {words.many(late, 'day')}", "bad"
    return ("Due today", "warn") if late == 0 else (f"Due {words.day(day)}", "")


def visit(one: Writing, found: AppointmentView) -> Visit:
    """One appointment with the state of each of its messages."""
    with_whom = one.name(found.staff_id)
    mode = words.said(words.MODES, found.mode)
    return Visit(
        found,
        words.said(words.VISITS, found.kind),
        (
            words.span(found.starts_at, found.ends_at, found.time_zone),
            ", ".join(part for part in (with_whom, mode) if part),
        ),
        tuple(visit_words.deliveries(found)),
    )


def attendance(page: CasePage) -> str:
    """How many visits were kept, in one sentence; empty while there was none."""
    kept, missed = page.visit_counts.get("fulfilled", 0), page.visit_counts.get("noshow", 0)
    cancelled = page.visit_counts.get("cancelled", 0)
    if not kept + missed + cancelled:
        return ""
    also = f", {cancelled} cancelled" if cancelled else ""
    return f"Attended {kept} of {kept + missed}{also}"
