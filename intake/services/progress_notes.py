"""Progress notes of a case: drafted by one person, signed by the same, added to afterwards."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical.progress_notes import section_errors
from intake.errors import (
    Conflict,
    FieldError,
    FieldErrors,
    Forbidden,
    PreconditionFailed,
    ValidationFailed,
)
from intake.models import Appointment, Case, Client, Goal, ProgressNote
from intake.services import audit, cases, closed_cases, progress_note_views, sealed_text
from intake.services.identity import vault_of
from intake.services.progress_note_views import FIELD, Kept, NoteView, loaded, view

DETAILS = ("appointment_id", "minutes", "mode", "goal_ids", "risk_changed", "confidentiality")


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note to begin. `sections` are those of its format; the others may come later."""

    format: str
    sections: Mapping[str, str]
    appointment_id: uuid.UUID | None = None
    minutes: int | None = None
    mode: str | None = None
    goal_ids: tuple[uuid.UUID, ...] = ()
    risk_changed: bool = False
    confidentiality: str = "normal"


@dataclass(frozen=True, slots=True)
class NoteChange:
    """A draft anew: given sections replace theirs; `details` are the fields that were sent."""

    sections: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a note is written: case, person, and the note it adds to."""

    case: Case
    client: Client
    addendum_to: uuid.UUID | None = None


def write(
    session: Session, case_id: uuid.UUID, order: NewNote, *, actor: Actor, now: dt.datetime
) -> NoteView:
    """Begin a draft. Raises as `closed_cases.writable`, ValidationFailed."""
    case, client = closed_cases.writable(session, case_id, actor, Permission.NOTE_WRITE)
    return _drafted(session, Place(case, client), order, actor=actor, now=now)


def change(
    session: Session, note_id: uuid.UUID, order: NoteChange, *, version: int, actor: Actor
) -> NoteView:
    """Change one's own draft.

    Raises NotFound, PreconditionFailed, ValidationFailed, Conflict once it is signed.
    """
    kept = _own_draft(session, note_id, version, actor)
    _refuse_sections(kept.note.format, order.sections, whole=False)
    _refuse_appointment(session, kept.case, order.details.get("appointment_id"))
    _refuse_goals(session, kept.case, order.details.get("goal_ids", ()))
    for name, value in order.details.items():
        setattr(kept.note, name, list(value) if name == "goal_ids" else value)
    if order.sections:
        vault = vault_of(session, kept.client)
        words = sealed_text.opened(FIELD, kept.note.id, kept.note.sealed, vault)
        kept.note.sealed = sealed_text.seal(
            FIELD, kept.note.id, words | dict(order.sections), vault
        )
    changed = (*order.details, *(("sections",) if order.sections else ()))
    _note(session, kept, "save", "U", fields=changed)
    session.flush()
    return view(session, kept)


def sign(
    session: Session, note_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> NoteView:
    """Sign one's own draft for good. Raises as `change`; ValidationFailed names what is missing."""
    kept = _own_draft(session, note_id, version, actor)
    words = sealed_text.opened(
        FIELD, kept.note.id, kept.note.sealed, vault_of(session, kept.client)
    )
    _refuse_sections(kept.note.format, words, whole=True)
    kept.note.state, kept.note.signed_at = "signed", now
    _note(session, kept, "sign", "U", fields=("state", "signed_at"))
    session.flush()
    return view(session, kept)


def finish(
    session: Session, note_id: uuid.UUID, order: NoteChange, *, version: int, actor: Actor,
    now: dt.datetime,
) -> NoteView:  # fmt: skip
    """Change one's own draft and sign it, as two acts on two versions. Raises as both."""
    kept = change(session, note_id, order, version=version, actor=actor)
    audit.settle(session)
    return sign(session, note_id, version=kept.version, actor=actor, now=now)


def amend(
    session: Session, note_id: uuid.UUID, order: NewNote, *, version: int, actor: Actor,
    now: dt.datetime,
) -> NoteView:  # fmt: skip
    """Begin an addendum to a signed note, in one's own name; the note itself stays as it is.

    Raises NotFound, PreconditionFailed, ValidationFailed, Conflict for a draft or a closed case.
    """
    kept = loaded(session, note_id, actor, Permission.NOTE_WRITE)
    if kept.note.version != version:
        raise PreconditionFailed(kept.note.version)
    if kept.note.state != "signed":
        raise Conflict("This note is a draft; its author changes it until it is signed.")
    cases.require_open(session, kept.case)
    _refuse_second_addendum(session, kept, actor)
    same = replace(order, confidentiality=kept.note.confidentiality)
    return _drafted(
        session, Place(kept.case, kept.client, kept.note.id), same, actor=actor, now=now
    )


