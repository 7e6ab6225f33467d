"""Which referrals out does a decision set going? Those its recommendation asks for, each once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.clinical import outbound
from intake.models import OutboundReferral, PlanDecision
from intake.services import audit
from intake.services.audit import Event
from intake.services.plan_effects import Standing


def plan_from(session: Session, standing: Standing, plan: PlanDecision, *, actor: Actor) -> None:
    """Plan a referral for each addition that another service answers for.

    What was planned, sent or answered for the same addition is left alone; what was called off is
    not asked for again. Nothing leaves by itself.
    """
    adjuncts = standing.recommendation.result["recommendation"]["adjuncts"] or ()
    wanted = outbound.wanted(adjuncts, decided_on=plan.decided_on)
    if not wanted:
        return
    known = set(
        session.scalars(
            select(OutboundReferral.adjunct).where(
                OutboundReferral.case_id == plan.case_id, OutboundReferral.adjunct.is_not(None)
            )
        )
    )
    for one in wanted:
        if one.adjunct in known:
            continue
        row = OutboundReferral(
            site_id=plan.site_id,
            case_id=plan.case_id,
            plan_decision_id=plan.id,
            kind=one.kind,
            adjunct=one.adjunct,
            urgency=one.urgency,
            due_by=one.due_by,
            created_by=actor.staff_id,
        )
        session.add(row)
        act = Event("outbound_referral", "plan", "C", row=row, client_id=standing.client.id)
        audit.record(session, act)
