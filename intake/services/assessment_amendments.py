"""A signed assessment was wrong: another takes its place, and the first stays readable."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission, Scope
from intake.clinical import lifecycle
from intake.clinical.alerts import alerts_named
from intake.errors import Conflict, Forbidden, PreconditionFailed
from intake.models import Assessment, Intake
from intake.services import (
    alerts,
    assessments,
    audit,
    cases,
    deteriorations,
    instruments,
    sealed_text,
)
from intake.services.assessment_views import FIELD, AssessmentView, Found, explained, loaded
from intake.services.assessments import NewAssessment
from intake.services.audit import Event
from intake.services.identity import vault_of


@dataclass(frozen=True, slots=True)
class Amendment:
    """What was meant: answers, or that the person declined; and why it has to be put right.

    The instrument and its version stay; without a day the one of the first record is kept.
    """

    reason: str
    answers: object = None
    declined: bool = False
    assessed_on: dt.date | None = None


def amend(
    session: Session, assessment_id: uuid.UUID, order: Amendment, *, version: int, actor: Actor,
    now: dt.datetime,
) -> AssessmentView:  # fmt: skip
    """Sign a new version of an assessment in one step; the one before counts no more.

    Alerts that only the new score raises are raised; those of the old one stay open for a person
    to close. Raises NotFound, PreconditionFailed, Forbidden for what somebody else recorded,
    ValidationFailed naming each wrong item, Conflict: a draft, amended already, or case ended.
    """
    found = loaded(session, assessment_id, actor, Permission.ASSESSMENT_WRITE)
    before = found.row
    _refuse_others(before, actor)
    if before.version != version:
        raise PreconditionFailed(before.version)
    _refuse_state(before)
    cases.require_open(session, found.case)
    row = _signed(session, found, order, actor=actor, now=now)
    before.state = "amended"
    session.add(row)
    _note(session, found, row)
    fresh = set(assessments.alert_codes(row)) - set(assessments.alert_codes(before))
    alerts.raise_for(session, found.case, alerts_named(sorted(fresh)), now=now)
    amended = Found(row, found.case, found.client)
    deteriorations.watch(session, amended, now=now)
    session.flush()
    return explained(session, amended)


def _signed(
    session: Session, found: Found, order: Amendment, *, actor: Actor, now: dt.datetime
) -> Assessment:
    """The row that takes the place of another, scored by the same version of the instrument."""
    before = found.row
    instrument = instruments.chosen(before.instrument, before.instrument_version)
    if order.declined and instrument.code in lifecycle.DECLINED_BY_LEAD_ONLY:
        assessments.refuse_unless_lead(instrument, actor)
    whole = NewAssessment(
        instrument=before.instrument,
        mode=before.mode,
        version=before.instrument_version,
        answers=order.answers,
        declined=order.declined,
        language=before.language,
        assessed_on=order.assessed_on or before.assessed_on,
    )
    day = assessments.day_given(whole, cases.local_date(now, actor))
    score = None
    if not order.declined:
        answers = select(Intake.answers).where(Intake.case_id == found.case.id)
        intake = session.execute(answers).scalar_one()
        score = instruments.score_for(
            session, found.case.site_id, instrument, order.answers, intake=intake
        )
    row = assessments.draft(found.case, instrument, whole, score)
    row.assessed_on, row.assessed_by = day, actor.staff_id
    row.state, row.signed_at, row.amends = "signed", now, before.id
    words = {"amend_reason": order.reason}
    row.sealed = sealed_text.seal(FIELD, row.id, words, vault_of(session, found.client))
    return row


def _refuse_others(row: Assessment, actor: Actor) -> None:
    """Some amend what they recorded themselves, or a colleague they cover; a lead all."""
    own = actor.scope(Permission.ASSESSMENT_AMEND) is Scope.OWN
    if own and row.assessed_by not in actor.stands_for:
        raise Forbidden("Who recorded an assessment amends it, or a clinical lead.")


def _refuse_state(row: Assessment) -> None:
    if row.state == "draft":
        raise Conflict("This assessment isn't signed; record another one instead.")
    if row.state != "signed":
        raise Conflict("This assessment was amended already; amend the one that replaced it.")


def _note(session: Session, found: Found, row: Assessment) -> None:
    """One event for each row: the one that counts no more, and the new one."""
    whose, fields = found.case.client_id, ("state",)
    replaced = Event("assessment", "amend", "U", row=found.row, client_id=whose, fields=fields)
    made = Event("assessment", "create", "C", row=row, client_id=whose)
    for one in (replaced, made):
        audit.record(session, replace(one, sensitivity="P2"))
