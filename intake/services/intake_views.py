"""How staff read an intake: whole, with its free text, or as a line of a list."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import completeness
from intake.clinical.completeness import COMPLETE, Section
from intake.crypto import Vault
from intake.models import Case, Client, Intake
from intake.services import audit, intake_answers, pages, relations, shown_names


@dataclass(frozen=True, slots=True)
class IntakeView:
    """An intake as staff read it, free text opened and back in its place."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    case_reference: str
    case_state: str
    client_id: uuid.UUID
    answers: dict[str, Any]
    sections: tuple[Section, ...]
    draft_revision: int
    author_id: uuid.UUID
    created_at: dt.datetime
    submitted_at: dt.datetime | None
    submitted_by: uuid.UUID | None
    #: When the draft was last saved; unknown of the oldest
    saved_at: dt.datetime | None = None
    #: How many people on record looked like the person when they were registered
    similar: int = 0

    @property
    def sections_complete(self) -> int:
        """How many sections lack nothing."""
        return sum(one.state == COMPLETE for one in self.sections)


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """An intake in a list: no answers."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    case_reference: str
    author_id: uuid.UUID
    created_at: dt.datetime
    submitted_at: dt.datetime | None
    #: Whose it is; None for who may not read the person's identity, and of somebody erased
    name: str | None


def list_page(
    session: Session, wanted: pages.Wanted, *, actor: Actor, state: str | None = None
) -> pages.Page[IntakeLine]:
    """Intakes the actor may see, the newest first; the identifiers shown are recorded."""
    seen = relations.visible(session, actor, Permission.INTAKE_READ, also=(Intake.author_id,))
    query = (
        select(Intake.id.label("id"), Intake, Case, Client)
        .join(Intake.case)
        .join(Case.client)
        .where(seen)
    )
    if state is not None:
        query = query.where(Intake.state == state)
    page = pages.fetch(
        session,
        query,
        key=Intake.__table__.c.id,
        wanted=wanted,
        show=lambda row: _line(session, row, actor),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "intake", shown, sensitivity="P1")
    return page


def _line(session: Session, row: Row[Any], actor: Actor) -> IntakeLine:
    intake: Intake = row.Intake
    author = intake.author_id if intake.state == "draft" else None
    return IntakeLine(
        id=intake.id,
        version=intake.version,
        state=intake.state,
        case_id=intake.case_id,
        case_reference=row.Case.reference,
        author_id=intake.author_id,
        created_at=intake.created_at,
        submitted_at=intake.submitted_at,
        name=shown_names.of(session, row.Case, row.Client, actor=actor, others=(author,)),
    )


def view(intake: Intake, case: Case, vault: Vault) -> IntakeView:
    """An intake as staff read it."""
    whole = intake_answers.with_referral(intake, case, vault)
    return IntakeView(
        id=intake.id,
        version=intake.version,
        state=intake.state,
        case_id=case.id,
        case_reference=case.reference,
        case_state=case.state,
        client_id=case.client_id,
        answers=intake_answers.opened(intake, vault),
        sections=completeness.sections(whole),
        draft_revision=intake.draft_revision,
        author_id=intake.author_id,
        created_at=intake.created_at,
        submitted_at=intake.submitted_at,
        submitted_by=intake.submitted_by,
        saved_at=intake.saved_at,
    )
