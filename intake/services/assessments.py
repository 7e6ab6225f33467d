"""One administration of an instrument: scored at once as a draft, signed for good."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
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
from intake.services import alerts, audit, cases, deteriorations, instruments, relations
from intake.services.assessment_views import AssessmentView, loaded, view
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


def record(
    session: Session, case_id: uuid.UUID, order: NewAssessment, *, actor: Actor, now: dt.datetime
) -> AssessmentView:
    """Score answers and keep them as a draft.

    Raises ValidationFailed naming each wrong item, Forbidden when only a clinical lead may take
    a refusal, Conflict when the case is closed or its intake not handed in, NotFound.
    """
    instrument = instruments.chosen(order.instrument, order.version)
    day = day_given(order, cases.local_date(now, actor))
    if order.declined and instrument.code in lifecycle.DECLINED_BY_LEAD_ONLY:
        refuse_unless_lead(instrument, actor)
    case, intake = _open_case(session, case_id, actor)
    score = None
    if not order.declined:
        score = instruments.score_for(
            session, case.site_id, instrument, order.answers, intake=intake.answers
        )
    row = draft(case, instrument, order, score)
    row.assessed_on, row.assessed_by = day, actor.staff_id
    session.add(row)
    audit.record(
        session,
        Event("assessment", "create", "C", row=row, client_id=case.client_id, sensitivity="P2"),
    )
    session.flush()
    return view(row)


def record_signed(
    session: Session, case_id: uuid.UUID, order: NewAssessment, *, actor: Actor, now: dt.datetime
) -> AssessmentView:
    """Keep answers and sign them at once, as two acts on two versions. Raises as both."""
    made = record(session, case_id, order, actor=actor, now=now)
    audit.settle(session)
    return sign(session, made.id, version=made.version, actor=actor, now=now)


def try_out(session: Session, case_id: uuid.UUID, order: NewAssessment, *, actor: Actor) -> Score:
    """What a person's answers would score; nothing is kept. Raises as `record`."""
    instrument = instruments.chosen(order.instrument, order.version)
    case, intake = _open_case(session, case_id, actor)
    return instruments.score_for(
        session, case.site_id, instrument, order.answers, intake=intake.answers
    )


def sign(
    session: Session, assessment_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> AssessmentView:
    """Sign a draft: from now on it is never changed, and the alerts of its score are raised.

    Raises NotFound, PreconditionFailed, Conflict when it is signed already or the case is closed.
    """
    found = loaded(session, assessment_id, actor, Permission.ASSESSMENT_WRITE)
    row, case = found.row, found.case
    if row.version != version:
        raise PreconditionFailed(row.version)
    if row.state != "draft":
        raise Conflict("This assessment is signed; a correction is an amendment with a reason.")
    cases.require_open(session, case)
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
    alerts.raise_for(session, case, alerts_named(alert_codes(row)), now=now)
    deteriorations.watch(session, found, now=now)
    session.flush()
    return view(row)


def alert_codes(row: Assessment) -> tuple[str, ...]:
    """The alerts that the score of an assessment raises by itself."""
    return tuple((row.result or {}).get("alerts", ()))


def draft(
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
        result=kept(score) if score else None,
        mode=order.mode,
        language=order.language,
    )


def day_given(order: NewAssessment, today: dt.date) -> dt.date:
    """The day it was given. Raises ValidationFailed for a day to come."""
    if order.assessed_on is not None and order.assessed_on > today:
        raise ValidationFailed(
            FieldError("/assessed_on", "in_future", "Enter today or an earlier day.")
        )
    return order.assessed_on or today


def refuse_unless_lead(instrument: Instrument, actor: Actor) -> None:
    """Whether somebody may record that risk or diagnosis was declined. Raises Forbidden."""
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
    cases.require_open(session, row.Case)
    refuse_unless_open(row.Case, row.Intake)
    return row.Case, row.Intake


def refuse_unless_open(case: Case, intake: Intake) -> None:
    """Assessing needs a case under way whose intake was handed in. Raises Conflict."""
    cases.refuse_ended(case)
    if intake.state not in HANDED_IN:
        raise Conflict("The intake of this case is not handed in yet; submit it first.")


def kept(score: Score) -> dict[str, Any]:
    """What is stored of a score: total, band, what is shown beside them, and its alerts."""
    return {**score.as_dict(), "alerts": list(score.alerts)}
