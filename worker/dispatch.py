"""How does everything that is due leave, once? Claim, begin, send, record, until nothing is due.

The loop opens the transactions, calls the services and gives finished text to a channel. While it
sends, no database connection is held. It stops when nothing is due or its time is spent; another
run, here or elsewhere, goes on: what it claims is other rows.
"""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from intake import clock
from intake.errors import IntakeError
from intake.services import reminder_leases, reminder_outcomes, reminder_sending
from intake.services.reminder_leases import Claimed
from intake.services.reminder_outcomes import Sent
from intake.services.reminder_sending import Outgoing
from worker.channels.base import Message, Outcome, Result
from worker.process import Process

POOL = 16
RECORD_EVERY = 25
"""A crash repeats at most so many sends, which the provider collapses."""
log = structlog.get_logger()


def run(process: Process) -> int:
    """Send what is due within the time budget; answer how many messages were tried."""
    stop_at = clock.monotonic() + process.budget
    tried = 0
    with ThreadPoolExecutor(POOL, thread_name_prefix="send") as pool:
        while clock.monotonic() < stop_at:
            was_open = process.breaker.is_open
            claimed = _claim(process, limit=1 if was_open else process.batch)
            if not claimed:
                break
            tried += _handle(process, pool, claimed, stop_at)
            if process.breaker.is_open:
                log.error("provider fails for everybody", provider=process.sms.name)
                break
    return tried


def _claim(process: Process, *, limit: int) -> list[Claimed]:
    with process.transaction() as (session, now):
        claimed = reminder_leases.claim(
            session,
            process.owner,
            now=now,
            lease_seconds=process.settings.lease_seconds,
            limit=limit,
        )
    process.faults.reached("after_claim")
    return claimed


def _by_site(claimed: Iterable[Claimed]) -> list[list[Claimed]]:
    sites: defaultdict[uuid.UUID, list[Claimed]] = defaultdict(list)
    for one in claimed:
        sites[one.site_id].append(one)
    return list(sites.values())


def _handle(
    process: Process, pool: ThreadPoolExecutor, claimed: Sequence[Claimed], stop_at: float
) -> int:
    """Begin, send and record one claim; those that may have killed a process go one by one."""
    ready: list[Ready] = []
    strange: list[Claimed] = []
    for site in _by_site(claimed):
        suspects = _suspects(process, site)
        strange += [one for one in site if one.id in suspects]
        ready += _begin(process, [one for one in site if one.id not in suspects])
    process.faults.reached("after_begin")
    _send_and_record(process, pool, [one.before(stop_at) for one in ready])
    random.shuffle(strange)
    for one in strange:
        if clock.monotonic() > stop_at:
            break  # the others come back with their lease, and this claim of them doesn't count
        _count(process, one)
        alone = _begin(process, [one])
        _send_and_record(process, pool, [each.before(stop_at) for each in alone])
        ready += alone
    return len(ready)


def _suspects(process: Process, claimed: Sequence[Claimed]) -> set[uuid.UUID]:
    """Rows of one site whose last holder may have died of them; this claim doesn't count yet."""
    if all(one.attempts == 1 for one in claimed):
        return set()
    with process.transaction(claimed[0].site_id) as (session, _):
        found = reminder_leases.suspects(session, claimed[0].lease_token)
        reminder_leases.discount(session, claimed[0].lease_token, found, by=1)
    return set(found)


def _count(process: Process, one: Claimed) -> None:
    """From here on the claim counts: if the process dies now, it was this reminder."""
    with process.transaction(one.site_id) as (session, _):
        reminder_leases.discount(session, one.lease_token, [one.id], by=-1)


def _begin(process: Process, claimed: Sequence[Claimed]) -> list[Ready]:
    """Make rows of one site ready; a site that fails doesn't hold up the others."""
    if not claimed:
        return []
    try:
        return _begin_rows(process, claimed)
    except (SQLAlchemyError, IntakeError):
        log.exception("reminders of a site not begun", site_id=str(claimed[0].site_id))
        return []


