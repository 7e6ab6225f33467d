"""A plan decision as staff read it: one with its reasons opened, or a page of them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import NotFound
from intake.models import Case, Client, PlanDecision
from intake.services import audit, identity, pages, relations, sealed_text
from intake.services.audit import Event

FIELD = "plan_decisions.sealed"
# In which state the decision is that a task of a kind asks about; the newest one is meant.
ABOUT = {
    "sign_off": ("awaiting_sign_off",),
    "decide_again": ("returned",),
    "set_dates": ("awaiting_sign_off", "agreed"),
}
WORDS = ("override_reason", "client_view", "change_reason", "end_reason", "return_comment")


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
    agreed_on: dt.date | None
    agreed_how: str | None
    adjuncts: list[str] | None
    decided_on: dt.date
    admission_on: dt.date | None
    discharge_on: dt.date | None
    review_on: dt.date
    change_code: str | None
    in_force_from: dt.date | None
    in_force_until: dt.date | None
    end_code: str | None
    decided_by: uuid.UUID
    signed_off_by: uuid.UUID | None
    returned_by: uuid.UUID | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView(PlanLine):
    """A decision with its cautions, reasons and the person's own view, opened.

    `change_reason` says why the setting before ended, `end_reason` why this one did.
    """

    cautions: tuple[dict[str, Any], ...]
    override_reason: str | None
    client_view: str | None
    change_reason: str | None
    end_reason: str | None
    return_comment: str | None


LINE = tuple(PlanLine.__dataclass_fields__)


def read(session: Session, plan_id: uuid.UUID, *, actor: Actor) -> PlanView:
    """A decision; the read is recorded. Raises as `relations.require`."""
    plan, case, client = load(session, plan_id, actor, Permission.PLAN_READ)
    act = Event("plan", "read", "R", row=plan, client_id=case.client_id, sensitivity="P2")
    audit.record(session, act)
    return view(plan, identity.vault_of(session, client))


def asked_about(
    session: Session, case_id: uuid.UUID, kind: str, *, actor: Actor
) -> uuid.UUID | None:
    """The decision that a task of a kind is about, where the actor reads it; tells no more."""
    if kind not in ABOUT:
        return None
    row = session.execute(
        select(PlanDecision.id.label("id"), Case)
        .join(PlanDecision.case)
        .where(PlanDecision.case_id == case_id, PlanDecision.state.in_(ABOUT[kind]))
        .order_by(PlanDecision.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None or not relations.sees(actor, Permission.PLAN_READ, row.Case):
        return None
    found: uuid.UUID = row.id
    return found


def load(
    session: Session, plan_id: uuid.UUID, actor: Actor, permission: Permission
) -> tuple[PlanDecision, Case, Client]:
    """A decision with its case and person, in one statement. Raises as `relations.require`."""
    row = session.execute(
        select(PlanDecision, Case, Client)
        .join(PlanDecision.case)
        .join(Case.client)
        .where(PlanDecision.id == plan_id)
    ).one_or_none()
    if row is None:
        raise NotFound("plan")
    relations.require(session, actor, permission, row.Case, what="plan")
    return row.PlanDecision, row.Case, row.Client


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
        show=lambda row: line(row.PlanDecision),
    )
    audit.record_list(
        session, "plan", (one.id for one in page.rows), client_id=case.client_id, sensitivity="P2"
    )
    return page


def view(plan: PlanDecision, vault: Vault) -> PlanView:
    """A decision as staff read it."""
    words = words_of(vault, plan)
    said: dict[str, Any] = {name: words.get(name) for name in WORDS}
    return PlanView(**_plain(plan), **said, cautions=tuple(plan.cautions or ()))


def line(plan: PlanDecision) -> PlanLine:
    """A decision as lists show it."""
    return PlanLine(**_plain(plan))


def words_of(vault: Vault, plan: PlanDecision) -> sealed_text.Words:
    """The free text of a decision: name → words."""
    return sealed_text.opened(FIELD, plan.id, plan.sealed, vault)


def add_words(vault: Vault, plan: PlanDecision, **words: str | None) -> None:
    """Seal words with those that are there; None takes one away."""
    said = words_of(vault, plan) | words
    kept = {name: text for name, text in said.items() if text}
    plan.sealed = sealed_text.seal(FIELD, plan.id, kept, vault) if kept else None


def _plain(plan: PlanDecision) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in LINE}