def _drafted(
    session: Session, place: Place, order: NewNote, *, actor: Actor, now: dt.datetime
) -> NoteView:
    case, client = place.case, place.client
    _refuse_sections(order.format, order.sections, whole=False)
    _refuse_appointment(session, case, order.appointment_id)
    _refuse_goals(session, case, order.goal_ids)
    note = ProgressNote(
        site_id=case.site_id,
        case_id=case.id,
        author_id=actor.staff_id,
        format=order.format,
        appointment_id=order.appointment_id,
        minutes=order.minutes,
        mode=order.mode,
        goal_ids=list(order.goal_ids),
        risk_changed=order.risk_changed,
        confidentiality=order.confidentiality,
        addendum_to=place.addendum_to,
        state="draft",
        drafted_at=now,
    )
    vault = vault_of(session, client)
    note.sealed = sealed_text.seal(FIELD, note.id, dict(order.sections), vault)
    session.add(note)
    kept = Kept(note, case, client)
    _note(session, kept, "create" if place.addendum_to is None else "amend", "C")
    session.flush()
    return view(session, kept)


def _own_draft(session: Session, note_id: uuid.UUID, version: int, actor: Actor) -> Kept:
    """One's own draft of a case that is open."""
    kept = loaded(session, note_id, actor, Permission.NOTE_WRITE)
    if kept.note.version != version:
        raise PreconditionFailed(kept.note.version)
    if kept.note.state != "draft":
        raise Conflict("This note is signed; write an addendum with …/actions/amend.")
    if kept.note.author_id != actor.staff_id:
        raise Forbidden("A draft is changed and signed by its author alone.")
    cases.require_open(session, kept.case)
    return kept


def _refuse_second_addendum(session: Session, kept: Kept, actor: Actor) -> None:
    """One unsigned addendum of a person at a time: a request sent twice begins one. Conflict."""
    begun = session.execute(
        select(ProgressNote.id).where(
            ProgressNote.addendum_to == kept.note.id,
            ProgressNote.author_id == actor.staff_id,
            ProgressNote.state == "draft",
        )
    )
    if begun.first() is not None:
        raise Conflict("You have an unsigned addendum to this note; finish that one first.")


def _refuse_sections(format_: str, sections: Mapping[str, str], *, whole: bool) -> None:
    found = tuple(section_errors(format_, sections, whole=whole))
    if found:
        raise ValidationFailed(*found)


def _refuse_appointment(session: Session, case: Case, appointment_id: uuid.UUID | None) -> None:
    """A note tells of an appointment of its own case. Raises ValidationFailed."""
    if appointment_id is None:
        return
    known = session.execute(
        select(Appointment.id).where(
            Appointment.id == appointment_id, Appointment.case_id == case.id
        )
    )
    if known.first() is None:
        message = "This case has no such appointment."
        raise ValidationFailed(FieldError("/appointment_id", "unknown", message))


def _refuse_goals(session: Session, case: Case, goal_ids: Sequence[uuid.UUID]) -> None:
    """A note works towards goals of its own case, each named once. Raises ValidationFailed."""
    if not goal_ids:
        return
    known = set(
        session.scalars(select(Goal.id).where(Goal.id.in_(goal_ids), Goal.case_id == case.id))
    )
    errors = FieldErrors()
    for place, goal_id in enumerate(goal_ids):
        if goal_id not in known:
            errors.add(f"/goal_ids/{place}", "unknown", "This case has no such goal.")
        elif goal_id in goal_ids[:place]:
            errors.add(f"/goal_ids/{place}", "repeated", "Name each goal once.")
    errors.raise_if_any()


def _note(
    session: Session, kept: Kept, subtype: str, action: str, *, fields: tuple[str, ...] = ()
) -> None:
    audit.record(session, progress_note_views.event(kept, subtype, action, fields=fields))
