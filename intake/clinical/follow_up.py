"""Which dated obligations follow from a plan? Due dates, proposed dates and what is hard.

`due_by` counts calendar days from its anchor. `proposed_on` is the same day; on a weekend the
Friday before, or the Monday after when that Friday lies before the decision. Hard items are
never shifted. Public holidays are left to whoever books.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from intake.clinical.rule_set import Setting, Situation, Step
from intake.errors import FieldError

FRIDAY, SATURDAY = 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDates:
    """The dates of a plan; without an admission or discharge date their items are left out."""

    decided_on: date
    admission_on: date | None = None
    discharge_on: date | None = None


@dataclass(frozen=True, slots=True)
class FollowUpItem:
    """One dated obligation; a `hard` one is never shifted."""

    code: str
    label: str
    due_by: date
    proposed_on: date
    is_hard: bool

    def as_dict(self) -> dict[str, object]:
        """`{"code", "label", "due_by", "proposed_date"}` with ISO dates."""
        return {
            "code": self.code,
            "label": self.label,
            "due_by": self.due_by.isoformat(),
            "proposed_date": self.proposed_on.isoformat(),
        }


def schedule(
    situation: Situation, dates: PlanDates, steps: Sequence[Step]
) -> tuple[FollowUpItem, ...]:
    """The obligations of a plan under the steps of a rule set, by due date and code."""
    items = [
        _item(step.code, step.label, due, dates.decided_on, hard=step.hard)
        for step in steps
        if step.applies(situation) and (due := _due(step, dates)) is not None
    ]
    if situation.setting is Setting.INPATIENT:
        items.extend(_weekly_reviews(dates))
    return tuple(sorted(items, key=lambda item: (item.due_by, item.code)))


def dates_to_set(setting: str, dates: PlanDates) -> tuple[str, ...]:
    """The dates an inpatient plan still needs before its items can be made: raise a task."""
    if setting != Setting.INPATIENT.code:
        return ()
    return tuple(name for name in ("admission_on", "discharge_on") if getattr(dates, name) is None)


def date_errors(dates: PlanDates, pointers: Mapping[str, str]) -> Iterator[FieldError]:
    """Impossible orders of dates; `pointers` maps `admission_on` and `discharge_on`."""
    decided, admitted, left = dates.decided_on, dates.admission_on, dates.discharge_on
    if admitted is not None and admitted < decided:
        yield FieldError(
            pointers["admission_on"],
            "admission_before_decision",
            "The admission can't be before the decision; correct one of the dates.",
        )
    if left is not None and left <= (admitted or decided - timedelta(days=1)):
        yield FieldError(
            pointers["discharge_on"],
            "discharge_not_after_admission",
            "The discharge must be after the admission and not before the decision.",
        )


def proposed_date(due: date, decided_on: date) -> date:
    """The working day to propose: see the head of this file."""
    if due.weekday() < SATURDAY:
        return due
    friday = due - timedelta(days=due.weekday() - FRIDAY)
    return friday if friday >= decided_on else friday + timedelta(days=3)


def _item(code: str, label: str, due: date, decided_on: date, *, hard: bool) -> FollowUpItem:
    proposed = due if hard else proposed_date(due, decided_on)
    return FollowUpItem(code, label, due, proposed, hard)


def _due(step: Step, dates: PlanDates) -> date | None:
    anchor: date | None = getattr(dates, step.anchor.value)
    if anchor is None:
        return None
    due = anchor + timedelta(days=step.days)
    if step.before_admission and (dates.admission_on is None or due >= dates.admission_on):
        return None
    return due


def _weekly_reviews(dates: PlanDates) -> Iterator[FollowUpItem]:
    if dates.admission_on is None or dates.discharge_on is None:
        return
    number, due = 1, dates.admission_on + timedelta(days=7)
    while due < dates.discharge_on:
        yield _item(f"I3.{number}", "weekly inpatient review", due, dates.decided_on, hard=False)
        number, due = number + 1, due + timedelta(days=7)
