"""What became of the reminders of the past? Accepted on paper: nothing of a story is ever sent.

The worker's own path needs a way out, and these reminders were due when nobody was there. So they
are brought to the end that sending would have given them, with events of their own; whoever did not
agree to reminders got none. What lies ahead stays planned, for the worker of this installation.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from intake import clock
from intake.cli.demo_load.life import Life
from intake.cli.demo_load.stage import CLIENT, Stage
from intake.models import Appointment, Case, Client, ContactPoint, Reminder
from intake.services import audit, reminder_calls
from intake.services.audit import FAILED, Context, Event
from intake.services.reminder_facts import Row

PROVIDER = "demo"
#: Marks of stories → the end of their last reminder, and why.
FAILURES: Mapping[str, tuple[str, str]] = {
    "refused_text": ("failed", "refused_by_provider"),
    "uncertain_text": ("uncertain", "outcome_unknown"),
}


def post(stage: Stage, lives: Iterable[Life]) -> None:
    """Bring every reminder that is due at the moment of the story to its end."""
    rows = _due(stage)
    if not rows:
        return
    by_case = {one.case_id: one for one in lives}
    actor = next(iter(stage.staff.values()))
    audit.begin(
        stage.session,
        Context(
            request_id=clock.uuid7(),
            service="cli",
            agent_role="system",
            occurred_at=stage.moment,
            site_id=actor.site_id,
            agent_client=CLIENT,
        ),
    )
    for row in rows:
        _end(stage, row, by_case.get(row.case.id))
    audit.write(stage.session)
    stage.session.expunge_all()


def _due(stage: Stage) -> list[Row]:
    """What is due at the moment of the story.

    In plain statements: inside the transaction that fills them nothing is known of the sizes of
    the tables, and a join of five would be planned badly.
    """
    due = (Reminder.state == "scheduled", Reminder.next_attempt_at <= stage.moment)
    order = (Reminder.next_attempt_at, Reminder.id)
    found = stage.session.scalars(select(Reminder).where(*due).order_by(*order)).all()
    if not found:
        return []

    def rows(model: Any, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Any]:
        wanted = select(model).where(model.id.in_(set(ids)))
        return {row.id: row for row in stage.session.scalars(wanted)}

    visits = rows(Appointment, (one.appointment_id for one in found))
    cases = rows(Case, (one.case_id for one in visits.values()))
    clients = rows(Client, (one.client_id for one in found))
    contacts = rows(ContactPoint, (one.contact_id for one in found))
    return [
        Row(
            one,
            visit := visits[one.appointment_id],
            cases[visit.case_id],
            clients[one.client_id],
            contacts[one.contact_id],
        )
        for one in found
    ]


def _end(stage: Stage, row: Row, life: Life | None) -> None:
    reminder = row.reminder
    state, reason = _outcome(stage, row, life)
    reminder.state, reminder.state_reason, reminder.provider = state, reason, PROVIDER
    is_sent = state == "accepted"
    audit.record(
        stage.session,
        Event(
            "reminder",
            "send_attempted" if is_sent else "not_sent",
            "E" if is_sent else "U",
            row=reminder,
            client_id=reminder.client_id,
            outcome=audit.SUCCESS if is_sent or state == "suppressed" else FAILED,
            outcome_code=reason,
        ),
    )
    if state in ("failed", "uncertain"):
        row.contact.needs_check = state == "failed"
        reminder_calls.ask_to_call(stage.session, [(row, reason or state)], now=stage.moment)


def _outcome(stage: Stage, row: Row, life: Life | None) -> tuple[str, str | None]:
    """As the gate and the provider would have said."""
    if life is not None and life.has("no_texts"):
        return "suppressed", "no_consent"
    if row.contact.needs_check:
        return "suppressed", "contact_needs_check"
    begins = row.appointment.during.lower
    is_to_come = begins is not None and begins > stage.until
    for mark, end in FAILURES.items():
        if life is not None and life.has(mark) and is_to_come and not life.has_failed:
            life.has_failed = True
            return end
    return "accepted", None
