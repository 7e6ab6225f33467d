"""What a clinician orders when deciding on a plan, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from intake.clinical.decision import LATEST_REVIEW_DAYS
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
    """A decision beside a recommendation; `decided_on` None means today.

    `adjuncts` are codes J01 … J15 of the additions chosen; None means all that are suggested.
    """

    recommendation_id: uuid.UUID
    chosen_setting: str
    shared_decision: bool
    override_code: str | None = None
    override_reason: str | None = None
    client_view: str | None = None
    agreed_on: dt.date | None = None
    agreed_how: str | None = None
    adjuncts: list[str] | None = None
    decided_on: dt.date | None = None
    admission_on: dt.date | None = None
    discharge_on: dt.date | None = None
    key_worker_id: uuid.UUID | None = None
    goals: tuple[NewGoal, ...] = ()
    review_on: dt.date | None = None
    change_code: str | None = None
    change_reason: str | None = None


@dataclass(frozen=True, slots=True)
class PlanChange:
    """The given fields of a decision in force; None clears the person's own view."""

    given: dict[str, Any]


def checked_dates(
    order: NewPlan, *, recommended: str, before: str | None, today: dt.date
) -> PlanDates:
    """The dates of an order that can be stored; `before` is the setting in force, if any.

    Raises ValidationFailed naming each wrong field.
    """
    errors = FieldErrors()
    dates = PlanDates(
        decided_on=order.decided_on or today,
        admission_on=order.admission_on,
        discharge_on=order.discharge_on,
    )
    if dates.decided_on > today:
        errors.add("/decided_on", "in_future", "Enter today or an earlier day.")
    _check_stay(order, dates, errors)
    if order.review_on is not None:
        check_review(order.review_on, today=today, errors=errors)
    _check_agreement(order, errors, today=today)
    _check_change(order, before, errors)
    if order.chosen_setting == recommended:
        _check_no_override(order, errors)
    else:
        _check_override(order, recommended, errors)
    errors.raise_if_any()
    return dates


def check_review(on: dt.date, *, today: dt.date, errors: FieldErrors) -> None:
    """A review lies ahead, and not so far that it is none."""
    if not today < on <= today + dt.timedelta(days=LATEST_REVIEW_DAYS):
        message = f"Enter a day after today, within {LATEST_REVIEW_DAYS} days."
        errors.add("/review_on", "out_of_range", message)


def _check_change(order: NewPlan, before: str | None, errors: FieldErrors) -> None:
    """Another setting than the one in force is chosen for a reason; a first choice changes none."""
    if before is None:
        for name in ("change_code", "change_reason"):
            if getattr(order, name) is not None:
                message = "No decision is in force yet; leave this out."
                errors.add(f"/{name}", "not_a_change", message)
    elif before != order.chosen_setting:
        if order.change_code is None:
            message = f"Say why {before} ends: choose a code."
            errors.add("/change_code", "required", message)
        if len(order.change_reason or "") < SHORTEST_REASON:
            message = f"Say why {before} ends, in {SHORTEST_REASON} characters or more."
            errors.add("/change_reason", "reason_too_short", message)


def _check_agreement(order: NewPlan, errors: FieldErrors, *, today: dt.date) -> None:
    """The day and the way belong together, and to a decision that was taken together."""
    if order.agreed_on is None and order.agreed_how is None:
        return
    if not order.shared_decision:
        name = "agreed_on" if order.agreed_on is not None else "agreed_how"
        message = "Leave this out, or say that you decided together with the person."
        errors.add(f"/{name}", "not_shared", message)
    elif order.agreed_on is None:
        errors.add("/agreed_on", "required", "Enter the day on which you agreed.")
    elif order.agreed_how is None:
        errors.add("/agreed_how", "required", "Say how you agreed: in person, by phone or video.")
    if order.agreed_on is not None and order.agreed_on > today:
        errors.add("/agreed_on", "in_future", "Enter today or an earlier day.")


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
