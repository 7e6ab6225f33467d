"""What a person agreed to: append-only, the newest row of a purpose counts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.models import Client, Consent
from intake.services import audit
from intake.services.audit import Event


@dataclass(frozen=True, slots=True)
class ConsentOrder:
    """One answer of a person to one purpose."""

    purpose: str
    status: str
    wording_version: str
    expires_on: dt.date | None = None


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


def current(session: Session, client_id: uuid.UUID, *, today: dt.date) -> dict[str, str]:
    """The newest answer to each purpose: given, refused, withdrawn, or expired."""
    rows = session.execute(
        select(Consent.purpose, Consent.status, Consent.expires_on)
        .where(Consent.client_id == client_id)
        .ext(distinct_on(Consent.purpose))
        .order_by(Consent.purpose, Consent.decided_at.desc(), Consent.id.desc())
    )
    return {
        row.purpose: "expired" if row.expires_on and row.expires_on < today else row.status
        for row in rows
    }


def list_for(session: Session, client_id: uuid.UUID) -> list[Consent]:
    """All answers of a person, the newest first; the read is recorded."""
    rows = session.execute(
        select(Consent)
        .where(Consent.client_id == client_id)
        .order_by(Consent.decided_at.desc(), Consent.id.desc())
        .limit(200)
    ).scalars()
    audit.record(session, Event("consent", "list", "R", client_id=client_id, sensitivity="P1"))
    return list(rows)
