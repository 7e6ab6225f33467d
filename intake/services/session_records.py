"""What was asked at a visit that took place: one record for each, the source of trends."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import Conflict, FieldError, NotFound, PreconditionFailed, ValidationFailed
from intake.models import Appointment, Case, Client, SessionRecord
from intake.services import audit, cases, pages, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "session_records.sealed"
#: May be a number or the reason why there is none
ANSWERS = ("craving", "mood", "days_used_28", "grams_per_day")
WORDS = ("triggers", "coping", "side_effects")
NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class SessionSaid:
    """What was said: only the fields that were sent.

    A value of `answers` is a number, or {"status": …} where there is none; of `words` a text.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, uuid.UUID | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SessionView:
    """A record as staff read it; `unanswered` says why a number is missing."""

    id: uuid.UUID
    version: int
    case_id: uuid.UUID
    appointment_id: uuid.UUID
    held_on: dt.date
    craving: int | None
    mood: int | None
    days_used_28: int | None
    grams_per_day: decimal.Decimal | None
    unanswered: Mapping[str, str]
    triggers: str | None
    coping: str | None
    side_effects: str | None
    next_appointment_id: uuid.UUID | None
    recorded_by: uuid.UUID
    created_at: dt.datetime
    # It has no states of its own; the answer of a create names one.
    state: str = "recorded"


@dataclass(frozen=True, slots=True)
class Kept:
    """A record, its visit, its case and its person's key."""

    record: SessionRecord
    visit: Appointment
    case: Case
    vault: Vault


def record(
    session: Session, appointment_id: uuid.UUID, said: SessionSaid, *, actor: Actor
) -> SessionView:
    """Write down what was asked at a visit.

    Raises NotFound, ValidationFailed, Conflict: not attended, recorded already, or case ended.
    """
    row = session.execute(
        select(Appointment, Case, Client)
        .join(Appointment.case)
        .join(Case.client)
        .where(Appointment.id == appointment_id)
    ).one_or_none()
    if row is None:
        raise NotFound("appointment")
    theirs = (row.Appointment.staff_id,)
    relations.require(
        session, actor, Permission.PROGRESS_WRITE, row.Case, others=theirs, what="appointment"
    )
    if row.Appointment.status != "fulfilled":
        message = f"This appointment is {row.Appointment.status}; record what was asked once "
        raise Conflict(f"{message}it has been attended.")
    cases.require_open(session, row.Case)
    made = SessionRecord(
        site_id=row.Case.site_id,
        case_id=row.Case.id,
        appointment_id=row.Appointment.id,
        unanswered=dict.fromkeys(ANSWERS, NOT_ASKED),
        recorded_by=actor.staff_id,
    )
    kept = Kept(made, row.Appointment, row.Case, vault_of(session, row.Client))
    _apply(session, kept, said)
    session.add(made)
    _note(session, kept, "create", "C")
    session.flush()
    return _view(kept)


def change(
    session: Session, record_id: uuid.UUID, said: SessionSaid, *, version: int, actor: Actor
) -> SessionView:
    """Complete or put right a record.

    Raises NotFound, PreconditionFailed, ValidationFailed, Conflict when the case has ended.
    """
    kept = _load(session, record_id, actor, Permission.PROGRESS_WRITE)
    if kept.record.version != version:
        raise PreconditionFailed(kept.record.version)
    cases.require_open(session, kept.case)
    _apply(session, kept, said)
    _note(session, kept, "save", "U", fields=(*said.answers, *said.words, *said.links))
    session.flush()
    return _view(kept)


def read(session: Session, record_id: uuid.UUID, *, actor: Actor) -> SessionView:
    """One record; the read is recorded. Raises as `relations.require`."""
    kept = _load(session, record_id, actor, Permission.PROGRESS_READ)
    _note(session, kept, "read", "R")
    return _view(kept)


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor
) -> pages.Page[SessionView]:
    """The records of a case, the latest written first; it is recorded.

    Raises as `relations.require`.
    """
    case, client = cases.get_with_client(session, case_id)
    relations.require(session, actor, Permission.PROGRESS_READ, case)
    vault = vault_of(session, client)
    page = pages.fetch(
        session,
        select(SessionRecord.id.label("id"), SessionRecord, Appointment)
        .join(SessionRecord.appointment)
        .where(SessionRecord.case_id == case.id),
        key=SessionRecord.__table__.c.id,
        wanted=wanted,
        show=lambda row: _view(Kept(row.SessionRecord, row.Appointment, case, vault)),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "session_record", shown, client_id=case.client_id, sensitivity="P2")
    return page


def _load(session: Session, record_id: uuid.UUID, actor: Actor, permission: Permission) -> Kept:
    row = session.execute(
        select(SessionRecord, Appointment, Case, Client)
        .join(SessionRecord.appointment)
        .join(SessionRecord.case)
        .join(Case.client)
        .where(SessionRecord.id == record_id)
    ).one_or_none()
    if row is None:
        raise NotFound("session record")
    theirs = (row.Appointment.staff_id,)
    relations.require(session, actor, permission, row.Case, others=theirs, what="session record")
    return Kept(row.SessionRecord, row.Appointment, row.Case, vault_of(session, row.Client))


def _apply(session: Session, kept: Kept, said: SessionSaid) -> None:
    """Write what was said: a number or a reason in its place, words sealed."""
    unanswered = dict(kept.record.unanswered)
    for name, value in said.answers.items():
        has_none = isinstance(value, dict)
        setattr(kept.record, name, None if has_none else value)
        if has_none:
            unanswered[name] = value["status"]
        else:
            unanswered.pop(name, None)
    kept.record.unanswered = unanswered
    following = said.links.get("next_appointment_id")
    if following is not None:
        _refuse_foreign(session, kept, following)
    if "next_appointment_id" in said.links:
        kept.record.next_appointment_id = following
    if said.words:
        row = kept.record
        before = sealed_text.opened(FIELD, row.id, row.sealed, kept.vault)
        row.sealed = sealed_text.seal(FIELD, row.id, before | dict(said.words), kept.vault)


def _refuse_foreign(session: Session, kept: Kept, appointment_id: uuid.UUID) -> None:
    """The next visit is another one of the same case. Raises ValidationFailed."""
    known = session.execute(
        select(Appointment.id).where(
            Appointment.id == appointment_id,
            Appointment.case_id == kept.case.id,
            Appointment.id != kept.visit.id,
        )
    )
    if known.first() is None:
        message = "This case has no such other appointment."
        raise ValidationFailed(FieldError("/next_appointment_id", "unknown", message))


def _note(
    session: Session, kept: Kept, subtype: str, action: str, *, fields: tuple[str, ...] = ()
) -> None:
    whose = kept.case.client_id
    act = Event("session_record", subtype, action, row=kept.record, client_id=whose)
    audit.record(session, replace(act, fields=fields, sensitivity="P2"))


def _view(kept: Kept) -> SessionView:
    row = kept.record
    words = sealed_text.opened(FIELD, row.id, row.sealed, kept.vault)
    numbers: dict[str, Any] = {name: getattr(row, name) for name in ANSWERS}
    texts: dict[str, Any] = {name: words.get(name) for name in WORDS}
    return SessionView(
        id=row.id,
        version=row.version,
        case_id=row.case_id,
        appointment_id=row.appointment_id,
        held_on=kept.visit.local_start.date(),
        **numbers,
        unanswered=row.unanswered,
        **texts,
        next_appointment_id=row.next_appointment_id,
        recorded_by=row.recorded_by,
        created_at=row.created_at,
    )
