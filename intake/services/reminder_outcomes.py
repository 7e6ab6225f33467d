"""What does the outcome of a send mean for a reminder? The classification table, and its record.

Every write is fenced by the lease's token: a worker that slept past its lease changes nothing.
Whatever ends without a certain delivery opens a task to call the person.

    accepted     the provider has it                             -> accepted
    permanent    it will never take it                           -> failed, contact to be checked
    config       our credentials are wrong                       -> later, not counted
    throttled    too fast                                        -> when it says, not counted
    outage       it can't be reached, or fails for everybody     -> later, not counted
    not_started  the lease was nearly over                       -> at once, not counted
    transient    it failed and did not accept                    -> later, at most MAX_ATTEMPTS
    unknown      it may have accepted                            -> same key later, else uncertain
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import Reminder, ReminderAttempt
from intake.services import audit, reminder_calls, reminder_facts
from intake.services.audit import FAILED, Event
from intake.services.reminder_facts import MERGED, Row
from intake.services.reminder_sending import Outgoing, SendingPolicy

LONGEST_BACKOFF = 15 * 60.0
UNCOUNTED = frozenset({"config", "throttled", "outage", "not_started"})
# What the attempts' own column calls them.
STORED_AS = {"outage": "transient", "not_started": "transient"}
_RANDOM = random.SystemRandom()


def record_outcomes(
    session: Session,
    token: uuid.UUID,
    sent: Sequence[Sent],
    *,
    now: dt.datetime,
    policy: SendingPolicy,
) -> int:
    """Store how sends of one site ended; answer how many reminders that still were ours.

    Args:
        session: a transaction of the site.
        token: of the lease they were begun under.
        sent: each message with its outcome.
        now: clinic time.
        policy: how this process sends.
    """
    outcome_of = {id_: (one, place) for one in sent for place, id_ in enumerate(one.reminder_ids)}
    rows = {row.reminder.id: row for row in reminder_facts.sending(session, token, outcome_of)}
    attempts = _attempts(session, token, rows)
    unsure = _may_have_arrived(session, rows, token)
    calls: list[tuple[Row, str]] = []
    for id_, row in rows.items():
        one, place = outcome_of[id_]
        _finish(attempts[id_], one, policy)
        fate = decide(_standing(row.reminder, unsure=id_ in unsure), one, now=now, policy=policy)
        _apply(row.reminder, fate, one, place, policy)
        if fate.state in {"failed", "dead", "uncertain"}:
            calls.append((row, fate.reason or fate.state))
            _record_failure(session, row, fate)
    reminder_calls.ask_to_call(session, calls, now=now)
    policy.reached("in_record")
    return len(rows)


def decide(standing: Standing, sent: Sent, *, now: dt.datetime, policy: SendingPolicy) -> Fate:
    """The row of the table that one outcome belongs to."""
    if sent.outcome == "accepted":
        return Fate("accepted")
    if sent.outcome == "permanent":
        # After an attempt that may have arrived, a refusal of the repeat says nothing about it.
        if standing.may_have_arrived:
            return Fate("uncertain", "outcome_unknown")
        return Fate("failed", "refused_by_provider", flags_contact=True)
    again = now + dt.timedelta(seconds=_wait(standing, sent, policy))
    uncounted = sent.outcome in UNCOUNTED
    unsure = standing.may_have_arrived or sent.outcome == "unknown"
    reason = None
    if sent.outcome == "unknown" and not policy.honours_key:
        reason = "outcome_unknown"
    elif not uncounted and standing.counted_attempts >= policy.max_attempts:
        reason = "too_many_attempts"
    elif again >= standing.expires_at:
        reason = "no_time_left"
    if reason:
        return Fate("uncertain" if unsure else "dead", reason)
    return Fate("scheduled", sent.outcome, next_attempt_at=again, uncounted=uncounted)


def _wait(standing: Standing, sent: Sent, policy: SendingPolicy) -> float:
    """Seconds until the next attempt: full jitter, so that a recovered provider isn't flooded."""
    if sent.outcome == "not_started":
        return 0.0
    if sent.outcome == "throttled" and sent.retry_after is not None:
        return sent.retry_after
    longest = min(policy.backoff_seconds * 2.0 ** min(standing.attempts, 20), LONGEST_BACKOFF)
    wait = _RANDOM.uniform(0, longest)
    return max(wait, policy.settle_seconds) if sent.outcome == "unknown" else wait


