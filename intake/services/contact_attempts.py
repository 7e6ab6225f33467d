"""How often was a person sought, how, and what came of it? A log that is only added to.

The moves that say "nobody was reached" and "lost to follow-up" count what stands here.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import FieldError, NotFound, ValidationFailed
from intake.models import Case, Client, ContactAttempt
from intake.services import (
    audit,
    cases,
    relations,
    reminder_failures,
    sealed_text,
    timelines,
)
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "contact_attempts.sealed"
# Written down late, an attempt still counts; older than this it is a slip of the pen.
OLDEST = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NewAttempt:
    """One try to reach a person at a moment (clinic time); `note` is stored sealed."""

    at: dt.datetime
    channel: str
    outcome: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """An attempt as staff read it. Never changed, so its first version is its only one."""

    id: uuid.UUID
    case_id: uuid.UUID
    state: str
    at: dt.datetime
    channel: str
    outcome: str
    made_by: uuid.UUID
    note: str | None
    version: int = 1


def record(
    session: Session, case_id: uuid.UUID, order: NewAttempt, *, actor: Actor, now: dt.datetime
) -> AttemptView:
    """Write down one more attempt; who was reached needs no reminder that failed before.

    Raises as `relations.require`, ValidationFailed for its time, Conflict when the case has ended.
    """
    case, client = _load(session, case_id, actor)
    cases.require_open(session, case)
    if not now - OLDEST <= order.at <= now:
        message = f"Enter a time that has passed, within the last {OLDEST.days} days."
        raise ValidationFailed(FieldError("/at", "out_of_range", message))
    row = ContactAttempt(
        site_id=case.site_id,
        case_id=case.id,
        at=order.at,
        channel=order.channel,
        outcome=order.outcome,
        made_by=actor.staff_id,
    )
    vault = vault_of(session, client)
    if order.note is not None:
        row.sealed = sealed_text.seal(FIELD, row.id, {"note": order.note}, vault)
    session.add(row)
    audit.record(
        session,
        Event("contact_attempt", "create", "C", row=row, client_id=client.id, sensitivity="P1"),
    )
    reminder_failures.settle_by(session, row, case)
    return _view(row, order.note)


def list_page(
    session: Session, case_id: uuid.UUID, wanted: timelines.Wanted, *, actor: Actor
) -> timelines.Timeline[AttemptView]:
    """Attempts of a case, the earliest first; it is recorded. Raises as `relations.require`."""
    case, client = _load(session, case_id, actor)
    vault, columns = vault_of(session, client), ContactAttempt.__table__.c

    def show(row: ContactAttempt) -> AttemptView:
        return _view(row, sealed_text.opened(FIELD, row.id, row.sealed, vault).get("note"))

    page = timelines.fetch(
        session,
        select(ContactAttempt).where(ContactAttempt.case_id == case.id),
        order=timelines.Order(columns.at, columns.id),
        wanted=wanted,
        show=lambda row: show(row.ContactAttempt),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "contact_attempt", shown, client_id=client.id, sensitivity="P1")
    return page


def _load(session: Session, case_id: uuid.UUID, actor: Actor) -> tuple[Case, Client]:
    """A case and its person, in one statement. Raises as `relations.require`."""
    row = session.execute(
        select(Case, Client, relations.DRAFT_AUTHOR).join(Case.client).where(Case.id == case_id)
    ).one_or_none()
    if row is None:
        raise NotFound("case")
    relations.require(
        session, actor, Permission.REFERRAL_WORK, row.Case, others=(row.draft_author,)
    )
    return row.Case, row.Client


def _view(row: ContactAttempt, note: str | None) -> AttemptView:
    return AttemptView(
        id=row.id,
        case_id=row.case_id,
        state=row.outcome,
        at=row.at,
        channel=row.channel,
        outcome=row.outcome,
        made_by=row.made_by,
        note=note,
    )
