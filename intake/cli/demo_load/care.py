"""What staff do beside the visits: alerts, safety plans, other services, goals, a sign-off."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from intake.access import Permission
from intake.cli.demo_load.life import LEAD, Life
from intake.cli.demo_load.stage import Stage
from intake.cli.demo_load.words import CLOSED_ALERT, SAFETY_PLAN
from intake.models import Alert, Goal, OutboundReferral, PlanDecision, SafetyPlan
from intake.services import (
    alert_answers,
    goals,
    medication_reviews,
    outbound,
    plan_sign_off,
    plans,
    safety_plans,
    task_orders,
    tasks,
)
from intake.services.goals import GoalChange
from intake.services.medication_reviews import NewReview
from intake.services.outbound import OutboundChange, Result, Sending
from intake.services.outbound_consent import Leave
from intake.services.plan_orders import PlanChange
from intake.services.safety_plans import SafetyWords
from intake.services.task_changes import TaskChange
from intake.services.tasks import NewTask

#: Left for whoever signs in: marks of stories, with the alerts that nobody took on.
LEFT_OPEN: Mapping[str, str] = {"item9": "A03", "risk": "A04"}
LATELY = dt.timedelta(days=5)
#: How far ahead a plan is looked at again.
REVIEWED_IN = dt.timedelta(days=56)
RECIPIENTS = {"urology": "Urology, Example General Hospital", "gp": "Example Street Surgery"}


def hear(stage: Stage, lives: Iterable[Life]) -> None:
    """Somebody will see to each alert that was raised just now: soon, and close it days later."""
    stage.has_observed = False
    found = stage.session.execute(
        select(Alert.id, Alert.case_id, Alert.code).where(Alert.state == "open")
    )
    by_case = {one.case_id: one for one in lives}
    for row in found.all():
        life = by_case.get(row.case_id)
        if life is None or row.id in life.heard:
            continue
        life.heard.add(row.id)
        is_left = any(life.has(mark) and row.code == code for mark, code in LEFT_OPEN.items())
        if is_left and stage.until - stage.moment < LATELY:
            continue
        life.later(life.rng.uniform(0.5, 4), functools.partial(acknowledge, alert_id=row.id))
        life.later(life.rng.uniform(5, 40), functools.partial(close, alert_id=row.id))


def acknowledge(life: Life, alert_id: uuid.UUID) -> None:
    """A lead takes the alert on."""
    with life.acting(LEAD, Permission.ALERT_CLOSE) as work:
        version = work.version(Alert, alert_id)
        alert_answers.acknowledge(
            work.session, alert_id, version=version, actor=work.actor, now=work.now
        )


def close(life: Life, alert_id: uuid.UUID) -> None:
    """A lead closes the alert with what was done."""
    with life.acting(LEAD, Permission.ALERT_CLOSE) as work:
        version, note = work.version(Alert, alert_id), life.rng.choice(CLOSED_ALERT)
        alert_answers.close(
            work.session, alert_id, note, version=version, actor=work.actor, now=work.now
        )


def close_all(life: Life) -> None:
    """Whatever alert is still open is settled, because the treatment ends."""
    open_ones = select(Alert.id).where(Alert.case_id == life.case_id, Alert.state != "closed")
    for alert_id in life.stage.session.scalars(open_ones).all():
        close(life, alert_id)


def write_safety_plan(life: Life) -> None:
    """The key worker and the person write a safety plan, or write it anew."""
    with life.acting(life.worker, Permission.CARE_WRITE) as work:
        newest = work.session.scalar(
            select(SafetyPlan.number)
            .where(SafetyPlan.case_id == life.case_id)
            .order_by(SafetyPlan.number.desc())
            .limit(1)
        )
        safety_plans.write(
            work.session, life.case_id, SafetyWords(SAFETY_PLAN), version=newest or 0,
            actor=work.actor, now=work.now,
        )  # fmt: skip


def ask_others(life: Life) -> None:
    """What the plan asks of other services leaves, as far as the person agreed."""
    for row in _outbound(life, "planned"):
        agreed = row.kind == "urology" or (row.kind == "gp" and life.tells_gp)
        if not agreed:
            continue
        with life.acting(life.worker, Permission.CARE_WRITE) as work:
            sending = Sending(leave=Leave(), recipient=RECIPIENTS[row.kind])
            outbound.send(
                work.session, row.id, sending, version=row.version, actor=work.actor, now=work.now
            )


def hear_of_appointment(life: Life) -> None:
    """Urology names a day."""
    for row in _outbound(life, "sent"):
        if row.kind == "urology":
            given = {"appointment_on": life.day + dt.timedelta(days=9)}
            with life.acting(life.worker, Permission.CARE_WRITE) as work:
                outbound.change(
                    work.session, row.id, OutboundChange(given), version=row.version,
                    actor=work.actor, now=work.now,
                )  # fmt: skip


def receive_results(life: Life) -> None:
    """The surgery writes back, and urology too where the story says so."""
    for row in _outbound(life, "sent"):
        if row.kind == "gp" or life.has("urology"):
            with life.acting(life.worker, Permission.CARE_WRITE) as work:
                came = Result("Seen; results in the letter of today.", seen_on=life.day)
                outbound.receive_result(
                    work.session, row.id, came, version=row.version, actor=work.actor,
                    now=work.now,
                )  # fmt: skip


def ask_for_review(life: Life) -> None:
    """A prescriber is asked about an antidepressant."""
    with life.acting(life.worker, Permission.CARE_WRITE) as work:
        order = NewReview(
            medicine="antidepressant",
            asked_of="Dr A. Example",
            question="Would an antidepressant help beside the sessions?",
        )
        medication_reviews.ask(work.session, life.case_id, order, actor=work.actor, now=work.now)


def look_at_goals(life: Life) -> None:
    """The second goal is looked at: it was reached, or in part, or goes on."""
    reached = {"better": "achieved", "lapse": "partly", "relapse": "active"}
    status = reached.get(life.story.course, "active")
    for goal_id in life.goals[1:2]:
        with life.acting(life.worker, Permission.PLAN_DECIDE) as work:
            given = {"status": status, "confidence": life.rng.randint(4, 9)}
            version = work.version(Goal, goal_id)
            goals.change(
                work.session, goal_id, GoalChange(given), version=version, actor=work.actor,
                now=work.now,
            )  # fmt: skip


def review_plan(life: Life) -> None:
    """The plan was looked at and goes on; the next day for that is set."""
    with life.acting(life.worker, Permission.PLAN_DECIDE) as work:
        change = PlanChange({"review_on": life.day + REVIEWED_IN})
        plans.change(
            work.session,
            life.plan_id,
            change,
            version=work.version(PlanDecision, life.plan_id),
            actor=work.actor,
            now=work.now,
        )


def note_goals(life: Life) -> None:
    """Keep the ids of the goals of the plan."""
    of_case = select(Goal.id).where(Goal.case_id == life.case_id).order_by(Goal.id)
    life.goals = list(life.stage.session.scalars(of_case))


def sign_off(life: Life) -> None:
    """A lead agrees to a choice below a safety floor."""
    with life.acting(LEAD, Permission.PLAN_SIGN_OFF) as work:
        version = work.version(PlanDecision, life.plan_id)
        plan_sign_off.sign_off(
            work.session, life.plan_id, version=version, actor=work.actor, now=work.now
        )


def leave_to_anybody(life: Life) -> None:
    """Something small to do, which nobody in particular has."""
    with life.acting(LEAD, Permission.WORK_ADD) as work:
        note = "Send the leaflet of the Thursday group with the next letter."
        order = NewTask("other", work.now + dt.timedelta(days=3), note)
        task = task_orders.add(work.session, life.case_id, order, actor=work.actor, now=work.now)
        tasks.change(
            work.session, task.id, TaskChange(releases=True), version=task.version,
            actor=work.actor,
        )  # fmt: skip


def _outbound(life: Life, state: str) -> list[OutboundReferral]:
    """Referrals of the case to other services, in a state."""
    wanted = select(OutboundReferral).where(
        OutboundReferral.case_id == life.case_id, OutboundReferral.state == state
    )
    found = list(life.stage.session.scalars(wanted.order_by(OutboundReferral.id)))
    life.stage.session.expunge_all()
    return found
