"""Handing in an intake: all that is missing is named at once, or it is locked for good."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, fields, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.clinical import intake_record
from intake.clinical.alerts import Alert
from intake.clinical.evaluation import draft_alerts
from intake.errors import FieldErrors, ValidationFailed
from intake.models import Alert as StoredAlert
from intake.models import Case
from intake.services import (
    alerts,
    appointments,
    audit,
    cases,
    consents,
    engine_input,
    identity,
    intake_answers,
    intake_views,
    intakes,
)
from intake.services.appointments import NewAppointment
from intake.services.audit import Event
from intake.services.cases import INTERVIEWED, Move
from intake.services.intake_views import IntakeView


@dataclass(frozen=True, slots=True)
class FirstAppointment:
    """A first time to keep, booked with the submission or not at all; as `NewAppointment`."""

    staff_id: uuid.UUID
    kind: str
    mode: str
    local_start: dt.datetime
    minutes: int


def submit(
    session: Session, intake_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime,
    first_appointment: FirstAppointment | None = None,
) -> IntakeView:  # fmt: skip
    """Hand in an intake: it is locked, its alerts are raised, the case moves to `intake`.

    A first appointment is booked with it, or nothing is done at all. Raises ValidationFailed
    listing everything that is missing, NotFound, PreconditionFailed, Conflict when it was handed
    in before; BookingConflict and whatever booking raises.
    """
    draft = intakes.for_change(session, intake_id, version, actor)
    intake, case, client = draft.intake, draft.case, draft.client
    today = cases.local_date(now, actor)
    vault = identity.vault_of(session, client)
    answered = consents.current(session, client.id, today=today)
    answers = intake_answers.with_referral(intake, case, vault)
    errors = FieldErrors(
        [*intake_record.missing_for_submit(answers), *intake_record.triaged_early(answers)]
    )
    if "treatment" not in answered:
        errors.add(
            "/consents/treatment",
            "required",
            "Record whether the person agrees to treatment (given or refused).",
        )
    errors.raise_if_any()
    raised = _alerts(session, engine_input.Record(case, client, intake), today)
    intake.state, intake.submitted_at, intake.submitted_by = "submitted", now, actor.staff_id
    audit.record(
        session,
        Event("intake", "submit", "U", row=intake, client_id=client.id, sensitivity="P2"),
    )
    if answered["treatment"] == "given" and case.state == "referred":
        onward = Move("intake", "intake_submitted")
        cases.move(session, case, onward, fulfilled=INTERVIEWED, actor=actor, now=now)
    alerts.raise_for(session, case, _unheard(session, case, raised), now=now)
    if first_appointment is not None:
        _book(session, draft, first_appointment, actor=actor, now=now)
    session.flush()
    return intake_views.view(intake, case, vault)


def _alerts(session: Session, record: engine_input.Record, today: dt.date) -> tuple[Alert, ...]:
    """What the answers raise. Raises ValidationFailed for answers that can't be true together."""
    channels = engine_input.safe_channels(session, record.client.id)
    try:
        return draft_alerts(engine_input.assemble(session, record, on=today, channels=channels))
    except ValidationFailed as error:
        found = (replace(one, pointer=f"/answers{one.pointer}") for one in error.fields)
        raise ValidationFailed(*found) from error


def _unheard(session: Session, case: Case, raised: tuple[Alert, ...]) -> tuple[Alert, ...]:
    """Less what the draft raised already: handing in observes nothing new."""
    known = set(
        session.execute(select(StoredAlert.code).where(StoredAlert.case_id == case.id)).scalars()
    )
    return tuple(one for one in raised if one.code not in known)


def _book(
    session: Session,
    draft: intakes.Draft,
    first: FirstAppointment,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Book the first appointment. A refusal names its field below `first_appointment`."""
    whole = {one.name: getattr(first, one.name) for one in fields(first)}
    order = NewAppointment(case_id=draft.case.id, **whole)
    author = (draft.intake.author_id,)
    try:
        appointments.book(session, order, actor=actor, now=now, others=author)
    except ValidationFailed as error:
        found = (replace(one, pointer=f"/first_appointment{one.pointer}") for one in error.fields)
        raise ValidationFailed(*found) from error
