"""What did a physician say about beginning treatment? The newest word counts; none is changed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import FieldError, ValidationFailed
from intake.models import MedicalClearance
from intake.services import audit, cases, pages, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "medical_clearances.sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClearance:
    """Who said it, when and what; `cleared_at` None means now, `conditions` are in words."""

    by: str
    outcome: str
    cleared_at: dt.datetime | None = None
    conditions: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceView:
    """A clearance as staff read it; `state` is its outcome, and it never has a second version."""

    id: uuid.UUID
    case_id: uuid.UUID
    by: str
    outcome: str
    cleared_at: dt.datetime
    conditions: str | None
    recorded_by: uuid.UUID
    created_at: dt.datetime
    version: int = 1

    @property
    def state(self) -> str:
        """What the answer of a create calls it."""
        return self.outcome


def record(
    session: Session, case_id: uuid.UUID, order: NewClearance, *, actor: Actor, now: dt.datetime
) -> ClearanceView:
    """Write down what the physician said.

    Raises NotFound, Conflict when the case has ended, ValidationFailed for a moment to come, or
    conditions that are missing or make no sense.
    """
    case, client = cases.get_with_client(session, case_id)
    relations.require(session, actor, Permission.ASSESSMENT_WRITE, case)
    cases.require_open(session, case)
    _check(order, now)
    row = MedicalClearance(
        site_id=case.site_id,
        case_id=case.id,
        outcome=order.outcome,
        cleared_at=order.cleared_at or now,
        recorded_by=actor.staff_id,
    )
    words = {"by": order.by} | ({"conditions": order.conditions} if order.conditions else {})
    vault = vault_of(session, client)
    row.sealed = sealed_text.seal(FIELD, row.id, words, vault)
    session.add(row)
    act = Event("medical_clearance", "create", "C", row=row, client_id=client.id)
    audit.record(session, replace(act, sensitivity="P2"))
    session.flush()
    return _view(row, vault)


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor
) -> pages.Page[ClearanceView]:
    """Clearances of a case, the newest first; the identifiers shown are recorded."""
    case, client = cases.get_with_client(session, case_id)
    relations.require(session, actor, Permission.ASSESSMENT_READ, case)
    vault = vault_of(session, client)
    page = pages.fetch(
        session,
        select(MedicalClearance.id.label("id"), MedicalClearance).where(
            MedicalClearance.case_id == case.id
        ),
        key=MedicalClearance.__table__.c.id,
        wanted=wanted,
        show=lambda row: _view(row.MedicalClearance, vault),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "medical_clearance", shown, client_id=client.id, sensitivity="P2")
    return page


def _check(order: NewClearance, now: dt.datetime) -> None:
    if order.cleared_at is not None and order.cleared_at > now:
        message = "Enter a moment that has passed."
        raise ValidationFailed(FieldError("/cleared_at", "in_future", message))
    if (order.outcome == "cleared_with_conditions") != (order.conditions is not None):
        message = "Conditions go with cleared_with_conditions, and only with it."
        raise ValidationFailed(FieldError("/conditions", "with_conditions_only", message))


def _view(row: MedicalClearance, vault: Vault) -> ClearanceView:
    words = sealed_text.opened(FIELD, row.id, row.sealed, vault)
    return ClearanceView(
        id=row.id,
        case_id=row.case_id,
        by=words["by"],
        outcome=row.outcome,
        cleared_at=row.cleared_at,
        conditions=words.get("conditions"),
        recorded_by=row.recorded_by,
        created_at=row.created_at,
    )
