"""How is what somebody typed kept until they send it? Sealed, for them alone, for a week.

Kept is the form as it stands, wrong or half done, because nothing of it was done yet: the record
knows only what was sent. What is about a person on record is sealed with that person's key, so
that it ends with it; what is about nobody yet, with the application's.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from intake import clock, database
from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import IntegrityBroken, NotFound
from intake.models import (
    Alert,
    Appointment,
    Assessment,
    Case,
    CaseProposal,
    Client,
    Intake,
    PlanDecision,
    ProgressNote,
    Task,
    UnsentForm,
)
from intake.services import audit, relations, sessions
from intake.services.audit import Event
from intake.services.identity import vault_of
from intake.services.relations import DRAFT_AUTHOR

log = structlog.get_logger()
FIELD = "unsent_forms.sealed"
LASTS = dt.timedelta(days=7)
#: As long as a session lasts that nobody uses: a pause over this begins a new sitting.
PAUSE = sessions.IDLE
Fields = tuple[tuple[str, str], ...]
#: Which row of which table an address names, and the column of who has to do with that very row.
OWNERS: dict[str, tuple[Any, Any]] = {
    "alert_id": (Alert, Alert.acknowledged_by),
    "appointment_id": (Appointment, Appointment.staff_id),
    "assessment_id": (Assessment, Assessment.assessed_by),
    "intake_id": (Intake, Intake.author_id),
    "note_id": (ProgressNote, ProgressNote.author_id),
    "opinion_id": (Task, Task.owner_id),
    "plan_id": (PlanDecision, PlanDecision.decided_by),
    "proposal_id": (CaseProposal, CaseProposal.proposed_by),
    "task_id": (Task, Task.owner_id),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form is: its address, who may send it, and which row it is about, if any.

    `about` is the name of an identifier in the address, as in OWNERS or `case_id`, and its value.
    """

    address: str
    permission: Permission
    about: tuple[str, uuid.UUID] | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands in a form that wasn't sent: names and texts in order, and since when."""

    fields: Fields
    at: dt.datetime


def find(session: Session, address: str, *, actor: Actor) -> Kept | None:
    """What the actor typed there and has not sent, in one statement; None where that is nothing.

    Of somebody erased since, and where the stored value can't be trusted, nothing is left.
    """
    row = session.execute(
        select(UnsentForm, Client)
        .outerjoin(
            Client, (Client.site_id == UnsentForm.site_id) & (Client.id == UnsentForm.client_id)
        )
        .where(
            UnsentForm.id == _row(actor, address),
            UnsentForm.sealed.is_not(None),
            UnsentForm.expires_at > clock.machine_now(),
        )
    ).one_or_none()
    if row is None:
        return None
    stored: UnsentForm = row.UnsentForm
    try:
        said = _vault(session, row.Client).open_optional(FIELD, stored.id, stored.sealed)
    except IntegrityBroken:
        log.exception("an unsent form can't be opened", unsent_form_id=str(stored.id))
        return None
    if said is None or stored.kept_at is None:
        return None
    return Kept(tuple((name, value) for name, value in json.loads(said)), stored.kept_at)


def keep(
    session: Session, place: Place, typed: Fields, *, form_key: str, actor: Actor, now: dt.datetime
) -> None:
    """Keep what stands in a form now, in place of what was kept of it before.

    One event for a sitting. A form that was sent meanwhile, by its key, stays sent. Raises
    Forbidden, NotFound, BreakGlassRequired for somebody who may not send that form.
    """
    actor.require(place.permission)
    client = _client(session, place, actor)
    row_id = _row(actor, place.address)
    known = session.execute(
        select(UnsentForm.kept_at).where(UnsentForm.id == row_id)
    ).scalar_one_or_none()
    said = json.dumps(typed, ensure_ascii=False)
    values = {
        "client_id": client.id if client is not None else None,
        "sealed": _vault(session, client).seal(FIELD, row_id, said),
        "kept_at": now,
        "expires_at": clock.machine_now() + LASTS,
    }
    _write(session, place.address, values, actor, unless_sent=form_key)
    if known is not None and now - known <= PAUSE:
        audit.go_on(session)
        return
    whose = None if client is None else client.id
    audit.record(session, Event("unsent_form", "keep", "E", client_id=whose, sensitivity="P2"))


def sent(session: Session, address: str, *, form_key: str, actor: Actor) -> None:
    """That form was taken: nothing of it is left, and a late save doesn't bring it back."""
    nothing = {"client_id": None, "sealed": None, "kept_at": None, "sent_key": form_key}
    values = nothing | {"expires_at": clock.machine_now() + LASTS}
    _write(session, address, values, actor)


def clear(session: Session, address: str, *, form_key: str, actor: Actor) -> None:
    """The actor doesn't want what they typed there."""
    sent(session, address, form_key=form_key, actor=actor)
    audit.record(session, Event("unsent_form", "clear", "E", sensitivity="P2"))


def _write(
    session: Session, address: str, values: dict[str, Any], actor: Actor, *, unless_sent: str = ""
) -> None:
    """One row for the actor and the address; a form whose key was sent already changes nothing."""
    row = {
        "site_id": actor.site_id,
        "id": _row(actor, address),
        "staff_id": actor.staff_id,
        "address": address,
        "created_at": clock.machine_now(),
    }
    session.execute(
        insert(UnsentForm)
        .values(**row, **values)
        .on_conflict_do_update(
            index_elements=["site_id", "id"],
            set_=values,
            where=UnsentForm.sent_key.is_distinct_from(unless_sent),
        )
    )


def _client(session: Session, place: Place, actor: Actor) -> Client | None:
    """Whom the form is about; None for nobody on record. Raises as `relations.require`."""
    if place.about is None:
        return None
    name, value = place.about
    query: Any
    if name == "case_id":
        query = select(Case, Client, DRAFT_AUTHOR).join(Case.client).where(Case.id == value)
    else:
        model, person = OWNERS[name]
        of_case = (Case.site_id == model.site_id) & (Case.id == model.case_id)
        query = (
            select(Case, Client, DRAFT_AUTHOR, person.label("person"))
            .select_from(model)
            .outerjoin(Case, of_case)
            .outerjoin(Case.client)
            .where(model.id == value)
        )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(name.removesuffix("_id"))
    if row.Case is None:
        return None
    others = (row.draft_author, getattr(row, "person", None))
    relations.require(session, actor, place.permission, row.Case, others=others)
    client: Client = row.Client
    return client


def _vault(session: Session, client: Client | None) -> Vault:
    return (
        database.keyring(session).application_vault()
        if client is None
        else vault_of(session, client)
    )


def _row(actor: Actor, address: str) -> uuid.UUID:
    """The row of a person and an address; it can't be found from either alone."""
    said = actor.site_id.bytes + actor.staff_id.bytes + address.encode()
    return uuid.UUID(bytes=hashlib.sha256(said).digest()[:16])
