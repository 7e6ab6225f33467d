"""The accounting of disclosures, and handing over what was released while its consent stands."""

from __future__ import annotations

import datetime as dt
import hmac
import json
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from intake import clock
from intake.access import Actor, Permission
from intake.clinical import consent
from intake.clinical.consent_terms import REASONS
from intake.crypto import Vault
from intake.errors import ConsentRequired, IntegrityBroken, NotFound
from intake.models import (
    Case,
    Client,
    ConsentRevocation,
    CounsellingNoteKey,
    Disclosure,
    DisclosureConsent,
)
from intake.services import (
    artefacts,
    audit,
    cases,
    counselling_note_keys,
    disclosure_consents,
    identity,
    pages,
)
from intake.services.audit import Event

Found = Row[Disclosure, Case, Client, DisclosureConsent, dt.datetime, CounsellingNoteKey]
PLAIN = (
    "id",
    "case_id",
    "released_at",
    "released_by",
    "basis",
    "consent_id",
    "recipient_class",
    "purpose",
    "data_classes",
    "description",
    "emergency_at",
    "emergency_by",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureLine:
    """One line of the accounting (45 CFR 164.528(b)): when, to whom, what, why, on which consent.

    `circumstances` is what was written down of an emergency or a court order.
    """

    id: uuid.UUID
    case_id: uuid.UUID
    released_at: dt.datetime
    released_by: uuid.UUID
    basis: str
    consent_id: uuid.UUID | None
    recipient_name: str
    recipient_address: str
    recipient_class: str
    purpose: str
    data_classes: list[str]
    description: str
    circumstances: dict[str, str] | None
    emergency_at: dt.datetime | None
    emergency_by: uuid.UUID | None
    sha256: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What leaves, and the SHA-256 of its sorted compact JSON."""

    artefact: dict[str, Any]
    sha256: str


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted
) -> pages.Page[DisclosureLine]:
    """The accounting of a case, the newest first; the read is recorded. Raises NotFound."""
    case, client = cases.get_with_client(session, case_id)
    vault = identity.vault_of(session, client)
    page = pages.fetch(
        session,
        select(Disclosure.id.label("id"), Disclosure).where(Disclosure.case_id == case.id),
        key=Disclosure.__table__.c.id,
        wanted=wanted,
        show=lambda row: _line(row.Disclosure, vault),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "disclosure", shown, client_id=case.client_id, sensitivity="P1")
    return page


def hand_over(
    session: Session, disclosure_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> HandedOver:
    """What was released, as it was released.

    Raises NotFound, MfaRequired, ConsentRequired, IntegrityBroken for a changed copy.
    Counselling notes are handed over by their author alone, who needn't be who released them.
    """
    actor.require_fresh_mfa(clock.machine_now())
    found = _found(session, disclosure_id)
    if found is None or not _may_hand_over(found, actor):
        raise NotFound("disclosure")
    row = found.Disclosure
    client_vault = identity.vault_of(session, found.Client)
    _refuse_fallen_consent(found, client_vault, disclosure_consents.local(now, actor))
    key = found.CounsellingNoteKey
    vault = client_vault if key is None else counselling_note_keys.vault_of(session, key)
    text = vault.open("disclosures.artefact", row.id, row.artefact)
    if not hmac.compare_digest(artefacts.digest(text), row.artefact_hash):
        raise IntegrityBroken
    audit.record(
        session,
        Event(
            "disclosure",
            "hand_over",
            "R",
            row=row,
            client_id=found.Client.id,
            fields=tuple(row.data_classes),
            sensitivity="P2" if key is None else "P3",
            policy_ref=row.consent_id,
        ),
    )
    return HandedOver(json.loads(text), row.artefact_hash.hex())


def _found(session: Session, disclosure_id: uuid.UUID) -> Found | None:
    return session.execute(
        select(
            Disclosure,
            Case,
            Client,
            DisclosureConsent,
            ConsentRevocation.revoked_at,
            CounsellingNoteKey,
        )
        .join(Disclosure.case)
        .join(Case.client)
        .outerjoin(DisclosureConsent, DisclosureConsent.id == Disclosure.consent_id)
        .outerjoin(ConsentRevocation, ConsentRevocation.consent_id == DisclosureConsent.id)
        .outerjoin(CounsellingNoteKey, CounsellingNoteKey.id == Disclosure.notes_key_id)
        .where(Disclosure.id == disclosure_id)
    ).one_or_none()


def _may_hand_over(found: Found, actor: Actor) -> bool:
    key = found.CounsellingNoteKey
    if key is not None:
        return bool(key.author_id == actor.staff_id)
    return actor.may(Permission.DISCLOSURE_RELEASE)


def _refuse_fallen_consent(found: Found, vault: Vault, now: dt.datetime) -> None:
    """A consent that was revoked or ended since stops what hasn't left. Raises ConsentRequired."""
    if found.DisclosureConsent is None:
        return
    given = disclosure_consents.judged(found.DisclosureConsent, found.revoked_at, found.Case, vault)
    if not consent.is_live(given, now):
        reason = "expired" if given.revoked_at is None else "revoked"
        raise ConsentRequired(REASONS[reason], reason)


def _line(row: Disclosure, vault: Vault) -> DisclosureLine:
    recipient = json.loads(vault.open("disclosures.recipient", row.id, row.recipient))
    told = vault.open_optional("disclosures.circumstances", row.id, row.circumstances)
    return DisclosureLine(
        recipient_name=recipient["name"],
        recipient_address=recipient["address"],
        circumstances=json.loads(told) if told else None,
        sha256=row.artefact_hash.hex(),
        **{name: getattr(row, name) for name in PLAIN},
    )
