"""A place in a programme: asked for, offered, taken, ended, always under the programme's lock."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import (
    Conflict,
    FieldError,
    FieldErrors,
    NotFound,
    PreconditionFailed,
    ValidationFailed,
)
from intake.models import Case, Client, Placement, Programme
from intake.models.programmes import HOLDING
from intake.services import (
    audit,
    cases,
    closed_cases,
    placement_facts,
    places,
    relations,
    sealed_text,
    task_endings,
)
from intake.services.audit import Event
from intake.services.identity import vault_of
from intake.services.placement_views import FIELD, PlacementView, view
from intake.services.plan_orders import SHORTEST_REASON

# Action → the states it starts from, and the state it leads to.
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "offer": (("waiting",), "offered"),
    "accept": (("offered",), "accepted"),
    "decline": (("offered",), "declined"),
    "start": (("accepted",), "started"),
    "end": (("started",), "ended"),
    "withdraw": (("waiting", "offered", "accepted"), "withdrawn"),
}
# The steps that have a day of their own.
DATED = ("start", "end")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlacement:
    """A place asked for; `gap_setting` and `gap_plan` are what is done until there is one."""

    programme_id: uuid.UUID
    gap_setting: str
    gap_plan: str
    urgency: str = "routine"
    takes_inexperienced: bool = False
    inexperience_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happens with a place: an action of STEPS, the day of a dated one, the reason."""

    action: str
    on: dt.date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A place, its programme (locked), its case and its person's key."""

    row: Placement
    programme: Programme
    case: Case
    vault: Vault


def ask(
    session: Session, case_id: uuid.UUID, order: NewPlacement, *, actor: Actor, now: dt.datetime
) -> PlacementView:
    """Put a person on the waiting list; where a place is free, its task is opened at once.

    Raises as `closed_cases.writable`, ValidationFailed for a programme that doesn't take them or
    whose staff lack the experience without a reason, Conflict when it is closed.
    """
    case, client = closed_cases.writable(session, case_id, actor, Permission.PLACEMENT_WRITE)
    programme = _programme(session, order.programme_id)
    if not programme.is_open:
        raise Conflict("This programme takes nobody at present.")
    _check_experience(order, programme)
    placement_facts.refuse_unfit(
        session, case, client, programme, today=cases.local_date(now, actor)
    )
    row = Placement(
        site_id=case.site_id,
        case_id=case.id,
        programme_id=programme.id,
        state="waiting",
        urgency=order.urgency,
        waits_since=now,
        gap_setting=order.gap_setting,
        takes_inexperienced=order.takes_inexperienced,
        asked_by=actor.staff_id,
    )
    kept = Kept(row, programme, case, vault_of(session, client))
    _add_words(kept, gap_plan=order.gap_plan, inexperience_reason=order.inexperience_reason)
    session.add(row)
    _note(session, kept, "create", "C")
    places.fill(session, programme, now=now)
    return view(row, kept.vault)


def take(
    session: Session, placement_id: uuid.UUID, step: Step, *, version: int, actor: Actor,
    now: dt.datetime,
) -> PlacementView:  # fmt: skip
    """Take one step with a place; a place that becomes free is the next one's turn.

    Raises NotFound, PreconditionFailed, ValidationFailed, Conflict when the step doesn't follow,
    no place is free, or the case has ended.
    """
    kept = _load(session, placement_id, actor)
    row, today = kept.row, cases.local_date(now, actor)
    if row.version != version:
        raise PreconditionFailed(row.version)
    origins, target = STEPS[step.action]
    if row.state not in origins:
        raise Conflict(f"This place is {row.state}; to {step.action} it, it must be "
                       f"{' or '.join(origins)}.")  # fmt: skip
    if step.action == "offer":
        _refuse_full(session, kept.programme)
    if step.action in DATED:
        _date(row, step, today, ZoneInfo(actor.time_zone))
    row.state = target
    _add_words(kept, reason=step.reason)
    task_endings.end_for_placement(session, row.id, "done" if target == "offered" else "cancelled")
    _note(session, kept, step.action, "U", fields=("state",))
    session.flush()
    if target not in HOLDING:
        places.fill(session, kept.programme, now=now)
    return view(row, kept.vault)


