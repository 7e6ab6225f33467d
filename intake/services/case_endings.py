"""What ends with a plan, with a case and with a life? All of it in the transaction of the move.

Whatever a worker holds in its hand at that moment is stopped by the gate of reminders, which reads
case and person again before it sends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Update, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from intake.clinical import lifecycle
from intake.clinical.lifecycle import Move as Rule
from intake.models import Appointment, Case, Client, FollowUp, Reminder
from intake.services import audit, outbound_endings, placement_endings, task_endings, tasks
from intake.services.audit import Event
from intake.services.tasks import NewTask

# A product decision: the lead looks at a death on the next day at the latest.
REVIEW_WITHIN = dt.timedelta(hours=24)
REVIEW_NOTE = "The person has died. Review what happened, and what the service can learn from it."
CANCELLED = "staff_cancelled"
# What nobody has to do any more once a case has ended; alerts are closed by a person.
POINTLESS = (
    "sign_off",
    "set_dates",
    "decide_again",
    "call_client",
    "approve_discharge",
    "offer_place",
    "second_opinion",
)


def follow(session: Session, case: Case, client: Client, rule: Rule, *, now: dt.datetime) -> None:
    """Do what follows from a move; the case is in its new state already."""
    if (rule.origin, rule.target) == ("plan_chosen", "assessed"):
        _withdraw_follow_ups(session, case)
    if rule.target in lifecycle.TERMINAL_STATES:
        _end(session, case, client, now=now)
    if "incident_review" in rule.effects:
        _record_death(session, case, client, now=now)


def _end(session: Session, case: Case, client: Client, *, now: dt.datetime) -> None:
    """No visit, reminder, obligation, errand or letter unsent outlives the case."""
    _cancel_appointments(session, case, now=now)
    _withdraw_follow_ups(session, case)
    task_endings.end(session, case, POINTLESS, "cancelled")
    placement_endings.end_with_case(session, case, now=now)
    outbound_endings.end_with_case(session, case, client)


def _cancel_appointments(session: Session, case: Case, *, now: dt.datetime) -> None:
    """Cancel what is still to come, each with its event, and the reminders not yet sent."""
    rows = session.scalars(
        select(Appointment)
        .where(
            Appointment.case_id == case.id,
            Appointment.status == "booked",
            func.lower(Appointment.during) > now,
        )
        .with_for_update()
    ).all()
    if rows:
        session.execute(
            _quietly(update(Appointment))
            .where(Appointment.id.in_([row.id for row in rows]))
            .values(status="cancelled", cancel_reason=CANCELLED, version=Appointment.version + 1)
        )
    for row in rows:
        set_committed_value(row, "status", "cancelled")
        set_committed_value(row, "cancel_reason", CANCELLED)
        set_committed_value(row, "version", row.version + 1)
        act = Event("appointment", "cancel", "U", row=row, client_id=case.client_id)
        audit.record(session, replace(act, fields=("status",)))
    of_case = select(Appointment.id).where(Appointment.case_id == case.id)
    session.execute(
        _quietly(update(Reminder))
        .where(Reminder.appointment_id.in_(of_case), Reminder.state == "scheduled")
        .values(state="cancelled", state_reason=f"case_{case.state}")
    )


def _withdraw_follow_ups(session: Session, case: Case) -> None:
    """Obligations that were not kept are not owed any more."""
    gone: Sequence[object] = session.execute(
        _quietly(update(FollowUp))
        .where(FollowUp.case_id == case.id, FollowUp.state.in_(("planned", "booked")))
        .values(state="withdrawn", version=FollowUp.version + 1)
        .returning(FollowUp.id)
    ).all()
    if gone:
        act = Event("follow_up", "withdraw", "U", client_id=case.client_id, hits=len(gone))
        audit.record(session, replace(act, sensitivity="P2"))


def _record_death(session: Session, case: Case, client: Client, *, now: dt.datetime) -> None:
    """The person's record says so too, which stops every reminder; leads review it."""
    client.state = "deceased"
    act = Event("client", "death", "U", row=client, client_id=client.id, fields=("state",))
    audit.record(session, replace(act, sensitivity="P1"))
    session.execute(
        _quietly(update(Reminder))
        .where(Reminder.client_id == client.id, Reminder.state == "scheduled")
        .values(state="cancelled", state_reason="client_deceased")
    )
    order = NewTask("incident_review", now + REVIEW_WITHIN, REVIEW_NOTE)
    tasks.open_for_case(session, case, client, order).owner_id = None


def _quietly(statement: Update) -> Update:
    """Leave what the session holds as it is."""
    return statement.execution_options(synchronize_session=False)
