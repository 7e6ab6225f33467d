"""What the rule set suggests for a case: computed from the record, stored with its inputs.

A recommendation is superseded, never edited. Asking again while nothing has changed gives the
same one: a new row would say that something happened, and would count its alerts twice.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import rule_sets
from intake.clinical.confidence import Confidence, confidence
from intake.clinical.evaluation import Evaluation, evaluate, inputs_hash
from intake.clinical.rule_set import NOTICE, RuleSet
from intake.clinical.rule_sets import CURRENT
from intake.clinical.scoring import EngineSettings
from intake.errors import NotFound
from intake.models import Assessment, Case, Client, Intake, Recommendation
from intake.services import alerts, assessments, audit, case_moves, cases, engine_input, relations
from intake.services.audit import Event
from intake.services.cases import Move
from intake.services.engine_input import Record

# Beside the record in the stored inputs: what else decides the result.
SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class RecommendationView:
    """A recommendation as staff read it.

    `result` is what the engine answered, reasons under `explain`. `unsigned` names instruments
    with a draft that doesn't count until it is signed.
    """

    id: uuid.UUID
    state: str
    case_id: uuid.UUID
    rule_set: str
    inputs_hash: str
    result: dict[str, Any]
    computed_at: dt.datetime
    computed_by: uuid.UUID
    missing: list[str]
    unsigned: list[str]
    confidence: Confidence | None
    notice: str = NOTICE
    # Never edited, so this is its only version.
    version: int = 1


def compute(
    session: Session, case_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> tuple[RecommendationView, bool]:
    """The recommendation for what is known now, and whether it is new.

    Raises its alerts. When it is complete and nothing else is missing, a case in `intake` moves to
    `assessed`. Raises NotFound, Conflict when the case has ended or its intake is not
    handed in, ValidationFailed when the record contradicts itself.
    """
    record = _record(session, case_id, actor)
    assessments.refuse_unless_open(record.case, record.intake)
    inputs = _inputs(session, record, actor=actor)
    evaluation = _evaluated(inputs, CURRENT)
    before = row = _newest(session, case_id)
    if row is None or (row.inputs_hash, row.rule_set) != (_digest(inputs), CURRENT.id):
        row = _store(session, record.case, evaluation, inputs, actor=actor, now=now)
        if before is not None:
            before.superseded_by = row.id
        alerts.raise_for(session, record.case, evaluation.alerts, now=now, is_observation=False)
    is_new = row is not before
    _note(session, record.case, row, "compute" if is_new else "confirm")
    if record.case.state == "intake" and evaluation.status == "complete":
        onward = Move("assessed", "recommendation_complete", row.inputs_hash)
        case_moves.advance(session, record.case, record.client, onward, actor=actor, now=now)
    return _view(row, []), is_new


def read(session: Session, case_id: uuid.UUID, *, actor: Actor) -> RecommendationView:
    """The newest recommendation of a case; it is recorded. Raises as `relations.require`."""
    drafts = (
        select(func.array_agg(Assessment.instrument.distinct()))
        .where(Assessment.case_id == case_id, Assessment.state == "draft")
        .scalar_subquery()
    )
    newest = and_(
        Recommendation.site_id == Case.site_id,
        Recommendation.case_id == Case.id,
        Recommendation.superseded_by.is_(None),
    )
    found = session.execute(
        select(Recommendation, Case, drafts.label("unsigned"))
        .select_from(Case)
        .outerjoin(Recommendation, newest)
        .where(Case.id == case_id)
    ).one_or_none()
    if found is None:
        raise NotFound("recommendation")
    relations.require(session, actor, Permission.PLAN_READ, found.Case, what="recommendation")
    if found.Recommendation is None:
        raise NotFound("recommendation")
    _note(session, found.Case, found.Recommendation, "read")
    return _view(found.Recommendation, found.unsigned or [])


def of_id(session: Session, case: Case, recommendation_id: uuid.UUID) -> RecommendationView:
    """One recommendation of a case, for who was let through to it; the read is recorded."""
    row = session.execute(
        select(Recommendation).where(Recommendation.id == recommendation_id)
    ).scalar_one()
    _note(session, case, row, "read")
    return _view(row, [])


def evaluation_of(row: Recommendation, under: RuleSet | None = None) -> Evaluation:
    """What the engine answers to the stored inputs, under the row's own rule set or another.

    Raises ValidationFailed when a newer engine refuses them.
    """
    return _evaluated(row.inputs, under or rule_sets.get(row.rule_set))


def _evaluated(inputs: dict[str, Any], rule_set: RuleSet) -> Evaluation:
    settings = EngineSettings(**inputs[SETTINGS])
    return evaluate(inputs, settings=settings, rule_set=rule_set)


def _digest(inputs: dict[str, Any]) -> bytes:
    return bytes.fromhex(inputs_hash(inputs))


def _record(session: Session, case_id: uuid.UUID, actor: Actor) -> Record:
    """Case (locked: one recommendation at a time), person and intake. Raises as `compute`."""
    row = session.execute(
        select(Case, Client, Intake)
        .select_from(Intake)
        .join(Intake.case)
        .join(Case.client)
        .where(Case.id == case_id)
        .with_for_update(of=Case)
    ).one_or_none()
    if row is None:
        raise NotFound("case")
    relations.require(session, actor, Permission.PLAN_PROPOSE, row.Case)
    return Record(row.Case, row.Client, row.Intake)


def _inputs(session: Session, record: Record, *, actor: Actor) -> dict[str, Any]:
    """The engine's input as of the day the intake was handed in, and the site's settings."""
    submitted = record.intake.submitted_at or record.intake.created_at
    settings = engine_input.settings_of(session, record.case.site_id)
    known = engine_input.assemble(
        session,
        record,
        on=cases.local_date(submitted, actor),
        channels=engine_input.safe_channels(session, record.client.id),
        signed=engine_input.signed_answers(session, record.case.id),
    )
    return {**known, SETTINGS: asdict(engine_input.engine_settings(settings))}


def _newest(session: Session, case_id: uuid.UUID) -> Recommendation | None:
    """The recommendation in force; the case is locked, so there is one at most."""
    return session.execute(
        select(Recommendation).where(
            Recommendation.case_id == case_id, Recommendation.superseded_by.is_(None)
        )
    ).scalar_one_or_none()


def _store(
    session: Session, case: Case, evaluation: Evaluation, inputs: dict[str, Any], *, actor: Actor,
    now: dt.datetime,
) -> Recommendation:  # fmt: skip
    """A new row, sent at once: the one before will point to it, and updates are sent first."""
    row = Recommendation(
        site_id=case.site_id,
        case_id=case.id,
        rule_set=evaluation.rule_set.id,
        status=evaluation.status,
        inputs=inputs,
        inputs_hash=_digest(inputs),
        result=evaluation.as_dict(),
        computed_at=now,
        computed_by=actor.staff_id,
    )
    session.add(row)
    session.flush()
    return row


def _note(session: Session, case: Case, row: Recommendation, subtype: str) -> None:
    audit.record(
        session,
        Event(
            "recommendation",
            subtype,
            "C" if subtype == "compute" else "R",
            row=row,
            client_id=case.client_id,
            sensitivity="P2",
        ),
    )


def _view(row: Recommendation, unsigned: list[str]) -> RecommendationView:
    return RecommendationView(
        id=row.id,
        state=row.status,
        case_id=row.case_id,
        rule_set=row.rule_set,
        inputs_hash=row.inputs_hash.hex(),
        result=row.result,
        computed_at=row.computed_at,
        computed_by=row.computed_by,
        missing=list(row.result.get("missing", ())),
        unsigned=sorted(unsigned),
        confidence=confidence(row.result, rule_sets.get(row.rule_set)),
    )
