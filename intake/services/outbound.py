"""Asking another service: a referral is planned, leaves with consent, and ends with its result."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import Conflict, FieldError, FieldErrors, PreconditionFailed, ValidationFailed
from intake.models import OutboundReferral
from intake.services import audit, cases, closed_cases, outbound_consent, task_endings
from intake.services.audit import Event
from intake.services.identity import vault_of
from intake.services.outbound_consent import Leave
from intake.services.outbound_views import Kept, OutboundView, add_words, load, view, words_of

CLOSED = ("closed", "cancelled")
# Further away than this is a mistake.
FURTHEST = dt.timedelta(days=730)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOutbound:
    """A request to another service; `due_by` is the day to be seen by."""

    kind: str
    due_by: dt.date
    urgency: str = "routine"
    adjunct: str | None = None
    recipient: str | None = None
    request: str | None = None


@dataclass(frozen=True, slots=True)
class OutboundChange:
    """The given fields of a referral that is open; `seen_on` says that the person was seen."""

    given: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How it leaves: `sent_on` None means today."""

    leave: Leave
    sent_on: dt.date | None = None
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came back, and on which day the person was seen."""

    result: str
    seen_on: dt.date | None = None


def plan(
    session: Session, case_id: uuid.UUID, order: NewOutbound, *, actor: Actor, now: dt.datetime
) -> OutboundView:
    """Plan a referral; nothing leaves yet. Raises as `closed_cases.writable`, ValidationFailed."""
    _refuse_day("/due_by", order.due_by, cases.local_date(now, actor))
    case, client = closed_cases.writable(session, case_id, actor, Permission.CARE_WRITE)
    row = OutboundReferral(
        site_id=case.site_id,
        case_id=case.id,
        kind=order.kind,
        adjunct=order.adjunct,
        urgency=order.urgency,
        due_by=order.due_by,
        state="planned",
        created_by=actor.staff_id,
    )
    kept = Kept(row, case, client, vault_of(session, client))
    add_words(kept, recipient=order.recipient, request=order.request)
    session.add(row)
    _note(session, kept, "plan", "C")
    session.flush()
    return view(kept)


def change(
    session: Session, referral_id: uuid.UUID, order: OutboundChange, *, version: int, actor: Actor,
    now: dt.datetime,
) -> OutboundView:  # fmt: skip
    """Change what is known of an open referral; with `seen_on` a sent one becomes seen.

    Raises NotFound, PreconditionFailed, ValidationFailed, Conflict when it is closed or the case
    has ended.
    """
    kept = _open(session, referral_id, version, actor)
    cases.require_open(session, kept.case)
    given, row = order.given, kept.row
    today = cases.local_date(now, actor)
    _check_change(kept, given, today)
    _ask_anew(session, kept, given)
    for name in ("due_by", "urgency", "appointment_on"):
        if name in given:
            setattr(row, name, given[name])
    if "seen_on" in given:
        row.seen_on, row.state = given["seen_on"], "seen"
    add_words(kept, **{name: given[name] for name in ("recipient", "request") if name in given})
    is_changed = session.is_modified(row)
    act, action = ("update", "U") if is_changed else ("read", "R")
    _note(session, kept, act, action, fields=tuple(given))
    session.flush()
    return view(kept)


def send(
    session: Session, referral_id: uuid.UUID, order: Sending, *, version: int, actor: Actor,
    now: dt.datetime,
) -> OutboundView:  # fmt: skip
    """Say that it left, on what the person agreed to or why without.

    Raises NotFound, PreconditionFailed, ConsentRequired, ValidationFailed, Conflict when it left
    already or the case has ended.
    """
    kept = _open(session, referral_id, version, actor)
    cases.require_open(session, kept.case)
    if kept.row.state != "planned":
        raise Conflict(f"This referral is {kept.row.state}; it left already.")
    today = cases.local_date(now, actor)
    sent_on = order.sent_on or today
    if not kept.row.created_at.date() - dt.timedelta(days=1) <= sent_on <= today:
        message = "Enter a day from when it was planned until today."
        raise ValidationFailed(FieldError("/sent_on", "out_of_range", message))
    add_words(kept, recipient=order.recipient)
    if "recipient" not in words_of(kept):
        message = "Say who is asked: the service and, where known, the person there."
        raise ValidationFailed(FieldError("/recipient", "required", message))
    zone = ZoneInfo(actor.time_zone)
    outbound_consent.allow(session, kept, order.leave, sent_on=sent_on, zone=zone)
    kept.row.state, kept.row.sent_on, kept.row.overdue_at = "sent", sent_on, None
    _end_tasks(session, kept, "done")
    changed = ("state", "sent_on", "consent_basis", "disclosure_consent_id")
    _note(session, kept, "send", "U", fields=changed)
    session.flush()
    return view(kept)


def receive_result(
    session: Session, referral_id: uuid.UUID, order: Result, *, version: int, actor: Actor,
    now: dt.datetime,
) -> OutboundView:  # fmt: skip
    """Write down what came back: that closes it, also after the case has ended.

    Raises NotFound, PreconditionFailed, ValidationFailed, Conflict when it never left or is closed.
    """
    kept = _open(session, referral_id, version, actor)
    if kept.row.state == "planned":
        raise Conflict("This referral didn't leave yet; send it first.")
    if order.seen_on is not None:
        _check_seen(kept, order.seen_on, cases.local_date(now, actor))
        kept.row.seen_on = order.seen_on
    kept.row.state = "closed"
    add_words(kept, result=order.result)
    _end_tasks(session, kept, "done")
    _note(session, kept, "close", "U", fields=("state", "seen_on", "result"))
    session.flush()
    return view(kept)


def cancel(
    session: Session, referral_id: uuid.UUID, reason: str, *, version: int, actor: Actor
) -> OutboundView:
    """Call it off with a reason, also after the case has ended. Raises as `receive_result`."""
    kept = _open(session, referral_id, version, actor)
    kept.row.state = "cancelled"
    add_words(kept, cancel_reason=reason)
    _end_tasks(session, kept, "cancelled")
    _note(session, kept, "cancel", "U", fields=("state", "cancel_reason"))
    session.flush()
    return view(kept)


def _open(session: Session, referral_id: uuid.UUID, version: int, actor: Actor) -> Kept:
    """A referral that is neither closed nor called off. Raises Conflict, PreconditionFailed."""
    kept = load(session, referral_id, actor, Permission.CARE_WRITE)
    if kept.row.version != version:
        raise PreconditionFailed(kept.row.version)
    if kept.row.state in CLOSED:
        raise Conflict(f"This referral is {kept.row.state}; plan another one if it is needed.")
    return kept


def _check_change(kept: Kept, given: dict[str, Any], today: dt.date) -> None:
    if "due_by" in given:
        _refuse_day("/due_by", given["due_by"], today)
    if "seen_on" in given:
        _check_seen(kept, given["seen_on"], today)
    if given.get("appointment_on") is not None and kept.row.sent_on is None:
        message = "There is an appointment once it was sent."
        raise ValidationFailed(FieldError("/appointment_on", "not_sent", message))


def _ask_anew(session: Session, kept: Kept, given: dict[str, Any]) -> None:
    """Another day for what didn't leave, or a visit there: it is asked after by that from now on.

    What was asked until now is answered. Of one that left the day decides nothing.
    """
    row = kept.row
    is_postponed = row.state == "planned" and given.get("due_by", row.due_by) != row.due_by
    if is_postponed or ("seen_on" in given and row.state == "sent"):
        row.overdue_at = None
        _end_tasks(session, kept, "done")


def _check_seen(kept: Kept, seen_on: dt.date, today: dt.date) -> None:
    """Somebody is seen between the day it left and today."""
    if kept.row.sent_on is None or not kept.row.sent_on <= seen_on <= today:
        message = "Enter a day from when it was sent until today."
        raise ValidationFailed(FieldError("/seen_on", "out_of_range", message))


def _refuse_day(pointer: str, day: dt.date, today: dt.date) -> None:
    errors = FieldErrors()
    if not today <= day <= today + FURTHEST:
        errors.add(pointer, "out_of_range", "Enter today or a later day, within two years.")
    errors.raise_if_any()


def _end_tasks(session: Session, kept: Kept, state: str) -> None:
    task_endings.end_for_referral(session, kept.row.id, state)


def _note(
    session: Session, kept: Kept, subtype: str, action: str, *, fields: tuple[str, ...] = ()
) -> None:
    act = Event("outbound_referral", subtype, action, row=kept.row, client_id=kept.client.id)
    audit.record(session, replace(act, fields=fields, sensitivity="P2"))
