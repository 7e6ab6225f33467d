"""Referrals out that never left end with the case; one that left stays open for its result."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import Case, Client, OutboundReferral
from intake.services import audit, task_endings
from intake.services.audit import Event
from intake.services.identity import vault_of
from intake.services.outbound_views import Kept, add_words

REASON = "The case ended before it left."


def end_with_case(session: Session, case: Case, client: Client) -> None:
    """Call off what is planned in a case that has ended, each with its event and its errand."""
    rows = session.scalars(
        select(OutboundReferral)
        .where(OutboundReferral.case_id == case.id, OutboundReferral.state == "planned")
        .order_by(OutboundReferral.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        row.state = "cancelled"
        add_words(Kept(row, case, client, vault_of(session, client)), cancel_reason=REASON)
        act = Event("outbound_referral", "cancel", "U", row=row, client_id=client.id)
        fields = ("state", "cancel_reason")
        audit.record(session, replace(act, fields=fields, sensitivity="P2"))
        task_endings.end_for_referral(session, row.id, "cancelled")
