"""How does staff read assessments? One with its answers and reason, or a page of their scores."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import NotFound
from intake.models import Assessment, Case, Client
from intake.services import audit, pages, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "assessments.sealed"


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """An assessment as staff read it; `result` is the score with everything shown beside it.

    `amends` is the one that it takes the place of, `amend_reason` why; a list shows no reason.
    """

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    instrument: str
    instrument_version: str
    answers: Any
    declined: bool
    total: int | None
    band: str | None
    result: dict[str, Any] | None
    mode: str
    language: str
    assessed_on: dt.date
    assessed_by: uuid.UUID
    signed_at: dt.datetime | None
    amends: uuid.UUID | None
    created_at: dt.datetime
    amend_reason: str | None = None


SHOWN = tuple(name for name in AssessmentView.__dataclass_fields__ if name != "amend_reason")


@dataclass(frozen=True, slots=True)
class Found:
    """An assessment, its case and its person."""

    row: Assessment
    case: Case
    client: Client


def read(session: Session, assessment_id: uuid.UUID, *, actor: Actor) -> AssessmentView:
    """An assessment with its answers; the read is recorded. Raises as `relations.require`."""
    found = loaded(session, assessment_id, actor, Permission.ASSESSMENT_READ)
    whose = found.case.client_id
    act = Event("assessment", "read", "R", row=found.row, client_id=whose, sensitivity="P2")
    audit.record(session, act)
    return explained(session, found)


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor,
    instrument: str | None = None, state: str | None = None,
) -> pages.Page[AssessmentView]:  # fmt: skip
    """Assessments of a case, the newest first; the identifiers shown are recorded."""
    case = relations.case(session, case_id, actor, Permission.ASSESSMENT_READ)
    query = select(Assessment.id.label("id"), Assessment).where(Assessment.case_id == case.id)
    if instrument is not None:
        query = query.where(Assessment.instrument == instrument)
    if state is not None:
        query = query.where(Assessment.state == state)
    page = pages.fetch(
        session,
        query,
        key=Assessment.__table__.c.id,
        wanted=wanted,
        show=lambda row: view(row.Assessment),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "assessment", shown, client_id=case.client_id, sensitivity="P2")
    return page


def view(row: Assessment) -> AssessmentView:
    """An assessment as staff read it, without the reason of an amendment."""
    return AssessmentView(**{name: getattr(row, name) for name in SHOWN})


def explained(session: Session, found: Found) -> AssessmentView:
    """An assessment with the reason of its amendment, opened with the person's key."""
    row = found.row
    words = sealed_text.opened(FIELD, row.id, row.sealed, vault_of(session, found.client))
    return replace(view(row), amend_reason=words.get("amend_reason"))


def loaded(
    session: Session, assessment_id: uuid.UUID, actor: Actor, permission: Permission
) -> Found:
    """An assessment, its case and its person, in one statement. Raises as `relations.require`."""
    row = session.execute(
        select(Assessment, Case, Client)
        .join(Assessment.case)
        .join(Case.client)
        .where(Assessment.id == assessment_id)
    ).one_or_none()
    if row is None:
        raise NotFound("assessment")
    relations.require(session, actor, permission, row.Case, what="assessment")
    return Found(row.Assessment, row.Case, row.Client)
