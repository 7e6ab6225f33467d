"""Written consents to disclosure: recorded once, revoked at once, never changed."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import consent, lifecycle
from intake.clinical.consent_terms import Consent
from intake.crypto import Vault, fold
from intake.errors import Conflict, NotFound, PreconditionFailed
from intake.models import Case, Client, ConsentRevocation, DisclosureConsent
from intake.services import audit, cases, disclosure_consent_checks, identity, pages, relations
from intake.services.audit import Event
from intake.services.disclosure_consent_checks import NewDisclosureConsent
from intake.services.relations import DRAFT_AUTHOR

TABLE = "disclosure_consents"
PLAIN = (
    "kind",
    "purpose",
    "rights_version",
    "expiry",
    "expires_on",
    "signature_basis",
    "signed_on",
)
GIVEN, REVOKED, ENDED = "given", "revoked", "ended"
DISCLOSURE_CONSENT_STATES = (GIVEN, REVOKED, ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureConsentView:
    """A consent as staff read it. Version 2 is the revoked one."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    kind: str
    purpose: str | None
    data_classes: list[str]
    discloser: str | None
    information: str
    recipient_names: list[str]
    recipient_classes: list[str]
    rights_version: str
    expiry: str
    expires_on: dt.date | None
    signature_basis: str
    signed_on: dt.date
    evidence: str
    recorded_by: uuid.UUID
    revoked_at: dt.datetime | None


def record(
    session: Session, case_id: uuid.UUID, order: NewDisclosureConsent, *, actor: Actor,
    now: dt.datetime,
) -> DisclosureConsentView:  # fmt: skip
    """Write down a signed consent. Raises NotFound, ValidationFailed naming what it lacks."""
    disclosure_consent_checks.check(order, today=cases.local_date(now, actor))
    case, client = relations.case_and_client(session, case_id, actor, Permission.CONSENT_RECORD)
    vault = identity.vault_of(session, client)
    row = DisclosureConsent(
        site_id=case.site_id,
        case_id=case.id,
        data_classes=sorted(set(order.data_classes)),
        recipient_classes=sorted(set(order.recipient_classes)),
        recorded_by=actor.staff_id,
        **{name: getattr(order, name) for name in PLAIN},
    )
    row.information = vault.seal(f"{TABLE}.information", row.id, order.information)
    row.evidence = vault.seal(f"{TABLE}.evidence", row.id, order.evidence)
    if order.discloser is not None:
        row.discloser = vault.seal(f"{TABLE}.discloser", row.id, order.discloser)
    if order.recipient_names:
        names = json.dumps(list(order.recipient_names))
        row.recipients = vault.seal(f"{TABLE}.recipients", row.id, names)
    session.add(row)
    _note(session, row, case, "given", policy_ref=row.id)
    session.flush()
    return _view(row, None, case, vault, local(now, actor))


