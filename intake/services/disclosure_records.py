"""Which records go into a disclosure: one reader for each class, and nothing that wasn't asked."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.clinical import contact_questions
from intake.clinical.consent_terms import NOTES
from intake.crypto import Vault
from intake.errors import Conflict, FieldError, ValidationFailed
from intake.models import (
    Appointment,
    Assessment,
    Case,
    Client,
    ContactPoint,
    CounsellingNote,
    CounsellingNoteKey,
    Intake,
    PlanDecision,
)
from intake.services import counselling_note_keys, identity, intake_answers, plan_arms


@dataclass(frozen=True, slots=True)
class Person:
    """Whose records are read, and what opens them."""

    case: Case
    client: Client
    vault: Vault


@dataclass(frozen=True, slots=True)
class Gathered:
    """Records by class, what seals the copy, and whose notes they are if they are notes."""

    records: Mapping[str, Any]
    vault: Vault
    notes_key_id: uuid.UUID | None = None


def gather(
    session: Session, person: Person, classes: frozenset[str], *, notes_author: uuid.UUID | None
) -> Gathered:
    """The records of the allowed classes. Notes come alone, sealed by their own key.

    Raises ValidationFailed when nobody of that id wrote notes here.
    """
    if NOTES in classes:
        return _notes(session, person.case, notes_author)
    records = {name: READERS[name](session, person) for name in sorted(classes)}
    return Gathered(records, person.vault)


def _identity(session: Session, person: Person) -> dict[str, Any]:
    del session
    known = identity.opened(person.client, person.vault)
    return {
        "given_name": known.given_name,
        "family_name": known.family_name,
        "date_of_birth": known.date_of_birth.isoformat(),
        "reference": person.case.reference,
    }


def _contact(session: Session, person: Person) -> list[dict[str, Any]]:
    points = session.scalars(
        select(ContactPoint)
        .where(ContactPoint.client_id == person.client.id, ContactPoint.ended_at.is_(None))
        .order_by(ContactPoint.id)
    )
    return [
        {
            "channel": point.channel,
            "value": person.vault.open_optional("contact_points.value", point.id, point.value),
            "is_safe": point.is_safe,
        }
        for point in points
    ]


def _intake(session: Session, person: Person) -> dict[str, Any]:
    """Answers as handed in; not the safe word, nor who else may, or must not, be called."""
    found = session.execute(
        select(Intake).where(Intake.case_id == person.case.id, Intake.submitted_at.is_not(None))
    ).scalar_one_or_none()
    if found is None:
        raise Conflict("The intake isn't handed in yet; a draft isn't disclosed.")
    answers = intake_answers.opened(found, person.vault)
    return {
        "submitted_at": found.submitted_at.isoformat() if found.submitted_at else None,
        "answers": {name: answers[name] for name in answers if name != contact_questions.SECTION},
    }


def _assessments(session: Session, person: Person) -> list[dict[str, Any]]:
    signed = session.scalars(
        select(Assessment)
        .where(Assessment.case_id == person.case.id, Assessment.state == "signed")
        .order_by(Assessment.id)
    )
    return [
        {
            "instrument": row.instrument,
            "version": row.instrument_version,
            "assessed_on": row.assessed_on.isoformat(),
            "declined": row.declined,
            "total": row.total,
            "band": row.band,
            "answers": row.answers,
        }
        for row in signed
    ]


def _plan(session: Session, person: Person) -> list[dict[str, Any]]:
    """What is in force, or was when the case ended; never what waits for a sign-off."""
    counts = session.scalars(
        select(PlanDecision)
        .where(PlanDecision.case_id == person.case.id, plan_arms.is_last(PlanDecision))
        .order_by(PlanDecision.id)
    )
    return [
        {
            "setting": row.chosen_setting,
            "decided_on": row.decided_on.isoformat(),
            "admission_on": row.admission_on.isoformat() if row.admission_on else None,
            "discharge_on": row.discharge_on.isoformat() if row.discharge_on else None,
        }
        for row in counts
    ]


def _appointments(session: Session, person: Person) -> list[dict[str, Any]]:
    kept = session.scalars(
        select(Appointment).where(Appointment.case_id == person.case.id).order_by(Appointment.id)
    )
    return [
        {
            "kind": row.kind,
            "local_start": row.local_start.isoformat(),
            "time_zone": row.time_zone,
            "status": row.status,
        }
        for row in kept
    ]


def _notes(session: Session, case: Case, author_id: uuid.UUID | None) -> Gathered:
    """The signed notes of one author, under the notes' own key."""
    found = session.execute(
        select(CounsellingNoteKey, CounsellingNote)
        .join(CounsellingNote.key)
        .where(
            CounsellingNoteKey.case_id == case.id,
            CounsellingNoteKey.author_id == author_id,
            CounsellingNote.state == "signed",
        )
        .order_by(CounsellingNote.id)
    ).all()
    if not found:
        message = "This person has no signed counselling notes in this case."
        raise ValidationFailed(FieldError("/notes_author_id", "unknown", message))
    key = found[0].CounsellingNoteKey
    vault = counselling_note_keys.vault_of(session, key)
    notes = [
        {
            "signed_at": row.CounsellingNote.signed_at.isoformat(),
            "text": counselling_note_keys.text_of(row.CounsellingNote, vault),
        }
        for row in found
    ]
    return Gathered({NOTES: notes}, vault, key.id)


READERS: Mapping[str, Callable[[Session, Person], Any]] = {
    "identity": _identity,
    "contact": _contact,
    "intake": _intake,
    "assessments": _assessments,
    "plan": _plan,
    "appointments": _appointments,
}
