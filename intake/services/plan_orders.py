"""What a clinician orders when deciding on a plan, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from intake.clinical.follow_up import PlanDates, date_errors
from intake.clinical.rule_set import Setting
from intake.errors import FieldErrors

POINTERS = {"admission_on": "/admission_on", "discharge_on": "/discharge_on"}
SHORTEST_REASON = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGoal:
    """What a person wants to reach: `problem` is what stands in the way, `measure` how one sees it.

    `confidence` is 0 to 10, None where nobody asked.
    """

    statement: str
    problem: str
    domain: str
    measure: str
    due_on: dt.date
    baseline: str | None = None
    target: str | None = None
    confidence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """A decision beside a recommendation; `decided_on` None means today."""

    recommendation_id: uuid.UUID
    chosen_setting: str
    shared_decision: bool
    override_code: str | None = None
    override_reason: str | None = None
    client_view: str | None = None
    decided_on: dt.date | None = None
    admission_on: dt.date | None = None
    discharge_on: dt.date | None = None
    key_worker_id: uuid.UUID | None = None
    goals: tuple[NewGoal, ...] = ()


def checked_dates(order: NewPlan, *, recommended: str, today: dt.date) -> PlanDates:
    """The dates of an order that can be stored. Raises ValidationFailed naming each wrong field."""
    errors = FieldErrors()
    dates = PlanDates(
        decided_on=order.decided_on or today,
        admission_on=order.admission_on,
        discharge_on=order.discharge_on,
    )
    if dates.decided_on > today:
        errors.add("/decided_on", "in_future", "Enter today or an earlier day.")
    _check_stay(order, dates, errors)
    if order.chosen_setting == recommended:
        _check_no_override(order, errors)
    else:
        _check_override(order, recommended, errors)
    errors.raise_if_any()
    return dates


def _check_stay(order: NewPlan, dates: PlanDates, errors: FieldErrors) -> None:
    """Admission and discharge belong to a stay, in their order."""
    if order.chosen_setting == Setting.INPATIENT.code:
        errors.found.extend(date_errors(dates, POINTERS))
        return
    for name, pointer in POINTERS.items():
        if getattr(order, name) is not None:
            errors.add(pointer, "inpatient_only", "Leave this out, or choose inpatient.")


def _check_override(order: NewPlan, recommended: str, errors: FieldErrors) -> None:
    """Choosing otherwise than recommended needs a code and a reason in words."""
    if order.override_code is None:
        message = f"Say why not {recommended}: choose a code."
        errors.add("/override_code", "required", message)
    if len(order.override_reason or "") < SHORTEST_REASON:
        message = f"Say why not {recommended}, in {SHORTEST_REASON} characters or more."
        errors.add("/override_reason", "reason_too_short", message)


def _check_no_override(order: NewPlan, errors: FieldErrors) -> None:
    """A reason for choosing otherwise makes no sense where nothing is otherwise."""
    for name in ("override_code", "override_reason"):
        if getattr(order, name) is not None:
            message = "This is what was recommended; leave the override out."
            errors.add(f"/{name}", "not_an_override", message)
