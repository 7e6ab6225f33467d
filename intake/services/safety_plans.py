"""The safety plan of a case: written with the person, each version kept, its age told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import FieldError, NotFound, PreconditionFailed, ValidationFailed
from intake.models import Case, Client, SafetyPlan
from intake.services import audit, cases, pages, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "safety_plans.sealed"
# The parts of a safety plan (Stanley and Brown, 2012), in the order they are gone through.
PARTS = ("warning_signs", "coping", "people", "professionals", "making_safe")


@dataclass(frozen=True, slots=True)
class SafetyWords:
    """What stands in a plan: part → words; `written_on` None means today."""

    parts: Mapping[str, str]
    written_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SafetyView:
    """One version; `version` counts them from 1, `age_days` is how long ago it was written."""

    id: uuid.UUID
    version: int
    case_id: uuid.UUID
    written_on: dt.date
    age_days: int
    warning_signs: str | None
    coping: str | None
    people: str | None
    professionals: str | None
    making_safe: str | None
    written_by: uuid.UUID
    created_at: dt.datetime


def read(session: Session, case_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> SafetyView:
    """The plan that counts; the read is recorded. Raises NotFound while there is none."""
    row = session.execute(
        select(SafetyPlan, Case, Client)
        .join(SafetyPlan.case)
        .join(Case.client)
        .where(SafetyPlan.case_id == case_id)
        .order_by(SafetyPlan.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        relations.case(session, case_id, actor, Permission.CARE_READ)
        raise NotFound("safety plan")
    relations.require(session, actor, Permission.CARE_READ, row.Case)
    act = Event("safety_plan", "read", "R", row=row.SafetyPlan, client_id=row.Client.id)
    audit.record(session, replace(act, sensitivity="P2"))
    today = cases.local_date(now, actor)
    return _view(row.SafetyPlan, vault_of(session, row.Client), today)


def write(
    session: Session, case_id: uuid.UUID, order: SafetyWords, *, version: int, actor: Actor,
    now: dt.datetime,
) -> SafetyView:  # fmt: skip
    """Add a version that counts from now on; `version` is the one that was read, 0 for none.

    Raises NotFound, PreconditionFailed, ValidationFailed, Conflict when the case has ended. The
    case is locked: two people writing at once leave two versions, or one and a refusal.
    """
    locked = session.execute(
        select(Case, Client).join(Case.client).where(Case.id == case_id).with_for_update(of=Case)
    ).one_or_none()
    if locked is None:
        raise NotFound("case")
    case, client = locked.Case, locked.Client
    relations.require(session, actor, Permission.CARE_WRITE, case)
    cases.refuse_ended(case)
    newest = select(func.max(SafetyPlan.number)).where(SafetyPlan.case_id == case.id)
    number = session.execute(newest).scalar_one() or 0
    if number != version:
        raise PreconditionFailed(number)
    today = cases.local_date(now, actor)
    written_on = order.written_on or today
    if written_on > today:
        message = "Enter today or an earlier day."
        raise ValidationFailed(FieldError("/written_on", "in_future", message))
    row = SafetyPlan(
        site_id=case.site_id,
        case_id=case.id,
        number=number + 1,
        written_on=written_on,
        written_by=actor.staff_id,
    )
    vault = vault_of(session, client)
    row.sealed = sealed_text.seal(FIELD, row.id, dict(order.parts), vault)
    session.add(row)
    act = Event("safety_plan", "write", "C", row=row, client_id=client.id, sensitivity="P2")
    audit.record(session, act)
    session.flush()
    return _view(row, vault, today)


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor, now: dt.datetime
) -> pages.Page[SafetyView]:
    """Every version, the newest first; it is recorded. Raises as `relations.require`."""
    case, client = cases.get_with_client(session, case_id)
    relations.require(session, actor, Permission.CARE_READ, case)
    vault, today = vault_of(session, client), cases.local_date(now, actor)
    page = pages.fetch(
        session,
        select(SafetyPlan.id.label("id"), SafetyPlan).where(SafetyPlan.case_id == case.id),
        key=SafetyPlan.__table__.c.id,
        wanted=wanted,
        show=lambda row: _view(row.SafetyPlan, vault, today),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "safety_plan", shown, client_id=client.id, sensitivity="P2")
    return page


def _view(row: SafetyPlan, vault: Vault, today: dt.date) -> SafetyView:
    words = sealed_text.opened(FIELD, row.id, row.sealed, vault)
    parts: dict[str, Any] = {name: words.get(name) for name in PARTS}
    return SafetyView(
        id=row.id,
        version=row.number,
        case_id=row.case_id,
        written_on=row.written_on,
        age_days=(today - row.written_on).days,
        **parts,
        written_by=row.written_by,
        created_at=row.created_at,
    )
