"""How is a leased batch of reminders made ready? Re-check everything, store the intent.

`begin` is one transaction per site: what may no longer be sent ends here with its reason; for the
rest the attempt, the audit event and the state `sending` are stored *before* anything leaves. What
comes back is finished text and a key; the caller holds no connection while it sends.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from intake.errors import IntegrityBroken, ValidationFailed
from intake.models import Reminder, ReminderAttempt
from intake.services import (
    audit,
    messages,
    reminder_calls,
    reminder_facts,
    reminder_gate,
    reminder_leases,
)
from intake.services.audit import Event
from intake.services.identity import vault_of
from intake.services.messages import MessageOrder
from intake.services.reminder_facts import Facts, SiteProfile
from intake.services.reminder_gate import Verdict
from intake.services.reminder_groups import Group, form_groups

MAX_ATTEMPTS = 6


def begin(
    session: Session,
    token: uuid.UUID,
    *,
    now: dt.datetime,
    policy: SendingPolicy,
    only: Collection[uuid.UUID] | None = None,
) -> Begun:
    """Decide about the leased rows of the session's site and store the intent to send the rest.

    Args:
        session: a transaction of one site; the caller commits it before sending.
        token: of the lease. Rows that another worker has taken over are left alone.
        now: clinic time.
        policy: how this process sends.
        only: a part of the lease's rows; all by default.
    """
    rows = reminder_facts.leased(session, token, only)
    if not rows:
        return Begun((), 0.0)
    lease_left = reminder_leases.seconds_left(session, token)
    profile = reminder_facts.site_profile(session, rows[0].reminder.site_id)
    facts = reminder_facts.with_history(session, rows, profile, now=now)
    passed, refused = _judged(facts, now=now, policy=policy)
    passed += _joining(session, passed, now=now, policy=policy)
    groups, left_over = form_groups(passed)
    refused += left_over
    outgoing = [_ready(session, group, policy, refused) for group in groups]
    _turn_away(session, refused, now=now)
    policy.reached("in_begin")
    return Begun(tuple(one for one in outgoing if one), lease_left)


def _judged(
    facts: Sequence[Facts], *, now: dt.datetime, policy: SendingPolicy
) -> tuple[list[Facts], list[tuple[Facts, Verdict]]]:
    """What may leave, and what may not with the reason."""
    passed: list[Facts] = []
    refused: list[tuple[Facts, Verdict]] = []
    for one in facts:
        against = reminder_gate.verdict(
            one, now=now, max_attempts=policy.max_attempts, resends=policy.honours_key
        )
        if against:
            refused.append((one, against))
        else:
            passed.append(one)
    return passed, refused


def _joining(
    session: Session, passed: Sequence[Facts], *, now: dt.datetime, policy: SendingPolicy
) -> list[Facts]:
    """Reminders of later today that may share the text of one that leaves now; taken along."""
    leaders = [
        one
        for one in passed
        if one.row.reminder.attempts == 1 and one.row.reminder.kind != "changed"
    ]
    later = reminder_facts.due_the_same_day(session, [one.row for one in leaders], now=now)
    if not later:
        return []
    facts = reminder_facts.with_history(session, later, leaders[0].profile, now=now)
    joining, _ = _judged(facts, now=now, policy=policy)  # the others have their own time
    for one in joining:
        _adopt(one.row.reminder, leaders[0].row.reminder)
    return joining


def _adopt(later: Reminder, leader: Reminder) -> None:
    """Take a reminder of later today into this lease."""
    later.state = "leased"
    later.attempts += 1
    later.lease_no += 1
    later.lease_token, later.lease_until = leader.lease_token, leader.lease_until
    later.lease_owner = leader.lease_owner


def _ready(
    session: Session, group: Group, policy: SendingPolicy, refused: list[tuple[Facts, Verdict]]
) -> Outgoing | None:
    """The finished message of a group with its attempts stored, or None when none can be made."""
    leader = group.members[0]
    policy.reached(f"row={leader.row.reminder.id}")
    try:
        recipient = vault_of(session, leader.row.client).open(
            "contact_points.value", leader.row.contact.id, leader.row.contact.value or b""
        )
        finished = messages.render(_message_order(group, leader.profile))
    except IntegrityBroken:
        verdict = Verdict("suppressed", "contact_unreadable", calls=True)
        refused.extend((one, verdict) for one in group.members)
        return None
    except ValidationFailed:
        verdict = Verdict("suppressed", "text_refused", calls=True)
        refused.extend((one, verdict) for one in group.members)
        return None
    for one in group.members:
        _store_intent(session, one, group.key, policy)
    token = leader.row.reminder.lease_token
    if token is None:
        raise ValueError("a reminder without a lease can't be sent")
    return Outgoing(
        site_id=leader.row.reminder.site_id,
        reminder_ids=tuple(one.row.reminder.id for one in group.members),
        lease_token=token,
        key=group.key,
        recipient=recipient,
        text=finished,
    )


def _message_order(group: Group, profile: SiteProfile) -> MessageOrder:
    """What the text is made of; times are the wall times at the site."""
    return MessageOrder(
        kind=group.members[0].row.reminder.kind,
        starts=tuple(one.row.appointment.local_start for one in group.members),
        phone=profile.site.phone,
        language=group.members[0].row.reminder.locale,
        names=(profile.site.name,),
    )


def _store_intent(session: Session, facts: Facts, key: str, policy: SendingPolicy) -> None:
    """The attempt, the state and the event that exist before anything leaves."""
    reminder = facts.row.reminder
    reminder.state, reminder.state_reason = "sending", None
    session.add(
        ReminderAttempt(
            site_id=reminder.site_id,
            reminder_id=reminder.id,
            n=reminder.attempts,
            lease_token=reminder.lease_token,
            idem_key=key,
            provider=policy.provider,
            started_at=policy.machine_now(),
        )
    )
    audit.record(
        session,
        Event("reminder", "send_attempted", "E", row=reminder, client_id=reminder.client_id),
    )


def _turn_away(
    session: Session, refused: Sequence[tuple[Facts, Verdict]], *, now: dt.datetime
) -> None:
    """Store why each of these doesn't leave, and ask for a call where that is needed."""
    for facts, against in refused:
        reminder = facts.row.reminder
        reminder.state, reminder.state_reason = against.state, against.reason
        if against.next_attempt_at is not None:
            reminder.next_attempt_at = against.next_attempt_at
            reminder.outage_attempts += 1  # waiting is no attempt
        audit.record(
            session,
            Event(
                "reminder",
                "not_sent",
                "U",
                row=reminder,
                client_id=reminder.client_id,
                outcome_code=against.reason,
            ),
        )
    reminder_calls.ask_to_call(
        session, [(one.row, against.reason) for one, against in refused if against.calls], now=now
    )


def _unobserved(point: str) -> None:
    """Nobody watches."""
    del point


@dataclass(frozen=True, slots=True)
class SendingPolicy:
    """How this process sends: through whom, how often, and who watches in tests."""

    provider: str
    honours_key: bool
    machine_now: Callable[[], dt.datetime]
    backoff_seconds: float = 30.0
    settle_seconds: float = 60.0
    max_attempts: int = MAX_ATTEMPTS
    reached: Callable[[str], None] = _unobserved


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message ready to leave; it never prints to whom or what."""

    site_id: uuid.UUID
    reminder_ids: tuple[uuid.UUID, ...]
    lease_token: uuid.UUID
    key: str
    recipient: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Begun:
    """What may be sent, and for how many seconds the lease still holds."""

    outgoing: tuple[Outgoing, ...]
    lease_left: float
