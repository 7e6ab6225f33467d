"""The use log: days of use as the person tells them, and the days without in between."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import use_log
from intake.clinical.use_log import UseSummary
from intake.crypto import Vault
from intake.errors import Conflict, FieldError, NotFound, PreconditionFailed, ValidationFailed
from intake.models import Case, Client, UseEntry
from intake.services import audit, cases, closed_cases, pages, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "use_entries.sealed"
# A day counts once, so this is more than ten years of every day.
MOST_DAYS = 4000


@dataclass(frozen=True, slots=True)
class NewUseEntry:
    """A day of use, grams 0 to 50; `context` is what it was like, in words."""

    used_on: dt.date
    substance: str
    grams: decimal.Decimal | None = None
    is_binge: bool = False
    context: str | None = None


@dataclass(frozen=True, slots=True)
class UseEntryView:
    """A day of use; `pattern` is lapse, relapse or continued_use, None when entered in error."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    used_on: dt.date
    substance: str
    grams: decimal.Decimal | None
    is_binge: bool
    context: str | None
    error_reason: str | None
    pattern: str | None
    recorded_by: uuid.UUID
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SubstanceUse:
    """What the log says of one substance today."""

    substance: str
    summary: UseSummary


@dataclass(frozen=True, slots=True)
class UseOverview:
    """The log of a case today, each substance that was written down."""

    as_of: dt.date
    substances: tuple[SubstanceUse, ...]


def record(
    session: Session, case_id: uuid.UUID, order: NewUseEntry, *, actor: Actor, now: dt.datetime
) -> UseEntryView:
    """Write down a day of use. Raises as `closed_cases.writable`, ValidationFailed."""
    if order.used_on > cases.local_date(now, actor):
        message = "Enter today or an earlier day."
        raise ValidationFailed(FieldError("/used_on", "in_future", message))
    case, client = closed_cases.writable(session, case_id, actor, Permission.PROGRESS_WRITE)
    entry = UseEntry(
        site_id=case.site_id,
        case_id=case.id,
        used_on=order.used_on,
        substance=order.substance,
        grams=order.grams,
        is_binge=order.is_binge,
        state="recorded",
        recorded_by=actor.staff_id,
    )
    vault = vault_of(session, client)
    if order.context is not None:
        words = {"context": order.context}
        entry.sealed = sealed_text.seal(FIELD, entry.id, words, vault)
    session.add(entry)
    audit.record(session, _event(entry, case, "create", "C"))
    session.flush()
    days = _days(session, case.id, order.substance)
    return _view(entry, vault, days)


def enter_in_error(
    session: Session, entry_id: uuid.UUID, reason: str, *, version: int, actor: Actor
) -> UseEntryView:
    """Say that an entry was a mistake: it stays readable and counts nowhere.

    Raises NotFound, PreconditionFailed, Conflict when it was said before or the case has ended.
    """
    row = session.execute(
        select(UseEntry, Case, Client)
        .join(UseEntry.case)
        .join(Case.client)
        .where(UseEntry.id == entry_id)
    ).one_or_none()
    if row is None:
        raise NotFound("use entry")
    entry: UseEntry = row.UseEntry
    relations.require(session, actor, Permission.PROGRESS_WRITE, row.Case, what="use entry")
    if entry.version != version:
        raise PreconditionFailed(entry.version)
    if entry.state != "recorded":
        raise Conflict("This entry is marked as entered in error already.")
    cases.require_open(session, row.Case)
    vault = vault_of(session, row.Client)
    words = sealed_text.opened(FIELD, entry.id, entry.sealed, vault)
    entry.sealed = sealed_text.seal(FIELD, entry.id, words | {"error_reason": reason}, vault)
    entry.state = "entered_in_error"
    fields = ("state", "error_reason")
    audit.record(session, _event(entry, row.Case, "enter_in_error", "U", fields=fields))
    session.flush()
    return _view(entry, vault, frozenset())


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor,
    substance: str | None = None,
) -> pages.Page[UseEntryView]:  # fmt: skip
    """The entries of a case, the latest written first, those in error marked; it is recorded.

    Raises as `relations.require`.
    """
    case, client = cases.get_with_client(session, case_id)
    relations.require(session, actor, Permission.PROGRESS_READ, case)
    vault, days = vault_of(session, client), _days_by_substance(session, case.id)
    query = select(UseEntry.id.label("id"), UseEntry).where(UseEntry.case_id == case.id)
    if substance is not None:
        query = query.where(UseEntry.substance == substance)
    page = pages.fetch(
        session,
        query,
        key=UseEntry.__table__.c.id,
        wanted=wanted,
        show=lambda row: _view(row.UseEntry, vault, days.get(row.UseEntry.substance, frozenset())),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "use_entry", shown, client_id=case.client_id, sensitivity="P2")
    return page


def overview(
    session: Session, case_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> UseOverview:
    """Days without use, earlier stretches and use days of each substance; it is recorded.

    Raises as `relations.require`.
    """
    case = relations.case(session, case_id, actor, Permission.PROGRESS_READ)
    today = cases.local_date(now, actor)
    found = [
        SubstanceUse(substance, told)
        for substance, days in sorted(_days_by_substance(session, case.id).items())
        if (told := use_log.summary(days, today)) is not None
    ]
    audit.record(
        session,
        Event("use_entry", "list", "R", client_id=case.client_id, sensitivity="P2"),
    )
    return UseOverview(today, tuple(found))


def _days(session: Session, case_id: uuid.UUID, substance: str) -> frozenset[dt.date]:
    return _days_by_substance(session, case_id).get(substance, frozenset())


def _days_by_substance(session: Session, case_id: uuid.UUID) -> dict[str, frozenset[dt.date]]:
    """Days of use of each substance, without what was entered in error; in one statement."""
    found = session.execute(
        select(UseEntry.substance, UseEntry.used_on)
        .where(UseEntry.case_id == case_id, UseEntry.state == "recorded")
        .distinct()
        .order_by(UseEntry.used_on.desc(), UseEntry.substance)
        .limit(MOST_DAYS)
    )
    days: dict[str, set[dt.date]] = {}
    for row in found:
        days.setdefault(row.substance, set()).add(row.used_on)
    return {name: frozenset(one) for name, one in days.items()}


def _event(
    entry: UseEntry, case: Case, subtype: str, action: str, *, fields: tuple[str, ...] = ()
) -> Event:
    return Event(
        "use_entry",
        subtype,
        action,
        row=entry,
        client_id=case.client_id,
        fields=fields,
        sensitivity="P2",
    )


def _view(entry: UseEntry, vault: Vault, days: frozenset[dt.date]) -> UseEntryView:
    words = sealed_text.opened(FIELD, entry.id, entry.sealed, vault)
    counts = entry.state == "recorded"
    return UseEntryView(
        id=entry.id,
        version=entry.version,
        state=entry.state,
        case_id=entry.case_id,
        used_on=entry.used_on,
        substance=entry.substance,
        grams=entry.grams,
        is_binge=entry.is_binge,
        context=words.get("context"),
        error_reason=words.get("error_reason"),
        pattern=use_log.pattern(days, entry.used_on) if counts else None,
        recorded_by=entry.recorded_by,
        created_at=entry.created_at,
    )
