"""A referral to another service as staff read it, with its words opened."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import NotFound
from intake.models import Case, Client, OutboundReferral
from intake.services import audit, cases, pages, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "outbound_referrals.sealed"
WORDS = ("recipient", "request", "without_consent_reason", "result", "cancel_reason")


@dataclass(frozen=True, slots=True)
class OutboundView:
    """One request to another service; `adjunct` is J01 to J15, None when a person asked for it."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    plan_decision_id: uuid.UUID | None
    kind: str
    adjunct: str | None
    urgency: str
    due_by: dt.date
    sent_on: dt.date | None
    consent_basis: str | None
    disclosure_consent_id: uuid.UUID | None
    appointment_on: dt.date | None
    seen_on: dt.date | None
    overdue_at: dt.datetime | None
    created_by: uuid.UUID
    created_at: dt.datetime
    recipient: str | None
    request: str | None
    without_consent_reason: str | None
    result: str | None
    cancel_reason: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A referral, its case, its person and their key."""

    row: OutboundReferral
    case: Case
    client: Client
    vault: Vault


PLAIN = tuple(name for name in OutboundView.__dataclass_fields__ if name not in WORDS)


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor
) -> pages.Page[OutboundView]:
    """The referrals out of a case, the newest first; it is recorded.

    Raises as `relations.require`.
    """
    case, client = cases.get_with_client(session, case_id)
    relations.require(session, actor, Permission.CARE_READ, case)
    vault = vault_of(session, client)
    page = pages.fetch(
        session,
        select(OutboundReferral.id.label("id"), OutboundReferral).where(
            OutboundReferral.case_id == case.id
        ),
        key=OutboundReferral.__table__.c.id,
        wanted=wanted,
        show=lambda one: view(Kept(one.OutboundReferral, case, client, vault)),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "outbound_referral", shown, client_id=client.id, sensitivity="P2")
    return page


def read(session: Session, referral_id: uuid.UUID, *, actor: Actor) -> OutboundView:
    """One of them; it is recorded. Raises as `relations.require`."""
    kept = load(session, referral_id, actor, Permission.CARE_READ)
    act = Event("outbound_referral", "read", "R", row=kept.row, client_id=kept.client.id)
    audit.record(session, replace(act, sensitivity="P2"))
    return view(kept)


def load(session: Session, referral_id: uuid.UUID, actor: Actor, permission: Permission) -> Kept:
    """A referral with its case and person, in one statement. Raises as `relations.require`."""
    row = session.execute(
        select(OutboundReferral, Case, Client)
        .join(OutboundReferral.case)
        .join(Case.client)
        .where(OutboundReferral.id == referral_id)
    ).one_or_none()
    if row is None:
        raise NotFound("outbound referral")
    relations.require(session, actor, permission, row.Case, what="outbound referral")
    return Kept(row.OutboundReferral, row.Case, row.Client, vault_of(session, row.Client))


def words_of(kept: Kept) -> sealed_text.Words:
    """The free text of a referral."""
    return sealed_text.opened(FIELD, kept.row.id, kept.row.sealed, kept.vault)


def add_words(kept: Kept, **words: str | None) -> None:
    """Seal words beside those that are there."""
    said = {name: word for name, word in words.items() if word is not None}
    if said:
        whole = words_of(kept) | said
        kept.row.sealed = sealed_text.seal(FIELD, kept.row.id, whole, kept.vault)


def view(kept: Kept) -> OutboundView:
    """A referral as it is now."""
    words = words_of(kept)
    plain: dict[str, Any] = {name: getattr(kept.row, name) for name in PLAIN}
    said: dict[str, Any] = {name: words.get(name) for name in WORDS}
    return OutboundView(**plain, **said)