def _begin_rows(process: Process, claimed: Sequence[Claimed]) -> list[Ready]:
    """One transaction of `begin`; the deadline counts from before it, to be on the safe side."""
    started = clock.monotonic()
    with process.transaction(claimed[0].site_id) as (session, now):
        begun = reminder_sending.begin(
            session,
            claimed[0].lease_token,
            now=now,
            policy=process.policy,
            only={one.id for one in claimed},
        )
    deadline = started + begun.lease_left - process.margin
    return [Ready(one, deadline) for one in begun.outgoing]


def _send_and_record(process: Process, pool: ThreadPoolExecutor, ready: Sequence[Ready]) -> None:
    """Send all; record outcomes per site in small batches as they come in."""
    waiting: defaultdict[tuple[uuid.UUID, uuid.UUID], list[Sent]] = defaultdict(list)
    probing = process.breaker.is_open
    futures = {pool.submit(_send, process, one, probing=probing): one.outgoing for one in ready}
    for future in as_completed(futures):
        outgoing = futures[future]
        lease = (outgoing.site_id, outgoing.lease_token)
        waiting[lease].append(_outcome(future, outgoing))
        if len(waiting[lease]) >= RECORD_EVERY:
            _record(process, *lease, waiting.pop(lease))
    for lease, sent in waiting.items():
        _record(process, *lease, sent)


def _send(process: Process, ready: Ready, *, probing: bool) -> Result | None:
    """Send one message, unless its time is over (None) or the provider turned out to be down."""
    if clock.monotonic() > ready.deadline:
        return None
    if process.breaker.is_open and not probing:
        return Result(Outcome.OUTAGE, error_class="provider_down")
    message = Message(ready.outgoing.recipient, ready.outgoing.text, key=ready.outgoing.key)
    process.faults.reached("before_send")
    result = process.sms.send(message)
    process.faults.reached("after_send")
    process.breaker.note(result.outcome)
    return result


def _outcome(future: Future[Result | None], outgoing: Outgoing) -> Sent:
    """What came of one send, in the words of the service."""
    result = future.result()
    if result is None:
        return Sent.of(outgoing, "not_started", error_class="no_time_left")
    return Sent(
        outgoing.reminder_ids,
        outcome=result.outcome,
        provider_ref=result.provider_ref,
        http_status=result.http_status,
        error_class=result.error_class,
        retry_after=result.retry_after,
    )


def _record(process: Process, site: uuid.UUID, token: uuid.UUID, sent: list[Sent]) -> None:
    """Store outcomes; a reference the provider gave twice is dropped rather than the outcome."""
    if process.breaker.is_open:
        sent = [_blame_provider(one) for one in sent]
    try:
        recorded = _record_once(process, site, token, sent)
    except IntegrityError:
        log.exception("provider reference given twice", provider=process.sms.name)
        recorded = _record_once(process, site, token, [replace(s, provider_ref=None) for s in sent])
    expected = sum(len(one.reminder_ids) for one in sent)
    if recorded < expected:
        log.warning("lease was lost before recording", lost=expected - recorded)
    process.faults.reached("after_record")


def _record_once(process: Process, site: uuid.UUID, token: uuid.UUID, sent: list[Sent]) -> int:
    with process.transaction(site) as (session, now):
        return reminder_outcomes.record_outcomes(
            session, token, sent, now=now, policy=process.policy
        )


def _blame_provider(sent: Sent) -> Sent:
    """While it fails for everybody, its failure is no attempt of this reminder."""
    return replace(sent, outcome=Outcome.OUTAGE) if sent.outcome == Outcome.TRANSIENT else sent


@dataclass(frozen=True, slots=True)
class Ready:
    """One message and the moment (monotonic) after which it may not be started any more."""

    outgoing: Outgoing
    deadline: float

    def before(self, stop_at: float) -> Ready:
        """The same, not to be started after `stop_at` either: time limits end the task."""
        return replace(self, deadline=min(self.deadline, stop_at))
