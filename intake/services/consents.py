"""What a person agreed to: append-only, the newest row of a purpose counts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import FieldError, NotFound, ValidationFailed
from intake.models import Case, Client, Consent, Intake
from intake.services import audit, cases, identity, pages, relations
from intake.services.audit import Event
from intake.services.cases import INTERVIEWED, Move


@dataclass(frozen=True, slots=True)
class ConsentOrder:
    """One answer of a person to one purpose."""

    purpose: str
    status: str
    wording_version: str
    expires_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One answer as staff read it. Never changed, so its first version is its only one."""

    id: uuid.UUID
    state: str
    purpose: str
    status: str
    wording_version: str
    decided_at: dt.datetime
    recorded_by: uuid.UUID
    expires_on: dt.date | None
    version: int = 1


def add(
    session: Session, client: Client, orders: Sequence[ConsentOrder], *, actor: Actor,
    now: dt.datetime,
) -> list[Consent]:  # fmt: skip
    """Write down what a person decided; nothing earlier is changed."""
    rows = []
    for order in orders:
        row = Consent(
            site_id=client.site_id,
            client_id=client.id,
            purpose=order.purpose,
            status=order.status,
            wording_version=order.wording_version,
            decided_at=now,
            recorded_by=actor.staff_id,
            expires_on=order.expires_on,
        )
        session.add(row)
        audit.record(
            session,
            Event("consent", order.status, "C", row=row, client_id=client.id, sensitivity="P1"),
        )
        rows.append(row)
    return rows


def current(
    session: Session, client_id: uuid.UUID, *, today: dt.date, before: dt.datetime | None = None
) -> dict[str, str]:
    """The newest answer to each purpose: given, refused, withdrawn, or expired by `today`.

    As they stood `before` a moment, where one is given.
    """
    which = [Consent.client_id == client_id]
    if before is not None:
        which.append(Consent.decided_at < before)
    rows = session.execute(
        select(Consent.purpose, Consent.status, Consent.expires_on)
        .where(*which)
        .ext(distinct_on(Consent.purpose))
        .order_by(Consent.purpose, Consent.decided_at.desc(), Consent.id.desc())
    )
    return {
        row.purpose: "expired" if row.expires_on and row.expires_on < today else row.status
        for row in rows
    }


def record(
    session: Session, case_id: uuid.UUID, order: ConsentOrder, *, actor: Actor, now: dt.datetime
) -> ConsentView:
    """Write down one more answer of a case's person; it counts from this moment.

    Consent to treatment lets a referral whose intake was handed in go on to `intake`. Raises
    NotFound, ValidationFailed for an impossible expiry.
    """
    _check_expiry(order, cases.local_date(now, actor))
    row = session.execute(
        select(Case, Client, Intake.state.label("intake_state"), relations.DRAFT_AUTHOR)
        .join(Case.client)
        .outerjoin(Intake, Intake.case_id == Case.id)
        .where(Case.id == case_id)
    ).one_or_none()
    if row is None:
        raise NotFound("case")
    author = (row.draft_author,)
    relations.require(session, actor, Permission.CONSENT_RECORD, row.Case, others=author)
    identity.refuse_erased(row.Client)
    (made,) = add(session, row.Client, [order], actor=actor, now=now)
    is_agreed = (order.purpose, order.status) == ("treatment", "given")
    if is_agreed and row.Case.state == "referred" and row.intake_state == "submitted":
        onward = Move("intake", "treatment_consent")
        cases.move(session, row.Case, onward, fulfilled=INTERVIEWED, actor=actor, now=now)
    session.flush()
    return view(made)


def newest(
    session: Session, case_id: uuid.UUID, *, actor: Actor,
    permission: Permission = Permission.CONSENT_READ,
) -> list[ConsentView]:  # fmt: skip
    """The answer that counts for each purpose that was asked; the read is recorded.

    `permission` is what they are read for. Raises as `relations.require`.
    """
    case = relations.case(session, case_id, actor, permission)
    rows = session.scalars(
        select(Consent)
        .where(Consent.client_id == case.client_id)
        .ext(distinct_on(Consent.purpose))
        .order_by(Consent.purpose, Consent.decided_at.desc(), Consent.id.desc())
    )
    found = [view(row) for row in rows]
    shown = tuple(one.id for one in found)
    audit.record_list(session, "consent", shown, client_id=case.client_id, sensitivity="P1")
    return found


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor
) -> pages.Page[ConsentView]:
    """All answers of a case's person, the newest first; the read is recorded. Raises NotFound."""
    case = relations.case(session, case_id, actor, Permission.CONSENT_READ)
    page = pages.fetch(
        session,
        select(Consent.id.label("id"), Consent).where(Consent.client_id == case.client_id),
        key=Consent.__table__.c.id,
        wanted=wanted,
        show=lambda row: view(row.Consent),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "consent", shown, client_id=case.client_id, sensitivity="P1")
    return page


def view(row: Consent) -> ConsentView:
    """An answer as staff read it."""
    return ConsentView(
        id=row.id,
        state=row.status,
        purpose=row.purpose,
        status=row.status,
        wording_version=row.wording_version,
        decided_at=row.decided_at,
        recorded_by=row.recorded_by,
        expires_on=row.expires_on,
    )


def _check_expiry(order: ConsentOrder, today: dt.date) -> None:
    if order.expires_on is None:
        return
    if order.status != "given":
        raise ValidationFailed(
            FieldError("/expires_on", "given_only", "Only a consent that is given can expire.")
        )
    if order.expires_on < today:
        raise ValidationFailed(
            FieldError("/expires_on", "in_past", "Enter today or a later day, or leave it out.")
        )
