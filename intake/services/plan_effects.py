"""What follows from a decision: its schedule, tasks for people, the key worker, the case's move."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import evaluation, follow_up
from intake.clinical.follow_up import PlanDates
from intake.crypto import Vault
from intake.models import Case, Client, FollowUp, PlanDecision, Recommendation
from intake.services import (
    audit,
    case_moves,
    follow_ups,
    key_workers,
    recommendations,
    takeovers,
    task_endings,
    tasks,
)
from intake.services.audit import Event
from intake.services.cases import Move
from intake.services.takeovers import Change
from intake.services.tasks import NewTask

# A product decision, as for an alert of high priority.
ANSWER_WITHIN = dt.timedelta(hours=24)
SIGN_OFF_NOTE = "A setting below a safety floor was chosen: read the decision and sign it off."
RETURNED_NOTE = "Your decision was returned with a comment: read it and decide again."
DATES_NOTE = (
    "The inpatient plan lacks {}: decide again with the dates, so that its schedule exists."
)
APPOINTMENT_NOTE = (
    "An appointment is booked for {} ({}), which the new plan doesn't ask for: keep it or cancel "
    "it, together with the person."
)
WORDS = {"admission_on": "the admission date", "discharge_on": "the discharge date"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: a recommendation, the newest decision that counts, and the one in force.

    The two differ while the newest waits for its sign-off.
    """

    case: Case
    client: Client
    recommendation: Recommendation
    vault: Vault
    plan: PlanDecision | None = None
    in_force: PlanDecision | None = None


def put_into_force(
    session: Session, standing: Standing, plan: PlanDecision, *, is_first: bool, now: dt.datetime
) -> None:
    """Store the schedule of the setting chosen.

    A first plan has nothing to settle; another one takes over what is booked.
    """
    items = evaluation.follow_up(
        recommendations.evaluation_of(standing.recommendation),
        setting=plan.chosen_setting,
        decided_on=plan.decided_on,
        admission_on=plan.admission_on,
        discharge_on=plan.discharge_on,
    )
    if is_first:
        follow_ups.store(session, plan, items)
        return
    for stranded in follow_ups.replace(session, plan, items):
        _ask_about_appointment(session, standing, stranded, now=now)


def move_on(
    session: Session, standing: Standing, plan: PlanDecision, *, actor: Actor, now: dt.datetime,
    key_worker_id: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """The case moves on with a plan in force, if nothing else is missing; names the key worker."""
    case, digest = standing.case, standing.recommendation.inputs_hash
    onward = Move("plan_chosen", "plan_agreed", digest, key_worker_id=key_worker_id)
    is_waiting = case.state == "assessed" and plan.state == "agreed"
    before = case.key_worker_id
    has_moved = is_waiting and case_moves.advance(
        session, case, standing.client, onward, actor=actor, now=now
    )
    if key_worker_id is None:
        return
    if not has_moved:
        case.key_worker_id = key_worker_id
        key_workers.note(session, case)
    takeovers.follow(session, {case.id}, Change(before, key_worker_id), now=now)


def _ask_about_appointment(
    session: Session, standing: Standing, follow_up: FollowUp, *, now: dt.datetime
) -> None:
    """A task: an appointment is booked for what the plan no longer asks for."""
    note = APPOINTMENT_NOTE.format(follow_up.code, follow_up.label)
    order = NewTask("other", now + ANSWER_WITHIN, note, "plan")
    tasks.open_for_case(session, standing.case, standing.client, order)


def ask_for_dates(
    session: Session, standing: Standing, plan: PlanDecision, *, now: dt.datetime
) -> None:
    """A task where an inpatient plan has no schedule yet for want of a date."""
    dates = PlanDates(
        decided_on=plan.decided_on, admission_on=plan.admission_on, discharge_on=plan.discharge_on
    )
    missing = follow_up.dates_to_set(plan.chosen_setting, dates)
    if missing:
        note = DATES_NOTE.format(" and ".join(WORDS[name] for name in missing))
        order = NewTask("set_dates", now + ANSWER_WITHIN, note, "plan")
        task = tasks.open_for_case(session, standing.case, standing.client, order)
        task.owner_id = standing.case.key_worker_id or plan.decided_by


def ask_for_sign_off(session: Session, standing: Standing, *, now: dt.datetime) -> None:
    """A task for the clinical leads of the site: whoever comes first, but not who decided."""
    order = NewTask("sign_off", now + ANSWER_WITHIN, SIGN_OFF_NOTE, "plan")
    task = tasks.open_for_case(session, standing.case, standing.client, order)
    task.owner_id = None


def ask_to_decide_again(
    session: Session, standing: Standing, plan: PlanDecision, *, now: dt.datetime
) -> None:
    """A task for whoever decided: the lead returned it."""
    order = NewTask("decide_again", now + ANSWER_WITHIN, RETURNED_NOTE, "plan", plan.decided_by)
    tasks.open_for_case(session, standing.case, standing.client, order)


def supersede(session: Session, plan: PlanDecision, case: Case) -> None:
    """Take a decision out of force, with the tasks it raised."""
    plan.state = "superseded"
    note(session, plan, case, "supersede", fields=("state",))
    end_tasks(session, case, "cancelled")


def end_tasks(session: Session, case: Case, state: str) -> None:
    """Close the tasks that decisions of this case raised."""
    task_endings.end(session, case, ("sign_off", "set_dates", "decide_again"), state)


def new_key_worker(
    session: Session, case: Case, key_worker_id: uuid.UUID | None, actor: Actor
) -> uuid.UUID | None:
    """Who becomes key worker; None where that changes nothing. Raises Forbidden, ValidationFailed.

    Naming is for those who may assign; anybody who decides may repeat who it is.
    """
    if key_worker_id is None or key_worker_id == case.key_worker_id:
        return None
    actor.require(Permission.CASE_ASSIGN)
    key_workers.refuse_unable(session, key_worker_id, actor)
    return key_worker_id


def note(
    session: Session, plan: PlanDecision, case: Case, subtype: str, *, fields: tuple[str, ...] = ()
) -> None:
    """The event of one version of a decision."""
    audit.record(
        session,
        Event(
            "plan",
            subtype,
            "C" if subtype == "decide" else "U",
            row=plan,
            client_id=case.client_id,
            fields=fields,
            sensitivity="P2",
        ),
    )
