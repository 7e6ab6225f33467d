"""Where does a referral stand? Who took it, how long the person waits, and the first look.

A referral is a block of its case. It is decided by the moves of the case (on to intake, or
declined); here are the facts those moves ask for.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import Conflict, FieldError, NotFound, PreconditionFailed, ValidationFailed
from intake.models import Appointment, Case, Client, ContactAttempt
from intake.services import audit, cases, duties, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "cases.sealed"
# Days until somebody has spoken with the person: the same day, the next working days, a week. A
# product decision: the longer the wait for the first contact, the fewer people come to it.
TARGET_DAYS = {"emergency": 0, "urgent": 2, "routine": 7}
WORDS = ("reason", "referrer_name", "referrer_organisation", "referrer_contact")


@dataclass(frozen=True, slots=True)
class Triage:
    """The first look at a referral: on which day, and by `phone` or `appointment`."""

    triaged_on: dt.date
    route: str


@dataclass(frozen=True, slots=True)
class ReferralView:
    """A referral as staff read it, free text opened.

    `days_waiting` counts from the referral to the triage, or to today while there was none;
    `due_on` is the last day of the target.
    """

    case_id: uuid.UUID
    version: int
    state: str
    source: str
    referral_date: dt.date
    urgency: str
    days_waiting: int
    due_on: dt.date
    is_overdue: bool
    taken_by: uuid.UUID | None
    taken_at: dt.datetime | None
    triaged_on: dt.date | None
    triage_route: str | None
    attempts: int
    unanswered_attempts: int
    reason: str | None = None
    referrer_name: str | None = None
    referrer_organisation: str | None = None
    referrer_contact: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A case with its person, and how often the person was sought."""

    case: Case
    client: Client
    attempts: int
    unanswered: int


