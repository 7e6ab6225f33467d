"""A goal as staff read it, with its words opened, and how it came to be what it is."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import NotFound
from intake.models import Case, Client, Goal, GoalVersion, PlanDecision
from intake.services import audit, pages, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "goals.sealed"
VERSION_FIELD = "goal_versions.sealed"
IN_FORCE = ("proposed", "awaiting_sign_off", "agreed")
# One page of history; a goal is rarely changed ten times.
VERSIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalVersionView:
    """A goal as it was from `changed_at` on; `confidence` 0 to 10."""

    version: int
    domain: str
    status: str
    due_on: dt.date
    confidence: int | None
    statement: str
    problem: str
    measure: str
    baseline: str | None
    target: str | None
    changed_by: uuid.UUID
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalView:
    """A goal as it is now; `state` is its status; `history` is filled where one goal is read."""

    id: uuid.UUID
    version: int
    case_id: uuid.UUID
    plan_id: uuid.UUID
    domain: str
    status: str
    due_on: dt.date
    confidence: int | None
    statement: str
    problem: str
    measure: str
    baseline: str | None
    target: str | None
    set_by: uuid.UUID
    created_at: dt.datetime
    history: tuple[GoalVersionView, ...] = ()

    @property
    def state(self) -> str:
        """What the answer of a create calls it."""
        return self.status


def read(session: Session, goal_id: uuid.UUID, *, actor: Actor) -> GoalView:
    """One goal with its versions, the oldest first; it is recorded. Raises NotFound."""
    goal, _, client = load(session, goal_id, actor, Permission.PLAN_READ)
    rows = session.execute(
        select(GoalVersion)
        .where(GoalVersion.goal_id == goal.id)
        .order_by(GoalVersion.number)
        .limit(VERSIONS)
    ).scalars()
    vault = vault_of(session, client)
    history = tuple(_version(row, vault) for row in rows)
    act = Event("goal", "read", "R", row=goal, client_id=client.id, sensitivity="P2")
    audit.record(session, act)
    return replace(view(goal, vault), history=history)


def list_page(
    session: Session, plan_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor
) -> pages.Page[GoalView]:
    """Goals set with a plan, the newest first; with the plan in force, all that are active too."""
    row = session.execute(
        select(PlanDecision, Case, Client)
        .join(PlanDecision.case)
        .join(Case.client)
        .where(PlanDecision.id == plan_id)
    ).one_or_none()
    if row is None:
        raise NotFound("plan")
    relations.require(session, actor, Permission.PLAN_READ, row.Case, what="plan")
    vault, of_plan = vault_of(session, row.Client), Goal.plan_decision_id == plan_id
    if row.PlanDecision.state in IN_FORCE:
        of_plan = or_(of_plan, Goal.status == "active")
    page = pages.fetch(
        session,
        select(Goal.id.label("id"), Goal).where(and_(Goal.case_id == row.Case.id, of_plan)),
        key=Goal.__table__.c.id,
        wanted=wanted,
        show=lambda one: view(one.Goal, vault),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "goal", shown, client_id=row.Client.id, sensitivity="P2")
    return page


def load(
    session: Session, goal_id: uuid.UUID, actor: Actor, permission: Permission
) -> tuple[Goal, Case, Client]:
    """A goal with its case and person, in one statement. Raises as `relations.require`."""
    row = session.execute(
        select(Goal, Case, Client).join(Goal.case).join(Case.client).where(Goal.id == goal_id)
    ).one_or_none()
    if row is None:
        raise NotFound("goal")
    relations.require(session, actor, permission, row.Case, what="goal")
    return row.Goal, row.Case, row.Client


def view(goal: Goal, vault: Vault) -> GoalView:
    """A goal as it is now."""
    return GoalView(
        id=goal.id,
        version=goal.version,
        case_id=goal.case_id,
        plan_id=goal.plan_decision_id,
        set_by=goal.set_by,
        created_at=goal.created_at,
        **_parts(goal, FIELD, vault),
    )


def _version(row: GoalVersion, vault: Vault) -> GoalVersionView:
    return GoalVersionView(
        version=row.number,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        **_parts(row, VERSION_FIELD, vault),
    )


def _parts(row: Goal | GoalVersion, field: str, vault: Vault) -> dict[str, Any]:
    """What a goal and its versions share."""
    words = sealed_text.opened(field, row.id, row.sealed, vault)
    return {
        "domain": row.domain,
        "status": row.status,
        "due_on": row.due_on,
        "confidence": row.confidence,
        "statement": words["statement"],
        "problem": words["problem"],
        "measure": words["measure"],
        "baseline": words.get("baseline"),
        "target": words.get("target"),
    }
