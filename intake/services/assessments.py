"""One administration of an instrument: scored at once as a draft, signed for good."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission, Role
from intake.clinical import lifecycle
from intake.clinical.alerts import alerts_named
from intake.clinical.instruments import Instrument
from intake.clinical.scoring import Score
from intake.errors import (
    Conflict,
    FieldError,
    Forbidden,
    NotFound,
    PreconditionFailed,
    ValidationFailed,
)
from intake.models import Assessment, Case, Intake
from intake.services import alerts, audit, cases, instruments, pages, relations
from intake.services.audit import Event

HANDED_IN = ("submitted", "amended")


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """Answers to record, or that the person declined; without a version the newest is meant."""

    instrument: str
    mode: str
    version: str | None = None
    answers: object = None
    declined: bool = False
    language: str = "en"
    assessed_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """An assessment as staff read it; `result` is the score with everything shown beside it."""

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
    created_at: dt.datetime


def record(
    session: Session, case_id: uuid.UUID, order: NewAssessment, *, actor: Actor, now: dt.datetime
) -> AssessmentView:
    """Score answers and keep them as a draft.

    Raises ValidationFailed naming each wrong item, Forbidden when only a clinical lead may take
    a refusal, Conflict when the case is closed or its intake not handed in, NotFound.
    """
    instrument = instruments.chosen(order.instrument, order.version)
    day = _day(order, cases.local_date(now, actor))
    if order.declined and instrument.code in lifecycle.DECLINED_BY_LEAD_ONLY:
        _refuse_unless_lead(instrument, actor)
    case, intake = _open_case(session, case_id, actor)
    score = None
    if not order.declined:
        score = instruments.score_for(
            session, case.site_id, instrument, order.answers, intake=intake.answers
        )
    row = _draft(case, instrument, order, score)
    row.assessed_on, row.assessed_by = day, actor.staff_id
    session.add(row)
    audit.record(
        session,
        Event("assessment", "create", "C", row=row, client_id=case.client_id, sensitivity="P2"),
    )
    session.flush()
    return view(row)


def sign(
    session: Session, assessment_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> AssessmentView:
    """Sign a draft: from now on it is never changed, and the alerts of its score are raised.

    Raises NotFound, PreconditionFailed, Conflict when it is signed already or the case is closed.
    """
    row, case = _load(session, assessment_id, actor, Permission.ASSESSMENT_WRITE)
    if row.version != version:
        raise PreconditionFailed(row.version)
    if row.state != "draft":
        raise Conflict("This assessment is signed; a correction is an amendment with a reason.")
    _refuse_closed(case)
    row.state, row.signed_at = "signed", now
    audit.record(
        session,
        Event(
            "assessment",
            "sign",
            "U",
            row=row,
            client_id=case.client_id,
            fields=("state", "signed_at"),
            sensitivity="P2",
        ),
    )
    codes = (row.result or {}).get("alerts", ())
    alerts.raise_for(session, case, alerts_named(codes), now=now)
    session.flush()
    return view(row)


def read(session: Session, assessment_id: uuid.UUID, *, actor: Actor) -> AssessmentView:
    """An assessment with its answers; the read is recorded. Raises as `relations.require`."""
    row, case = _load(session, assessment_id, actor, Permission.ASSESSMENT_READ)
    audit.record(
        session,
        Event("assessment", "read", "R", row=row, client_id=case.client_id, sensitivity="P2"),
    )
    return view(row)


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
    act = Event("assessment", "list", "R", client_id=case.client_id, sensitivity="P2")
    audit.record(session, replace(act, hits=len(shown), returned_ids=shown))
    return page


def view(row: Assessment) -> AssessmentView:
    """An assessment as staff read it."""
    return AssessmentView(
        **{name: getattr(row, name) for name in AssessmentView.__dataclass_fields__}
    )


def _draft(
    case: Case, instrument: Instrument, order: NewAssessment, score: Score | None
) -> Assessment:
    """The row of a draft; a refusal has neither answers nor score."""
    return Assessment(
        site_id=case.site_id,
        case_id=case.id,
        instrument=instrument.code,
        instrument_version=instrument.version,
        state="draft",
        answers=None if order.declined else order.answers,
        declined=order.declined,
        total=score.total if score else None,
        band=score.band if score else None,
        result=_kept(score) if score else None,
        mode=order.mode,
        language=order.language,
    )


def _day(order: NewAssessment, today: dt.date) -> dt.date:
    """The day it was given. Raises ValidationFailed for a day to come."""
    if order.assessed_on is not None and order.assessed_on > today:
        raise ValidationFailed(
            FieldError("/assessed_on", "in_future", "Enter today or an earlier day.")
        )
    return order.assessed_on or today


def _refuse_unless_lead(instrument: Instrument, actor: Actor) -> None:
    if actor.role is not Role.CLINICAL_LEAD:
        raise Forbidden(f"Only a clinical lead may record that {instrument.title} was declined.")


def _open_case(session: Session, case_id: uuid.UUID, actor: Actor) -> tuple[Case, Intake]:
    """A case that is under way, and its intake, in one statement. Raises NotFound, Conflict."""
    row = session.execute(
        select(Case, Intake).join(Intake.case).where(Case.id == case_id)
    ).one_or_none()
    if row is None:
        raise NotFound("case")
    relations.require(session, actor, Permission.ASSESSMENT_WRITE, row.Case)
    refuse_unless_open(row.Case, row.Intake)
    return row.Case, row.Intake


def refuse_unless_open(case: Case, intake: Intake) -> None:
    """Assessing needs a case under way whose intake was handed in. Raises Conflict."""
    _refuse_closed(case)
    if intake.state not in HANDED_IN:
        raise Conflict("The intake of this case is not handed in yet; submit it first.")


def _refuse_closed(case: Case) -> None:
    if case.state in lifecycle.TERMINAL_STATES:
        raise Conflict(f"This case has ended ({case.state}); reopen it as a new episode first.")


def _kept(score: Score) -> dict[str, Any]:
    """What is stored of a score: total, band, what is shown beside them, and its alerts."""
    return {**score.as_dict(), "alerts": list(score.alerts)}


def _load(
    session: Session, assessment_id: uuid.UUID, actor: Actor, permission: Permission
) -> tuple[Assessment, Case]:
    """An assessment and its case, in one statement. Raises as `relations.require`."""
    row = session.execute(
        select(Assessment, Case).join(Assessment.case).where(Assessment.id == assessment_id)
    ).one_or_none()
    if row is None:
        raise NotFound("assessment")
    relations.require(session, actor, permission, row.Case, what="assessment")
    return row.Assessment, row.Case
