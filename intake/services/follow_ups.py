"""The dated obligations of a plan: stored when it comes into force, settled with the next one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical.follow_up import FollowUpItem
from intake.clinical.follow_up_changes import StoredItem, merge
from intake.models import FollowUp, PlanDecision
from intake.services import audit, relations

# A schedule has 15 items or so, and a stay one more each week.
MOST = 500


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """One dated obligation as staff read it."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    plan_decision_id: uuid.UUID
    code: str
    label: str
    due_by: dt.date
    proposed_on: dt.date
    is_hard: bool


def store(session: Session, plan: PlanDecision, items: Sequence[FollowUpItem]) -> None:
    """The schedule of a plan that comes into force; its event is the plan's."""
    session.add_all(
        FollowUp(
            site_id=plan.site_id,
            case_id=plan.case_id,
            plan_decision_id=plan.id,
            code=item.code,
            label=item.label,
            due_by=item.due_by,
            proposed_on=item.proposed_on,
            is_hard=item.is_hard,
            state="planned",
        )
        for item in items
    )


def replace(session: Session, plan: PlanDecision, items: Sequence[FollowUpItem]) -> list[FollowUp]:
    """The schedule of a plan that takes the place of another; what was done is never touched.

    What is booked and still wanted becomes an obligation of this plan. Returns what is booked and
    no longer wanted: a person must look at the appointment.
    """
    rows = session.execute(select(FollowUp).where(FollowUp.case_id == plan.case_id)).scalars()
    by_id = {row.id: row for row in rows}
    changes = merge([_stored(row, plan) for row in by_id.values()], items)
    for was, item in (*changes.redated, *changes.restored):
        row = by_id[was.id]
        row.due_by, row.proposed_on, row.is_hard = item.due_by, item.proposed_on, item.is_hard
        row.state = "planned" if was.state == "withdrawn" else was.state
    for was in (*changes.kept, *(was for was, _ in changes.redated)):
        # Still wanted: when the visit is cancelled, it is this plan that owes it.
        if was.state == "booked":
            by_id[was.id].plan_decision_id = plan.id
    if changes.withdrawn:
        _withdraw(session, [row.id for row in changes.withdrawn])
    store(session, plan, changes.added)
    return [by_id[row.id] for row in changes.stranded]


def list_for(
    session: Session, case_id: uuid.UUID, *, actor: Actor, state: str | None = None
) -> list[FollowUpView]:
    """The obligations of a case by due date; the read is recorded. Raises NotFound."""
    case = relations.case(session, case_id, actor, Permission.FOLLOW_UP_READ)
    query = select(FollowUp).where(FollowUp.case_id == case.id)
    if state is not None:
        query = query.where(FollowUp.state == state)
    rows = session.execute(query.order_by(FollowUp.due_by, FollowUp.code).limit(MOST)).scalars()
    found = [view(row) for row in rows]
    audit.record_list(
        session, "follow_up", (one.id for one in found), client_id=case.client_id, sensitivity="P2"
    )
    return found


def _stored(row: FollowUp, plan: PlanDecision) -> StoredItem:
    return StoredItem(
        id=row.id,
        code=row.code,
        due_by=row.due_by,
        proposed_on=row.proposed_on,
        is_hard=row.is_hard,
        state=row.state,
        is_of_this_plan=row.plan_decision_id == plan.id,
    )


def _withdraw(session: Session, ids: Sequence[uuid.UUID]) -> None:
    """Withdraw what is still planned, in one statement."""
    session.execute(
        update(FollowUp)
        .where(FollowUp.id.in_(ids), FollowUp.state == "planned")
        .values(state="withdrawn", version=FollowUp.version + 1)
        .execution_options(synchronize_session=False)
    )


def view(row: FollowUp) -> FollowUpView:
    """One obligation as staff read it."""
    return FollowUpView(
        id=row.id,
        version=row.version,
        state=row.state,
        case_id=row.case_id,
        plan_decision_id=row.plan_decision_id,
        code=row.code,
        label=row.label,
        due_by=row.due_by,
        proposed_on=row.proposed_on,
        is_hard=row.is_hard,
    )
