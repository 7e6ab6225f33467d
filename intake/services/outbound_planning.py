"""Which referrals out, and reviews of medicines, does a decision set going? Each once a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.clinical import outbound
from intake.models import MedicationReview, OutboundReferral, PlanDecision
from intake.services import audit, medication_reviews, outbound_raising
from intake.services.audit import Event
from intake.services.medication_reviews import Kept
from intake.services.plan_effects import Standing


def plan_from(
    session: Session, standing: Standing, plan: PlanDecision, *, actor: Actor, now: dt.datetime
) -> None:
    """Plan a referral for each addition chosen that another service answers for, with its review.

    What is open for the same addition becomes as urgent as it is wanted now; what was answered is
    left alone, and what was called off is not asked for again. Nothing leaves by itself.
    """
    suggested = standing.recommendation.result["recommendation"]["adjuncts"] or ()
    adjuncts = outbound.chosen(suggested, plan.adjuncts)
    _plan_reviews(session, standing, plan, adjuncts, actor=actor)
    wanted = outbound.wanted(adjuncts, decided_on=plan.decided_on)
    if not wanted:
        return
    rows = session.scalars(
        select(OutboundReferral)
        .where(OutboundReferral.case_id == plan.case_id, OutboundReferral.adjunct.is_not(None))
        .order_by(OutboundReferral.id)
    )
    # Of several for one addition the newest; only it can be open.
    known = {row.adjunct: row for row in rows}
    for one in wanted:
        if one.adjunct in known:
            outbound_raising.raise_to(session, standing, known[one.adjunct], one, now=now)
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


def _plan_reviews(
    session: Session, standing: Standing, plan: PlanDecision, adjuncts: Sequence[str], *,
    actor: Actor,
) -> None:  # fmt: skip
    """Write down the reviews of medicines; a person who asked for one, or called it off, is heard.

    The row counts from the day of the decision, as the referral does.
    """
    wanted = outbound.reviews(adjuncts, decided_on=plan.decided_on)
    if not wanted:
        return
    of_case = select(MedicationReview.medicine).where(MedicationReview.case_id == plan.case_id)
    known = set(session.scalars(of_case))
    for one in wanted:
        if one.medicine in known:
            continue
        row = MedicationReview(
            site_id=plan.site_id,
            case_id=plan.case_id,
            medicine=one.medicine,
            state="asked",
            asked_on=plan.decided_on,
            due_by=one.due_by,
            asked_by=actor.staff_id,
        )
        kept = Kept(row, standing.case, standing.vault)
        medication_reviews.add_words(kept, asked_of=one.asked_of, question=one.question)
        session.add(row)
        medication_reviews.note(session, kept, "plan", "C")