def read(session: Session, case_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> ReferralView:
    """The referral of a case; the read is recorded. Raises as `relations.require`."""
    found = _load(session, case_id, actor, Permission.INTAKE_READ)
    event = Event("referral", "read", "R", row=found.case, client_id=found.client.id)
    audit.record(session, event)
    return _view(session, found, cases.local_date(now, actor))


def take(
    session: Session, case_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> ReferralView:
    """Take an open referral on. Raises as `_open`; Conflict when a colleague has it."""
    found = _open(session, case_id, version, actor, Permission.REFERRAL_WORK)
    holder = found.case.taken_by
    if holder == actor.staff_id:
        raise Conflict("You took this referral already.")
    if holder is not None:
        raise Conflict("A colleague took this referral; a clinical lead can give it to you.")
    return _given(session, found, actor.staff_id, "take", actor=actor, now=now)


def hand_back(
    session: Session, case_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> ReferralView:
    """Leave a referral to whoever takes it next. Raises as `_open`; Conflict for another's."""
    found = _open(session, case_id, version, actor, Permission.REFERRAL_WORK)
    if found.case.taken_by is None:
        raise Conflict("Nobody has taken this referral.")
    if found.case.taken_by not in actor.stands_for and not actor.may(Permission.CASE_ASSIGN):
        raise Conflict("A colleague took this referral; a clinical lead can give it to you.")
    return _given(session, found, None, "hand_back", actor=actor, now=now)


def reassign(
    session: Session, case_id: uuid.UUID, staff_id: uuid.UUID, *, version: int, actor: Actor,
    now: dt.datetime,
) -> ReferralView:  # fmt: skip
    """Give a referral to somebody. Raises as `_open`; ValidationFailed for who couldn't take it."""
    found = _open(session, case_id, version, actor, Permission.CASE_ASSIGN)
    duties.refuse_unable(
        session, staff_id, Permission.REFERRAL_WORK, pointer="/taken_by", actor=actor
    )
    return _given(session, found, staff_id, "reassign", actor=actor, now=now)


def triage(
    session: Session, case_id: uuid.UUID, order: Triage, *, version: int, actor: Actor,
    now: dt.datetime,
) -> ReferralView:  # fmt: skip
    """Record the first look; a later one replaces it while the referral is open.

    Raises as `_open`; ValidationFailed for a day before the referral or ahead, and for an
    appointment where none of the case was attended on that day.
    """
    found = _open(session, case_id, version, actor, Permission.REFERRAL_WORK)
    case, today = found.case, cases.local_date(now, actor)
    if not case.referral_date <= order.triaged_on <= today:
        message = "Enter a day from the referral to today."
        raise ValidationFailed(FieldError("/triaged_on", "out_of_range", message))
    if order.route == "appointment" and not _was_seen(session, case, order.triaged_on):
        message = "No appointment was attended on that day; record its attendance first."
        raise ValidationFailed(FieldError("/triaged_on", "not_attended", message))
    case.triaged_on, case.triage_route = order.triaged_on, order.route
    return _changed(session, found, "triage", ("triaged_on", "triage_route"), actor, now)


def due_on(case: Case) -> dt.date:
    """The last day on which the person should have been spoken with."""
    return case.referral_date + dt.timedelta(days=TARGET_DAYS[case.referral_urgency])


def _given(
    session: Session, found: _Found, to: uuid.UUID | None, act: str, *, actor: Actor,
    now: dt.datetime,
) -> ReferralView:  # fmt: skip
    found.case.taken_by, found.case.taken_at = to, now if to else None
    return _changed(session, found, act, ("taken_by",), actor, now)


def _changed(
    session: Session, found: _Found, act: str, fields: tuple[str, ...], actor: Actor,
    now: dt.datetime,
) -> ReferralView:  # fmt: skip
    whose = found.client.id
    audit.record(
        session, Event("referral", act, "U", row=found.case, client_id=whose, fields=fields)
    )
    session.flush()
    return _view(session, found, cases.local_date(now, actor))


def _load(session: Session, case_id: uuid.UUID, actor: Actor, permission: Permission) -> _Found:
    """A case with its person and attempts, in one statement. Raises as `relations.require`."""
    counts = (
        select(
            func.jsonb_build_array(
                func.count(), func.count().filter(ContactAttempt.outcome != "reached")
            )
        )
        .where(ContactAttempt.case_id == Case.id, ContactAttempt.site_id == Case.site_id)
        .correlate(Case)
        .scalar_subquery()
    )
    row = session.execute(
        select(Case, Client, counts.label("counts"), relations.DRAFT_AUTHOR)
        .join(Case.client)
        .where(Case.id == case_id)
    ).one_or_none()
    if row is None:
        raise NotFound("case")
    relations.require(session, actor, permission, row.Case, others=(row.draft_author,))
    return _Found(row.Case, row.Client, *row.counts)


def _open(
    session: Session, case_id: uuid.UUID, version: int, actor: Actor, permission: Permission
) -> _Found:
    """A referral that nobody decided yet. Raises as `_load`, PreconditionFailed, Conflict."""
    found = _load(session, case_id, actor, permission)
    if found.case.version != version:
        raise PreconditionFailed(found.case.version)
    if found.case.state != "referred":
        raise Conflict(f"This referral was decided; the case is {found.case.state}.")
    return found


def _was_seen(session: Session, case: Case, day: dt.date) -> bool:
    found = session.execute(
        select(Appointment.id)
        .where(
            Appointment.case_id == case.id,
            Appointment.status.in_(("arrived", "fulfilled")),
            func.date(Appointment.local_start) == day,
        )
        .limit(1)
    )
    return found.first() is not None


def _view(session: Session, found: _Found, today: dt.date) -> ReferralView:
    case = found.case
    words = sealed_text.opened(FIELD, case.id, case.sealed, vault_of(session, found.client))
    until = case.triaged_on or today
    return ReferralView(
        case_id=case.id,
        version=case.version,
        state=case.state,
        source=case.referral_source,
        referral_date=case.referral_date,
        urgency=case.referral_urgency,
        days_waiting=(until - case.referral_date).days,
        due_on=due_on(case),
        is_overdue=until > due_on(case),
        taken_by=case.taken_by,
        taken_at=case.taken_at,
        triaged_on=case.triaged_on,
        triage_route=case.triage_route,
        attempts=found.attempts,
        unanswered_attempts=found.unanswered,
        **{name: words.get(name) for name in WORDS},
    )
