"""What does one worker process hold? Settings, keys, a database engine and the ways out.

Made on first use inside the process that uses it: a pool of connections opened before the fork
would be shared by the children, and two of them reading one socket mix up their answers.
"""

from __future__ import annotations

import datetime as dt
import functools
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from intake import clock, config, crypto, database
from intake.config import Settings
from intake.errors import ConfigurationError
from intake.services import audit
from intake.services.audit import Context
from intake.services.reminder_sending import SendingPolicy
from worker import faults
from worker.breaker import Breaker
from worker.channels.base import CONNECT_SECONDS, READ_SECONDS, Channel
from worker.channels.sms_http import SmsHttp
from worker.channels.smtp import Smtp
from worker.faults import Faults

SHIFTED = text("SELECT count(*) > 0 FROM clinic_clock")
SLOWEST_SEND = CONNECT_SECONDS + READ_SECONDS


@functools.cache
def current() -> Process:
    """This process, made at its first task. Raises ConfigurationError."""
    return make(config.load())


def make(settings: Settings) -> Process:
    """A process from its settings, checked. Raises ConfigurationError with one sentence."""
    check_times(settings)
    process = Process(
        settings=settings,
        keys=crypto.FileKeys(Path(settings.require("keys_file"))),
        sms=SmsHttp(
            settings.require("sms_gateway_url"), token=settings.require("sms_gateway_token")
        ),
        mail=Smtp(settings.require("smtp_url"), sender=_sender(settings)),
        faults=faults.parse(settings.faults),
        engine=database.make_engine(settings.require("worker_database_url")),
    )
    try:
        check_database(process)
    except ConfigurationError:
        process.engine.dispose()
        raise
    return process


def check_times(settings: Settings) -> None:
    """Refuse times that don't fit one another. Raises ConfigurationError."""
    soft, hard = limits(settings)
    longest = settings.dispatch_budget_seconds + SLOWEST_SEND
    fits = longest < soft < hard < settings.lease_seconds
    # The fault harness shortens the lease on purpose; real people need times that fit.
    if settings.is_production and not (fits and settings.lease_margin_seconds > SLOWEST_SEND):
        raise ConfigurationError(
            "The dispatch budget and the slowest send must end before the time limits, and those "
            "before the lease; leave INTAKE_LEASE_SECONDS and its companions unset."
        )


def limits(settings: Settings) -> tuple[int, int]:
    """Soft and hard time limit of a task, in seconds: 40 and 50 with a lease of 60."""
    soft = max(1, int(settings.lease_seconds * 4 / 6))
    return soft, max(soft + 1, int(settings.lease_seconds * 5 / 6))


def check_database(process: Process) -> None:
    """Refuse a role that row-level security doesn't bind, and a shifted clock in production."""
    with process.engine.connect() as connection:
        database.refuse_privileged_role(connection)
        if process.settings.is_production and connection.scalar(SHIFTED):
            raise ConfigurationError(
                "The clinic clock is shifted; `DELETE FROM clinic_clock` before you go live."
            )


def _sender(settings: Settings) -> str:
    """The address staff mail comes from: nobody reads it, so it names nobody."""
    host = urlsplit(settings.require("public_url")).hostname or ""
    return f"no-reply@{host if host.strip('0123456789.:') else 'localhost'}"


def _owner() -> str:
    """Who holds a lease: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Process:
    """Everything a task needs; one per operating-system process."""

    settings: Settings
    engine: Engine = field(repr=False)
    keys: crypto.KeyProvider = field(repr=False)
    sms: Channel
    mail: Channel
    faults: Faults = field(default_factory=Faults)
    breaker: Breaker = field(default_factory=Breaker)
    owner: str = field(default_factory=_owner)
    batch: int = 200

    @property
    def budget(self) -> float:
        """Seconds one run may begin new work; half the time limit when the lease is short."""
        return min(self.settings.dispatch_budget_seconds, limits(self.settings)[0] / 2)

    @property
    def margin(self) -> float:
        """Seconds of lease a send must have left to start; a third when the lease is short."""
        return min(self.settings.lease_margin_seconds, self.settings.lease_seconds / 3)

    @property
    def policy(self) -> SendingPolicy:
        """How this process sends reminders; waits follow the lease, as the harness shortens it."""
        return SendingPolicy(
            provider=self.sms.name,
            honours_key=self.sms.honours_key,
            machine_now=clock.machine_now,
            backoff_seconds=self.settings.lease_seconds / 2,
            settle_seconds=self.settings.lease_seconds,
            reached=self.faults.reached,
        )

    @contextmanager
    def transaction(self, site: uuid.UUID | None = None) -> Iterator[tuple[Session, dt.datetime]]:
        """A unit of work with clinic time; its audit events are written with it or it fails."""
        with database.transaction(
            self.engine,
            self.keys.current(),
            site=site,
            production=self.settings.is_production,
            before_commit=audit.write,
        ) as session:
            now = database.clinic_now(session)
            audit.begin(
                session,
                Context(
                    request_id=clock.uuid7(),
                    service="worker",
                    agent_role="worker",
                    occurred_at=now,
                    site_id=site,
                ),
            )
            yield session, now
