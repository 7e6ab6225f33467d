"""Drug screens: what a sample showed. A result is told to nobody and moves nothing by itself."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical.drug_screens import confirmation_errors, screen_errors
from intake.crypto import Vault
from intake.errors import Conflict, FieldError, NotFound, PreconditionFailed, ValidationFailed
from intake.models import Case, Client, DrugScreen
from intake.services import audit, cases, closed_cases, pages, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "drug_screens.sealed"


@dataclass(frozen=True, slots=True)
class NewScreen:
    """A sample: `results` has each analyte that was asked for, and what was found.

    With `laboratory` a confirmation was requested there.
    """

    collected_at: dt.datetime
    is_observed: bool
    results: Mapping[str, str]
    laboratory: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a laboratory found, for some or all of the analytes of the screen."""

    results: Mapping[str, str]
    laboratory: str | None = None


@dataclass(frozen=True, slots=True)
class ScreenView:
    """A screen as staff read it."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    collected_at: dt.datetime
    is_observed: bool
    results: Mapping[str, str]
    confirmation: str
    confirmed_results: Mapping[str, str] | None
    laboratory: str | None
    remark: str | None
    error_reason: str | None
    recorded_by: uuid.UUID
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A screen, its case and its person's key."""

    screen: DrugScreen
    case: Case
    vault: Vault


def record(
    session: Session, case_id: uuid.UUID, order: NewScreen, *, actor: Actor, now: dt.datetime
) -> ScreenView:
    """Write down a screen. Raises as `closed_cases.writable`, ValidationFailed."""
    if order.collected_at > now:
        message = "Enter the moment the sample was given; it can't be to come."
        raise ValidationFailed(FieldError("/collected_at", "in_future", message))
    _refuse(tuple(screen_errors(order.results)))
    case, client = closed_cases.writable(session, case_id, actor, Permission.PROGRESS_WRITE)
    screen = DrugScreen(
        site_id=case.site_id,
        case_id=case.id,
        collected_at=order.collected_at,
        is_observed=order.is_observed,
        results=dict(order.results),
        confirmation="none" if order.laboratory is None else "requested",
        state="recorded",
        recorded_by=actor.staff_id,
    )
    kept = Kept(screen, case, vault_of(session, client))
    _add_words(kept, laboratory=order.laboratory, remark=order.remark)
    session.add(screen)
    _note(session, kept, "create", "C")
    session.flush()
    return _view(kept)


def confirm(
    session: Session, screen_id: uuid.UUID, order: Confirmation, *, version: int, actor: Actor
) -> ScreenView:
    """Add what a laboratory found; what the screen showed stays beside it.

    Raises NotFound, PreconditionFailed, ValidationFailed for an analyte that wasn't asked for,
    Conflict when it is in error, reported already or the case has ended.
    """
    kept = _load(session, screen_id, version, actor)
    if kept.screen.confirmation == "reported":
        raise Conflict("The laboratory's results are there already; record another screen.")
    _refuse(tuple(confirmation_errors(kept.screen.results, order.results)))
    kept.screen.confirmed_results = dict(order.results)
    kept.screen.confirmation = "reported"
    _add_words(kept, laboratory=order.laboratory)
    _note(session, kept, "confirm", "U", fields=("confirmation", "confirmed_results"))
    session.flush()
    return _view(kept)


def enter_in_error(
    session: Session, screen_id: uuid.UUID, reason: str, *, version: int, actor: Actor
) -> ScreenView:
    """Say that a screen was a mistake, such as another person's; it stays readable.

    Raises NotFound, PreconditionFailed, Conflict as `confirm` does.
    """
    kept = _load(session, screen_id, version, actor)
    kept.screen.state = "entered_in_error"
    _add_words(kept, error_reason=reason)
    _note(session, kept, "enter_in_error", "U", fields=("state", "error_reason"))
    session.flush()
    return _view(kept)


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor
) -> pages.Page[ScreenView]:
    """The screens of a case, the latest written first, those in error marked; it is recorded.

    Raises as `relations.require`.
    """
    case, client = cases.get_with_client(session, case_id)
    relations.require(session, actor, Permission.PROGRESS_READ, case)
    vault = vault_of(session, client)
    page = pages.fetch(
        session,
        select(DrugScreen.id.label("id"), DrugScreen).where(DrugScreen.case_id == case.id),
        key=DrugScreen.__table__.c.id,
        wanted=wanted,
        show=lambda row: _view(Kept(row.DrugScreen, case, vault)),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "drug_screen", shown, client_id=case.client_id, sensitivity="P2")
    return page


def _load(session: Session, screen_id: uuid.UUID, version: int, actor: Actor) -> Kept:
    """A screen that may still be added to. Raises as `confirm`."""
    row = session.execute(
        select(DrugScreen, Case, Client)
        .join(DrugScreen.case)
        .join(Case.client)
        .where(DrugScreen.id == screen_id)
    ).one_or_none()
    if row is None:
        raise NotFound("drug screen")
    relations.require(session, actor, Permission.PROGRESS_WRITE, row.Case, what="drug screen")
    if row.DrugScreen.version != version:
        raise PreconditionFailed(row.DrugScreen.version)
    if row.DrugScreen.state != "recorded":
        raise Conflict("This screen is marked as entered in error.")
    cases.require_open(session, row.Case)
    return Kept(row.DrugScreen, row.Case, vault_of(session, row.Client))


def _refuse(found: tuple[FieldError, ...]) -> None:
    if found:
        raise ValidationFailed(*found)


def _add_words(kept: Kept, **words: str | None) -> None:
    """Seal words beside those that are there."""
    said = {name: word for name, word in words.items() if word is not None}
    if said:
        screen = kept.screen
        before = sealed_text.opened(FIELD, screen.id, screen.sealed, kept.vault)
        screen.sealed = sealed_text.seal(FIELD, screen.id, before | said, kept.vault)


def _note(
    session: Session, kept: Kept, subtype: str, action: str, *, fields: tuple[str, ...] = ()
) -> None:
    act = Event("drug_screen", subtype, action, row=kept.screen, client_id=kept.case.client_id)
    audit.record(session, replace(act, fields=fields, sensitivity="P2"))


def _view(kept: Kept) -> ScreenView:
    screen = kept.screen
    words = sealed_text.opened(FIELD, screen.id, screen.sealed, kept.vault)
    return ScreenView(
        id=screen.id,
        version=screen.version,
        state=screen.state,
        case_id=screen.case_id,
        collected_at=screen.collected_at,
        is_observed=screen.is_observed,
        results=screen.results,
        confirmation=screen.confirmation,
        confirmed_results=screen.confirmed_results,
        laboratory=words.get("laboratory"),
        remark=words.get("remark"),
        error_reason=words.get("error_reason"),
        recorded_by=screen.recorded_by,
        created_at=screen.created_at,
    )
