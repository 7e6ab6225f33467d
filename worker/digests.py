"""How do the staff's digests leave? Planned site by site, then claimed, sent and recorded singly.

There are a handful a day, so they go one after the other; the lease covers each by itself.
"""

from __future__ import annotations

import datetime as dt
import uuid

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from intake import clock
from intake.errors import IntakeError
from intake.services import alert_calls, leftovers, notices, outbound_chasing
from worker.channels.base import Message
from worker.process import Process

log = structlog.get_logger()


def run(process: Process) -> int:
    """Plan what today's hour asks for and send what is due; answer how many were tried."""
    _plan(process)
    public_url = process.settings.require("public_url")
    stop_at = clock.monotonic() + process.budget
    tried = 0
    while clock.monotonic() < stop_at:
        with process.transaction() as (session, now):
            claimed = notices.claim(
                session,
                process.owner,
                now=now,
                lease_seconds=process.settings.lease_seconds,
                limit=1,
            )
        if not claimed:
            break
        site, token = claimed[0].site_id, claimed[0].lease_token
        with process.transaction(site) as (session, _):
            mails = notices.begin(session, token, public_url=public_url)
        for mail in mails:
            tried += 1
            result = process.mail.send(Message(mail.recipient, mail.body, mail.key, mail.subject))
            with process.transaction(site) as (session, now):
                notices.record(session, mail, result.outcome, token=token, now=now)
    return tried


def _plan_digests(session: Session, site: uuid.UUID, *, now: dt.datetime) -> None:
    del site  # that of the transaction
    notices.plan_digests(session, now=now)


def _forget(session: Session, site: uuid.UUID, *, now: dt.datetime) -> None:
    del site, now  # that of the transaction; by machine time
    leftovers.remove(session)


def _plan(process: Process) -> None:
    """Today's digests of every site, alerts nobody answers, referrals nothing came back from.

    What is kept for a while only is forgotten on the way.
    Each is a transaction of its own: what fails at one site, or in one step, holds up no other.
    """
    with process.transaction() as (session, _):
        sites = notices.all_sites(session)
    for site in sites:
        for step in (alert_calls.escalate, _plan_digests, outbound_chasing.chase, _forget):
            try:
                with process.transaction(site) as (session, now):
                    step(session, site, now=now)
            except (SQLAlchemyError, IntakeError):
                log.exception("step not done", step=step.__name__, site_id=str(site))
