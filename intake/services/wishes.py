"""What did the person say they want? Their goals and what they would accept, from the intake."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import NotFound
from intake.models import Case, Client, Intake
from intake.services import audit, identity, intake_answers, relations
from intake.services.audit import Event


@dataclass(frozen=True, slots=True)
class Wishes:
    """Statements in the person's words; None where nobody asked."""

    goals: tuple[str, ...]
    accepts_inpatient: bool | None
    group_ok: bool | None
    strengths: str | None


def read(session: Session, case_id: uuid.UUID, *, actor: Actor) -> Wishes:
    """What was said at intake; the read is recorded. Raises as `relations.require`."""
    row = session.execute(
        select(Intake, Case, Client)
        .join(Intake.case)
        .join(Case.client)
        .where(Intake.case_id == case_id)
    ).one_or_none()
    if row is None:
        raise NotFound("intake")
    relations.require(session, actor, Permission.INTAKE_READ, row.Case, what="intake")
    act = Event("intake", "read", "R", row=row.Intake, client_id=row.Client.id, sensitivity="P2")
    audit.record(session, act)
    answers = intake_answers.opened(row.Intake, identity.vault_of(session, row.Client))
    said = answers.get("preferences") or {}
    return Wishes(
        goals=tuple(one["statement"] for one in answers.get("goals") or () if "statement" in one),
        accepts_inpatient=_known(said.get("accepts_inpatient")),
        group_ok=_known(said.get("group_ok")),
        strengths=said.get("strengths"),
    )


def _known(value: object) -> bool | None:
    """An answer; what is unknown or declined says nothing."""
    return value if isinstance(value, bool) else None