def revoke(
    session: Session, consent_id: uuid.UUID, *, how: str, version: int, actor: Actor,
    now: dt.datetime,
) -> DisclosureConsentView:  # fmt: skip
    """End a consent: from this commit nothing leaves on it. Raises NotFound, Conflict.

    The case is locked, so that a disclosure under way is finished or sees the revocation.
    """
    found = session.execute(
        select(DisclosureConsent, ConsentRevocation.id.label("revoked"), Case, Client, DRAFT_AUTHOR)
        .join(DisclosureConsent.case)
        .join(Case.client)
        .outerjoin(ConsentRevocation, ConsentRevocation.consent_id == DisclosureConsent.id)
        .where(DisclosureConsent.id == consent_id)
        .with_for_update(of=Case)
    ).one_or_none()
    if found is None:
        raise NotFound("consent to disclosure")
    permission, author, what = (
        Permission.CONSENT_REVOKE,
        found.draft_author,
        "consent to disclosure",
    )
    relations.require(session, actor, permission, found.Case, others=(author,), what=what)
    if version != (2 if found.revoked else 1):
        raise PreconditionFailed(2 if found.revoked else 1)
    if found.revoked:
        raise Conflict("This consent was revoked already.")
    row = found.DisclosureConsent
    ended = ConsentRevocation(
        site_id=row.site_id, consent_id=row.id, revoked_at=now, how=how, recorded_by=actor.staff_id
    )
    session.add(ended)
    _note(session, ended, found.Case, "revoked", policy_ref=row.id)
    session.flush()
    vault = identity.vault_of(session, found.Client)
    return _view(row, ended.revoked_at, found.Case, vault, local(now, actor))


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor, now: dt.datetime
) -> pages.Page[DisclosureConsentView]:
    """Consents of a case, the newest first; the read is recorded. Raises NotFound."""
    case, client = relations.case_and_client(session, case_id, actor, Permission.CONSENT_READ)
    vault = identity.vault_of(session, client)
    page = pages.fetch(
        session,
        _with_revocation(DisclosureConsent.id.label("id")).where(
            DisclosureConsent.case_id == case.id
        ),
        key=DisclosureConsent.__table__.c.id,
        wanted=wanted,
        show=lambda row: _view(
            row.DisclosureConsent, row.revoked_at, case, vault, local(now, actor)
        ),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(
        session, "disclosure_consent", shown, client_id=case.client_id, sensitivity="P1"
    )
    return page


def of_case(session: Session, case: Case, vault: Vault) -> list[Consent]:
    """Everything the person of a case ever consented to, ready to be judged."""
    query = _with_revocation().where(DisclosureConsent.case_id == case.id)
    return [
        judged(row.DisclosureConsent, row.revoked_at, case, vault) for row in session.execute(query)
    ]


def judged(
    row: DisclosureConsent, revoked_at: dt.datetime | None, case: Case, vault: Vault
) -> Consent:
    """A stored consent as the decision takes it."""
    has_ended = row.expiry == "end_of_treatment" and case.state in lifecycle.TERMINAL_STATES
    return Consent(
        id=row.id,
        kind=row.kind,
        purpose=row.purpose or "",
        data_classes=frozenset(row.data_classes),
        signed_on=row.signed_on,
        recipient_names=frozenset(fold(name) for name in _names(row, vault)),
        recipient_classes=frozenset(row.recipient_classes),
        expires_on=row.expires_on,
        is_ended=has_ended,
        revoked_at=revoked_at,
    )


def local(now: dt.datetime, actor: Actor) -> dt.datetime:
    """The moment on the site's clock: its day is the one that counts."""
    return now.astimezone(ZoneInfo(actor.time_zone))


def _with_revocation(*columns: Any) -> Any:
    return select(*columns, DisclosureConsent, ConsentRevocation.revoked_at).outerjoin(
        ConsentRevocation, ConsentRevocation.consent_id == DisclosureConsent.id
    )


def _names(row: DisclosureConsent, vault: Vault) -> list[str]:
    """The recipients a consent names."""
    text = vault.open_optional(f"{TABLE}.recipients", row.id, row.recipients)
    names: list[str] = json.loads(text) if text else []
    return names


def _note(
    session: Session, row: DisclosureConsent | ConsentRevocation, case: Case, subtype: str, *,
    policy_ref: uuid.UUID,
) -> None:  # fmt: skip
    """One event for each row; the consent is the policy it is about."""
    audit.record(
        session,
        Event(
            "disclosure_consent",
            subtype,
            "C",
            row=row,
            client_id=case.client_id,
            sensitivity="P1",
            policy_ref=policy_ref,
        ),
    )


def _view(
    row: DisclosureConsent, revoked_at: dt.datetime | None, case: Case, vault: Vault,
    now: dt.datetime,
) -> DisclosureConsentView:  # fmt: skip
    """A consent as staff read it."""
    is_live = consent.is_live(judged(row, revoked_at, case, vault), now)
    return DisclosureConsentView(
        id=row.id,
        version=2 if revoked_at else 1,
        state=REVOKED if revoked_at else GIVEN if is_live else ENDED,
        case_id=row.case_id,
        data_classes=list(row.data_classes),
        discloser=vault.open_optional(f"{TABLE}.discloser", row.id, row.discloser),
        information=vault.open(f"{TABLE}.information", row.id, row.information),
        recipient_names=_names(row, vault),
        recipient_classes=list(row.recipient_classes),
        evidence=vault.open(f"{TABLE}.evidence", row.id, row.evidence),
        recorded_by=row.recorded_by,
        revoked_at=revoked_at,
        **{name: getattr(row, name) for name in PLAIN},
    )
