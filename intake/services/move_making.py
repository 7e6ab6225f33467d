"""How is one move of a case judged and made, with its row, its words and everything that follows?

The case is locked by a statement of its own before anything is read: two moves of the same version
can't both find their needs fulfilled.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import readiness
from intake.clinical.lifecycle import Move as Rule
from intake.errors import NotFound
from intake.models import Case, CaseTransition, Client, PlanDecision
from intake.services import (
    case_endings,
    case_moves,
    cases,
    identity,
    move_facts,
    plan_arms,
    relations,
    sealed_text,
    transition_orders,
)
from intake.services.cases import Move
from intake.services.transition_orders import NewTransition

FIELD = "case_transitions.sealed"


@dataclass(frozen=True, slots=True)
class Asked:
    """A move somebody asks for; `approved` when a second person agreed."""

    case: Case
    client: Client
    rule: Rule
    order: NewTransition
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A move and what it was judged by: needs fulfilled, decision in force, hash of all facts."""

    asked: Asked
    fulfilled: frozenset[str]
    plan: PlanDecision | None
    snapshot: bytes


def locked(
    session: Session, case_id: uuid.UUID, actor: Actor, permission: Permission
) -> tuple[Case, Client]:
    """A case and its person, locked. Raises as `relations.require`.

    What refers to the case may still be stored: whoever holds a programme opens a task in it, and
    the end of the case waits for that programme.
    """
    row = session.execute(
        select(Case, Client)
        .join(Case.client)
        .where(Case.id == case_id)
        .with_for_update(of=Case, key_share=True)
    ).one_or_none()
    if row is None:
        raise NotFound("case")
    relations.require(session, actor, permission, row.Case)
    identity.refuse_erased(row.Client)
    return row.Case, row.Client


def judge(session: Session, asked: Asked, *, actor: Actor, now: dt.datetime) -> Judged:
    """Which needs of the move are fulfilled. Raises ValidationFailed for what doesn't belong."""
    today = cases.local_date(now, actor)
    transition_orders.check(asked.order, asked.rule, today=today)
    standing = move_facts.gather(session, asked.case, asked.client, actor=actor, now=now)
    said = asked.order.said(approved=asked.approved)
    return Judged(
        asked=asked,
        fulfilled=readiness.fulfilled(standing.known, said),
        plan=standing.plan,
        snapshot=case_moves.snapshot(standing.known, said),
    )


def carry_out(session: Session, judged: Judged, *, actor: Actor, now: dt.datetime) -> None:
    """Make a move that lacks nothing: the state, its row, its event and its effects."""
    asked = judged.asked
    row = cases.carry_out(session, asked.case, onward(judged), actor=actor, now=now)
    seal(session, row, asked)
    today = cases.local_date(now, actor)
    plan_arms.follow(session, asked.case, judged.plan, asked.rule, today=today)
    case_endings.follow(session, asked.case, asked.client, asked.rule, now=now)


def onward(judged: Judged) -> Move:
    """The move as it is stored."""
    rule, order = judged.asked.rule, judged.asked.order
    return Move(
        rule.target,
        transition_orders.reason_code(rule, order),
        judged.snapshot,
        event=rule.event,
        facts=order.stored(),
    )


def seal(session: Session, row: CaseTransition, asked: Asked) -> None:
    """The words of a move, sealed with the person's key."""
    if asked.order.words:
        vault = identity.vault_of(session, asked.client)
        row.sealed = sealed_text.seal(FIELD, row.id, asked.order.words, vault)
