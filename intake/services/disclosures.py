"""Disclosing records: decided by consent, and accounted for in the same transaction."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake import clock
from intake.access import Actor, Permission
from intake.clinical import consent
from intake.clinical.consent import Allowed, Denied
from intake.clinical.consent_terms import NOTES, REASONS, Consent
from intake.errors import ConsentRequired, FieldError, NotFound, ValidationFailed
from intake.models import Case, Client, Disclosure, Membership
from intake.services import (
    artefacts,
    audit,
    disclosure_consents,
    disclosure_orders,
    disclosure_records,
    identity,
    relations,
)
from intake.services.artefacts import Artefact, Outgoing
from intake.services.audit import Event
from intake.services.disclosure_orders import NewDisclosure
from intake.services.disclosure_records import Gathered, Person

INSTEAD = {
    "emergency": "Disclosed without consent to medical personnel in an emergency (42 CFR 2.51).",
    "court_order": "Disclosed without consent under a court order and subpoena (42 CFR 2.61).",
}


@dataclass(frozen=True, slots=True)
class Released:
    """The answer of a release: never what left. A disclosure is never changed."""

    id: uuid.UUID
    state: str = "released"
    version: int = 1


def release(
    session: Session, case_id: uuid.UUID, order: NewDisclosure, *, actor: Actor, now: dt.datetime
) -> Released:
    """Make what leaves, and its line of the accounting, or nothing at all.

    The case is locked: a revocation that was answered before is seen here. Raises MfaRequired,
    NotFound, ConsentRequired with the reason, ValidationFailed.
    """
    actor.require_fresh_mfa(clock.machine_now())
    person = _locked(session, case_id)
    relations.require(session, actor, Permission.DISCLOSURE_RELEASE, person.case)
    consents = disclosure_consents.of_case(session, person.case, person.vault)
    allowed = _decided(consents, order, disclosure_consents.local(now, actor))
    _refuse_strangers(session, order)
    gathered = disclosure_records.gather(
        session, person, allowed.scope, notes_author=order.notes_author_id
    )
    row = _row(person, order, allowed, actor=actor, now=now)
    artefact = artefacts.make(
        Outgoing(
            disclosure_id=row.id,
            released_at=now,
            recipient=_recipient(order),
            purpose=order.purpose,
            allowed=allowed,
            scope=_scope(consents, allowed),
            records=gathered.records,
        )
    )
    _keep(row, artefact, gathered)
    session.add(row)
    _note(session, row, person.case)
    session.flush()
    return Released(row.id)


def _locked(session: Session, case_id: uuid.UUID) -> Person:
    """The case, locked, and whose it is. Raises NotFound."""
    found = session.execute(
        select(Case, Client).join(Case.client).where(Case.id == case_id).with_for_update(of=Case)
    ).one_or_none()
    if found is None:
        raise NotFound("case")
    return Person(found.Case, found.Client, identity.vault_of(session, found.Client))


def _decided(consents: Sequence[Consent], order: NewDisclosure, now: dt.datetime) -> Allowed:
    """What is allowed. Raises ConsentRequired."""
    found = consent.decide(consents, disclosure_orders.request_of(order), now)
    if isinstance(found, Denied):
        raise ConsentRequired(REASONS[found.reason], found.reason)
    return found


def _refuse_strangers(session: Session, order: NewDisclosure) -> None:
    """Whoever disclosed in an emergency works at this site. Raises ValidationFailed."""
    if order.emergency is None:
        return
    known = session.execute(
        select(Membership.staff_id).where(
            Membership.staff_id == order.emergency.disclosed_by,
            Membership.site_id == audit.context_of(session).site_id,
        )
    )
    if known.first() is None:
        message = "Nobody with this id works at this site."
        raise ValidationFailed(FieldError("/emergency/disclosed_by", "unknown", message))


def _row(
    person: Person, order: NewDisclosure, allowed: Allowed, *, actor: Actor, now: dt.datetime
) -> Disclosure:
    """The line of the accounting, but for what left."""
    urgent = order.emergency
    row = Disclosure(
        site_id=person.case.site_id,
        case_id=person.case.id,
        released_at=now,
        released_by=actor.staff_id,
        basis=allowed.basis,
        consent_id=allowed.consent_id,
        recipient_class=order.recipient.recipient_class,
        purpose=order.purpose,
        data_classes=sorted(allowed.scope),
        description=f"Records disclosed: {', '.join(sorted(allowed.scope)).replace('_', ' ')}.",
        emergency_at=urgent.disclosed_at if urgent else None,
        emergency_by=urgent.disclosed_by if urgent else None,
    )
    told, vault = disclosure_orders.circumstances(order), person.vault
    if told is not None:
        row.circumstances = vault.seal("disclosures.circumstances", row.id, told)
    row.recipient = vault.seal("disclosures.recipient", row.id, json.dumps(_recipient(order)))
    return row


def _keep(row: Disclosure, artefact: Artefact, gathered: Gathered) -> None:
    """The sealed copy of what left; counselling notes stay under their own key."""
    row.artefact_hash, row.notes_key_id = artefact.sha256, gathered.notes_key_id
    row.artefact = gathered.vault.seal("disclosures.artefact", row.id, artefact.text)


def _recipient(order: NewDisclosure) -> dict[str, str]:
    return {"name": order.recipient.name, "address": order.recipient.address}


def _scope(consents: Sequence[Consent], allowed: Allowed) -> dict[str, Any]:
    """What the person agreed to, in plain words, without naming other recipients."""
    if allowed.consent_id is None:
        return {"explanation": INSTEAD[allowed.basis]}
    given = next(one for one in consents if one.id == allowed.consent_id)
    covered = ", ".join(sorted(given.data_classes)).replace("_", " ")
    until = given.expires_on.isoformat() if given.expires_on else None
    purpose = (
        "treatment, payment and health care operations"
        if given.kind == "tpo_single"
        else given.purpose.replace("_", " ")
    )
    return {
        "id": str(given.id),
        "kind": given.kind,
        "purpose": given.purpose,
        "data_classes": sorted(given.data_classes),
        "signed_on": given.signed_on.isoformat(),
        "expires_on": until,
        "explanation": (
            f"The patient consented in writing on {given.signed_on.isoformat()} to the disclosure "
            f"of these records: {covered}; for this purpose: {purpose}. "
            "The patient may revoke the consent at any time."
        ),
    }


def _note(session: Session, row: Disclosure, case: Case) -> None:
    audit.record(
        session,
        Event(
            "disclosure",
            "release",
            "C",
            row=row,
            client_id=case.client_id,
            fields=tuple(row.data_classes),
            sensitivity="P3" if NOTES in row.data_classes else "P2",
            policy_ref=row.consent_id,
        ),
    )
