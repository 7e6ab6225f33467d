"""What becomes of a reminder that failed? It is sent again, or somebody spoke with the person.

Either settles it, once, and is stored with it: `settled_at`, and the contact attempt where it was
that. Sent again it is another row, so that its provider sees another key; `resend_of` is unique, so
that at most one follows each. What may have arrived is never sent again.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from intake import clock
from intake.access import Actor, Permission
from intake.clinical import reminder_times
from intake.errors import Conflict, NotFound
from intake.models import Appointment, Case, Client, ContactAttempt, ContactPoint, Reminder
from intake.services import (
    audit,
    cases,
    relations,
    reminder_facts,
    reminder_gate,
    reminder_reasons,
    reminder_views,
    reminders,
)
from intake.services.appointment_times import starts
from intake.services.audit import Event
from intake.services.reminder_facts import Row
from intake.services.reminder_sending import MAX_ATTEMPTS
from intake.services.reminder_views import ExplainedReminder

#: The one outcome of a contact attempt after which the person knows: a message left, or a call
#: nobody took, reminds nobody.
SPOKEN = "reached"


def resend(
    session: Session, reminder_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> ExplainedReminder:
    """Plan a reminder that failed again, to the best number there is now; the new one is answered.

    It leaves at once or at the end of quiet hours, and is judged again as it leaves. Raises as
    `relations.require`, Conflict with what stands against it.
    """
    failed, case, appointment, client = _held(session, reminder_id, actor)
    cases.refuse_ended(case)
    if why := reminder_reasons.not_failed(failed):
        raise Conflict(why)
    contact = reminders.contact_for(session, client.id)
    if contact is None:
        raise Conflict(reminder_reasons.NO_NUMBER)
    again = _another(failed, appointment, contact, now)
    _judge(session, Row(again, appointment, case, client, contact), now)
    session.add(again)
    failed.settled_at = now
    whose, changed = client.id, ("settled_at",)
    audit.record(session, Event("reminder", "resend", "C", row=again, client_id=whose))
    audit.record(
        session, Event("reminder", "settle", "U", row=failed, client_id=whose, fields=changed)
    )
    session.flush()
    return reminder_views.explained(again, case)


def settle_by(session: Session, attempt: ContactAttempt, case: Case) -> None:
    """Settle what failed before a contact attempt that reached the person, for visits after it."""
    if attempt.outcome != SPOKEN:
        return
    session.flush()
    ahead = select(Appointment.id).where(
        Appointment.case_id == case.id, func.lower(Appointment.during) > attempt.at
    )
    settled = session.execute(
        update(Reminder)
        .where(
            reminders.UNSETTLED,
            Reminder.next_attempt_at <= attempt.at,
            Reminder.appointment_id.in_(ahead),
        )
        .values(settled_at=attempt.at, contact_attempt_id=attempt.id)
        .returning(Reminder.id),
        execution_options={"synchronize_session": False},
    )
    if ids := tuple(settled.scalars()):
        changed = ("settled_at", "contact_attempt_id")
        event = Event("reminder", "settle", "U", client_id=case.client_id, fields=changed)
        audit.record(session, replace(event, hits=len(ids), returned_ids=ids))


def _held(
    session: Session, reminder_id: uuid.UUID, actor: Actor
) -> tuple[Reminder, Case, Appointment, Client]:
    """A reminder and what it is about; case and reminder are held until the transaction ends."""
    row = session.execute(
        select(Reminder, Case, Appointment, Client)
        .join(Reminder.appointment)
        .join(Appointment.case)
        .join(Reminder.client)
        .where(Reminder.id == reminder_id)
        .with_for_update(of=(Case, Reminder), key_share=True)
    ).one_or_none()
    if row is None:
        raise NotFound("reminder")
    relations.require(session, actor, Permission.APPOINTMENT_WRITE, row.Case, what="reminder")
    return row.Reminder, row.Case, row.Appointment, row.Client


def _another(
    failed: Reminder, appointment: Appointment, contact: ContactPoint, now: dt.datetime
) -> Reminder:
    """The row that is sent instead of one that failed, due now. Nothing is stored."""
    made, schedule = clock.uuid7(), f"{failed.appointment_id}:{failed.schedule_no}"
    return Reminder(
        id=made,
        site_id=failed.site_id,
        client_id=failed.client_id,
        appointment_id=failed.appointment_id,
        schedule_no=failed.schedule_no,
        kind=failed.kind,
        channel=contact.channel,
        contact_id=contact.id,
        contact_version=contact.version,
        locale=failed.locale,
        dedupe_key=f"{schedule}:{failed.kind}:{contact.channel}:{made}",
        send_after=now,
        next_attempt_at=now,
        expires_at=reminder_times.useful_until(failed.kind, starts(appointment.during)),
        state="scheduled",
        attempts=0,
        outage_attempts=0,
        resend_of=failed.id,
    )


def _judge(session: Session, row: Row, now: dt.datetime) -> None:
    """Ask what is asked as a reminder leaves; quiet hours put it off. Raises Conflict."""
    profile = reminder_facts.site_profile(session, row.reminder.site_id)
    [facts] = reminder_facts.with_history(session, [row], profile, now=now)
    against = reminder_gate.verdict(facts, now=now, max_attempts=MAX_ATTEMPTS, resends=True)
    if against is None:
        return
    if against.next_attempt_at is None:
        raise Conflict(reminder_reasons.against(against.reason))
    row.reminder.send_after = row.reminder.next_attempt_at = against.next_attempt_at