def _programme(session: Session, programme_id: uuid.UUID) -> Programme:
    """The programme, locked. Raises ValidationFailed."""
    try:
        return places.locked(session, programme_id)
    except NotFound as error:
        message = "There is no such programme here."
        raise ValidationFailed(FieldError("/programme_id", "unknown", message)) from error


def _load(session: Session, placement_id: uuid.UUID, actor: Actor) -> Kept:
    """A place as it is once its case, then its programme, are locked. Raises as `take`.

    In the order in which the end of a case locks them: the two wait for one another.
    """
    known = session.execute(
        select(Placement.programme_id, Case)
        .join(Placement.case)
        .where(Placement.id == placement_id)
    ).one_or_none()
    if known is None:
        raise NotFound("placement")
    relations.require(session, actor, Permission.PLACEMENT_WRITE, known.Case, what="placement")
    cases.require_open(session, known.Case)
    programme = places.locked(session, known.programme_id)
    row = session.execute(
        select(Placement, Case, Client)
        .join(Placement.case)
        .join(Case.client)
        .where(Placement.id == placement_id)
        .execution_options(populate_existing=True)
    ).one()
    return Kept(row.Placement, programme, row.Case, vault_of(session, row.Client))


def _refuse_full(session: Session, programme: Programme) -> None:
    if not programme.is_open:
        raise Conflict("This programme takes nobody at present.")
    if places.held(session, programme) >= programme.capacity:
        raise Conflict(f"No place is free: all {programme.capacity} are taken or offered.")


def _check_experience(order: NewPlacement, programme: Programme) -> None:
    """Where staff don't know dissociative drugs, choosing it needs a tick and a reason."""
    errors, knows = FieldErrors(), programme.is_experienced_in_dissociatives
    if knows and (order.takes_inexperienced or order.inexperience_reason is not None):
        message = "Its staff are experienced; leave this out."
        errors.add("/takes_inexperienced", "not_needed", message)
    if not knows and not order.takes_inexperienced:
        message = "Its staff have no experience with dissociative drugs: confirm that with true."
        errors.add("/takes_inexperienced", "required", message)
    if not knows and len(order.inexperience_reason or "") < SHORTEST_REASON:
        message = f"Say why all the same, in {SHORTEST_REASON} characters or more."
        errors.add("/inexperience_reason", "reason_too_short", message)
    errors.raise_if_any()


def _date(row: Placement, step: Step, today: dt.date, zone: ZoneInfo) -> None:
    """The day of a start or an end, by the days of the site: not to come, and in their order."""
    on = step.on or today
    earliest = row.started_on
    if step.action == "start":
        earliest = row.waits_since.astimezone(zone).date()
    if on > today or (earliest is not None and on < earliest):
        message = "Enter a day that has come, and not before the one it follows."
        raise ValidationFailed(FieldError("/on", "out_of_range", message))
    if step.action == "start":
        row.started_on = on
    else:
        row.ended_on = on


def _add_words(kept: Kept, **words: str | None) -> None:
    said = {name: word for name, word in words.items() if word is not None}
    if said:
        before = sealed_text.opened(FIELD, kept.row.id, kept.row.sealed, kept.vault)
        kept.row.sealed = sealed_text.seal(FIELD, kept.row.id, before | said, kept.vault)


def _note(
    session: Session, kept: Kept, subtype: str, action: str, *, fields: tuple[str, ...] = ()
) -> None:
    act = Event("placement", subtype, action, row=kept.row, client_id=kept.case.client_id)
    audit.record(session, replace(act, fields=fields, sensitivity="P2"))