def _standing(reminder: Reminder, *, unsure: bool) -> Standing:
    return Standing(
        attempts=reminder.attempts,
        counted_attempts=reminder.attempts - reminder.outage_attempts,
        expires_at=reminder.expires_at,
        may_have_arrived=unsure,
    )


def _apply(reminder: Reminder, fate: Fate, sent: Sent, place: int, policy: SendingPolicy) -> None:
    """Write a fate into its reminder. The first of a merged text carries the reference."""
    reminder.state, reminder.state_reason = fate.state, fate.reason
    if fate.state == "accepted":
        reminder.provider = policy.provider
        if place == 0:
            reminder.provider_ref = sent.provider_ref
        else:
            reminder.state_reason = MERGED
    if fate.next_attempt_at is not None:
        reminder.next_attempt_at = fate.next_attempt_at
    if fate.uncounted:
        reminder.outage_attempts += 1


def _finish(attempt: ReminderAttempt, sent: Sent, policy: SendingPolicy) -> None:
    """Close the attempt with what is known."""
    attempt.finished_at = policy.machine_now()
    attempt.outcome = STORED_AS.get(sent.outcome, sent.outcome)
    attempt.http_status, attempt.error_class = sent.http_status, sent.error_class


def _record_failure(session: Session, row: Row, fate: Fate) -> None:
    """The event of a reminder that failed, and of the contact that has to be checked."""
    client = row.client.id
    audit.record(
        session,
        Event(
            "reminder",
            "send_failed",
            "U",
            row=row.reminder,
            client_id=client,
            outcome=FAILED,
            outcome_code=fate.reason,
        ),
    )
    if fate.flags_contact and not row.contact.needs_check:
        row.contact.needs_check = True
        audit.record(
            session,
            Event(
                "contact",
                "needs_check",
                "U",
                row=row.contact,
                client_id=client,
                fields=("needs_check",),
            ),
        )


def _attempts(
    session: Session, token: uuid.UUID, rows: dict[uuid.UUID, Row]
) -> dict[uuid.UUID, ReminderAttempt]:
    """The open attempt of each row under this lease."""
    found = session.scalars(
        select(ReminderAttempt).where(
            ReminderAttempt.reminder_id.in_(rows),
            ReminderAttempt.lease_token == token,
            ReminderAttempt.finished_at.is_(None),
        )
    )
    return {attempt.reminder_id: attempt for attempt in found}


def _may_have_arrived(
    session: Session, rows: dict[uuid.UUID, Row], token: uuid.UUID
) -> set[uuid.UUID]:
    """Which of these had an earlier attempt that ended without anybody knowing how."""
    found = session.scalars(
        select(ReminderAttempt.reminder_id).where(
            ReminderAttempt.reminder_id.in_(rows),
            ReminderAttempt.lease_token != token,
            (ReminderAttempt.outcome.is_(None)) | (ReminderAttempt.outcome == "unknown"),
        )
    )
    return set(found)


@dataclass(frozen=True, slots=True)
class Sent:
    """How one message ended. `retry_after` is in seconds."""

    reminder_ids: tuple[uuid.UUID, ...]
    outcome: str
    provider_ref: str | None = None
    http_status: int | None = None
    error_class: str | None = None
    retry_after: float | None = None

    @classmethod
    def of(cls, outgoing: Outgoing, outcome: str, error_class: str | None = None) -> Sent:
        """An outcome that no provider was needed for."""
        return cls(outgoing.reminder_ids, outcome, error_class=error_class)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a reminder has behind it and before it."""

    attempts: int
    counted_attempts: int
    expires_at: dt.datetime
    may_have_arrived: bool


@dataclass(frozen=True, slots=True)
class Fate:
    """Where a reminder goes after a send, and why."""

    state: str
    reason: str | None = None
    next_attempt_at: dt.datetime | None = None
    uncounted: bool = False
    flags_contact: bool = False
