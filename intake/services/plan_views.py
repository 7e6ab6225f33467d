"""A plan decision as staff read it: one with its reasons opened, or a page of them."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.crypto import Sealed, Vault
from intake.errors import NotFound
from intake.models import Case, Client, PlanDecision
from intake.services import audit, identity, pages, relations
from intake.services.audit import Event

FIELD = "plan_decisions.sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A decision in a list: codes and dates, no words about the person."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    recommendation_id: uuid.UUID
    recommended_setting: str
    feasible_setting: str
    chosen_setting: str
    matches_recommendation: bool
    override_code: str | None
    shared_decision: bool
    decided_on: dt.date
    admission_on: dt.date | None
    discharge_on: dt.date | None
    decided_by: uuid.UUID
    signed_off_by: uuid.UUID | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView(PlanLine):
    """A decision with the reason and the person's own view, opened."""

    override_reason: str | None
    client_view: str | None


LINE = tuple(PlanLine.__dataclass_fields__)


def read(session: Session, plan_id: uuid.UUID, *, actor: Actor) -> PlanView:
    """A decision; the read is recorded. Raises as `relations.require`."""
    row = session.execute(
        select(PlanDecision, Case, Client)
        .join(PlanDecision.case)
        .join(Case.client)
        .where(PlanDecision.id == plan_id)
    ).one_or_none()
    if row is None:
        raise NotFound("plan")
    relations.require(session, actor, Permission.PLAN_READ, row.Case, what="plan")
    audit.record(
        session,
        Event("plan", "read", "R", row=row.PlanDecision, client_id=row.Client.id, sensitivity="P2"),
    )
    return view(row.PlanDecision, identity.vault_of(session, row.Client))


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor
) -> pages.Page[PlanLine]:
    """Decisions of a case, the newest first; the identifiers shown are recorded."""
    case = relations.case(session, case_id, actor, Permission.PLAN_READ)
    page = pages.fetch(
        session,
        select(PlanDecision.id.label("id"), PlanDecision).where(PlanDecision.case_id == case.id),
        key=PlanDecision.__table__.c.id,
        wanted=wanted,
        show=lambda row: PlanLine(**_plain(row.PlanDecision)),
    )
    audit.record(
        session,
        Event(
            "plan",
            "list",
            "R",
            client_id=case.client_id,
            hits=len(page.rows),
            returned_ids=tuple(one.id for one in page.rows),
            sensitivity="P2",
        ),
    )
    return page


def view(plan: PlanDecision, vault: Vault) -> PlanView:
    """A decision as staff read it."""
    words = vault.open_optional(FIELD, plan.id, plan.sealed)
    said = json.loads(words) if words else {}
    return PlanView(
        **_plain(plan),
        override_reason=said.get("override_reason"),
        client_view=said.get("client_view"),
    )


def sealed_words(
    vault: Vault, plan_id: uuid.UUID, *, override_reason: str | None, client_view: str | None
) -> Sealed | None:
    """Reason and view sealed as one map; None when there is neither."""
    said = {"override_reason": override_reason, "client_view": client_view}
    kept = {name: words for name, words in said.items() if words}
    return vault.seal(FIELD, plan_id, json.dumps(kept)) if kept else None


def _plain(plan: PlanDecision) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in LINE}
