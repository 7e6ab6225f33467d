"""How does a test get people with appointments and reminders? Committed, as the API's role.

Clinic time stands at noon of a Tuesday in London, far from quiet hours, and runs on from there.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from intake import config, crypto, database
from intake.models import (
    Appointment,
    Case,
    Client,
    Consent,
    ContactPoint,
    Membership,
    Reminder,
    Site,
    Staff,
)
from tests.support.databases import Database
from tests.worker.gateway_process import TOKEN, GatewayProcess
from worker import digests, process
from worker.process import Process

LONDON = ZoneInfo("Europe/London")
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=LONDON)
# Before the hour of the digest.
NIGHT = NOON.replace(hour=2)
SET_CLOCK = text(
    "INSERT INTO clinic_clock (singleton, shift)"
    " VALUES (true, CAST(:moment AS timestamptz) - now())"
    " ON CONFLICT (singleton) DO UPDATE SET shift = excluded.shift"
)


@contextmanager
def clinic(database_: Database, gateway: GatewayProcess | None = None) -> Iterator[Clinic]:
    """A site with one clinical lead, at noon."""
    keys = crypto.load_keyring(Path(database_.environment["INTAKE_KEYS_FILE"]))
    engine = create_engine(database_.api_url)
    site, lead = uuid.uuid4(), uuid.uuid4()
    made = Clinic(database_, engine, keys, site, lead, gateway)
    with made.session(None) as session:
        session.add(
            Site(
                id=site,
                name="Harbour House",
                time_zone="Europe/London",
                phone="+441632960000",
                sender_name="Harbour",
            )
        )
        session.add(
            Staff(id=lead, email=f"{lead}@example.com", display_name="Lead", password_hash="-")
        )
        session.flush()
        session.add(Membership(site_id=site, staff_id=lead, role="clinical_lead"))
    made.set_clock(NOON)
    try:
        yield made
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True)
class Clinic:
    """One site with what a test arranges and asks there."""

    database: Database
    engine: Engine
    keys: crypto.Keyring
    site: uuid.UUID
    lead: uuid.UUID
    gateway: GatewayProcess | None

    @contextmanager
    def session(self, site: uuid.UUID | None) -> Iterator[Session]:
        """A committed transaction as intake_api."""
        with database.transaction(self.engine, self.keys, site=site) as session:
            yield session

    def set_clock(self, moment: dt.datetime) -> None:
        """Let clinic time be this from now on."""
        engine = create_engine(self.database.worker_url)
        with engine.begin() as connection:
            connection.execute(SET_CLOCK, {"moment": moment})
        engine.dispose()

    def settings(self, **changes: Any) -> config.Settings:
        """A worker's settings, with the times of production but for the budget."""
        return replace(
            config.Settings(
                environment="test",
                worker_database_url=self.database.worker_url,
                redis_url=self.database.environment["REDIS_URL"],
                keys_file=Path(self.database.environment["INTAKE_KEYS_FILE"]),
                sms_gateway_url=self.gateway.url if self.gateway else "http://127.0.0.1:9",
                sms_gateway_token=TOKEN,
                smtp_url=self.gateway.smtp_url if self.gateway else "smtp://127.0.0.1:9",
                public_url="http://127.0.0.1:8000",
                dispatch_budget_seconds=10,
            ),
            **changes,
        )

    def environment(self, **changes: str) -> dict[str, str]:
        """Settings of a child process, whose lease a test can wait for."""
        gateway = self.gateway
        assert gateway is not None
        return {
            **self.database.environment,
            "SMS_GATEWAY_URL": gateway.url,
            "SMS_GATEWAY_TOKEN": TOKEN,
            "SMTP_URL": gateway.smtp_url,
            "INTAKE_LEASE_SECONDS": "10",
            "INTAKE_LEASE_MARGIN_SECONDS": "3",
            "INTAKE_DISPATCH_BUDGET_SECONDS": "10",
            "INTAKE_TICK_SECONDS": "0.5",
            **changes,
        }

    @contextmanager
    def worker(self, **changes: Any) -> Iterator[Process]:
        """A worker in this process."""
        made = process.make(self.settings(**changes))
        try:
            yield made
        finally:
            made.engine.dispose()

    def book(self, **changes: Any) -> Booking:
        """A person with an appointment tomorrow and one reminder that is due now."""
        with self.session(self.site) as session:
            return _book(session, self, Wish(**changes))

    def book_many(self, count: int) -> list[Booking]:
        """As many people, each with one due reminder, in one transaction."""
        with self.session(self.site) as session:
            return [
                _book(
                    session,
                    self,
                    Wish(
                        start=NOON + dt.timedelta(days=1, minutes=number),
                        number=f"+44{7700900000 + number}",
                    ),
                )
                for number in range(count)
            ]

    def change(self, statement: str, **values: object) -> None:
        """Change something as intake_api at the site."""
        with self.session(self.site) as session:
            session.execute(text(statement), values)

    def rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """What is stored, seen by an administrator."""
        engine = create_engine(self.database.superuser_url)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(statement), values)]
        engine.dispose()
        return found

    def states(self) -> dict[str, int]:
        """How many reminders stand where."""
        return dict(self.rows("SELECT state, count(*) FROM reminders GROUP BY state"))

    def reminder(self, booking: Booking) -> Any:
        """One reminder's row, by column."""
        engine = create_engine(self.database.superuser_url)
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT * FROM reminders WHERE id = :id"), {"id": booking.reminder}
            ).one()
        engine.dispose()
        return found


@dataclass(frozen=True, slots=True)
class Wish:
    """What differs from the usual booking."""

    start: dt.datetime = NOON + dt.timedelta(days=1)
    kind: str = "d1"
    channel: str = "sms"
    send_after: dt.datetime = NOON
    expires_at: dt.datetime | None = None
    consent: str | None = "given"
    consent_expires_on: dt.date | None = None
    is_safe: bool = True
    confirmed: bool = True
    needs_check: bool = False
    client_state: str = "active"
    case_state: str = "active"
    status: str = "booked"
    quiet: tuple[dt.time, dt.time] | None = None
    number: str = "+447700900123"
    same_person_as: Booking | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """The identifiers of what was booked."""

    client: uuid.UUID
    contact: uuid.UUID
    case: uuid.UUID
    appointment: uuid.UUID
    reminder: uuid.UUID


def _book(session: Session, clinic_: Clinic, wish: Wish) -> Booking:
    if wish.same_person_as:
        client_id, contact_id = wish.same_person_as.client, wish.same_person_as.contact
        case_id = wish.same_person_as.case
    else:
        client_id, contact_id, case_id = _person(session, clinic_, wish)
    colleague = uuid.uuid4()  # one member of staff each: nobody is double-booked
    session.add(
        Staff(id=colleague, email=f"{colleague}@example.com", display_name="-", password_hash="-")
    )
    session.flush()
    session.add(Membership(site_id=clinic_.site, staff_id=colleague, role="counsellor"))
    session.flush()
    appointment = Appointment(
        site_id=clinic_.site,
        client_id=client_id,
        case_id=case_id,
        staff_id=colleague,
        kind="session",
        mode="in_person",
        local_start=wish.start.astimezone(LONDON).replace(tzinfo=None),
        time_zone="Europe/London",
        during=Range(wish.start, wish.start + dt.timedelta(minutes=50), bounds="[)"),
        status=wish.status,
        schedule_no=1,
    )
    session.add(appointment)
    session.flush()
    reminder = Reminder(
        site_id=clinic_.site,
        client_id=client_id,
        appointment_id=appointment.id,
        schedule_no=1,
        kind=wish.kind,
        channel=wish.channel,
        contact_id=contact_id,
        contact_version=1,
        locale="en",
        dedupe_key=f"{appointment.id}:1:{wish.kind}:{wish.channel}",
        send_after=wish.send_after,
        next_attempt_at=wish.send_after,
        expires_at=wish.expires_at or wish.start - dt.timedelta(hours=2),
    )
    session.add(reminder)
    session.flush()
    return Booking(client_id, contact_id, case_id, appointment.id, reminder.id)


def _person(
    session: Session, clinic_: Clinic, wish: Wish
) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    client_id = uuid.uuid4()
    vault, key = clinic_.keys.new_vault(client_id)
    client = Client(
        id=client_id,
        site_id=clinic_.site,
        wrapped_key=key.wrapped,
        kek_id=key.kek_id,
        key_version=key.version,
        given_name=vault.seal("clients.given_name", client_id, "Maya"),
        family_name=vault.seal("clients.family_name", client_id, "Linton"),
        date_of_birth=vault.seal("clients.date_of_birth", client_id, "1997-03-14"),
        birth_year=1997,
        state=wish.client_state,
    )
    contact = ContactPoint(
        site_id=clinic_.site,
        client_id=client_id,
        channel=wish.channel,
        is_safe=wish.is_safe,
        confirmed_at=NOON if wish.confirmed else None,
        needs_check=wish.needs_check,
        quiet_from=wish.quiet[0] if wish.quiet else None,
        quiet_until=wish.quiet[1] if wish.quiet else None,
    )
    contact.value = vault.seal("contact_points.value", contact.id, wish.number)
    case = Case(
        site_id=clinic_.site,
        client_id=client_id,
        reference=f"C-{client_id}",
        state=wish.case_state,
        opened_on=NOON.date(),
        referral_source="self",
        referral_date=NOON.date(),
        referral_urgency="routine",
        key_worker_id=clinic_.lead,
    )
    session.add_all([client, contact, case])
    if wish.consent:
        session.add(
            Consent(
                site_id=clinic_.site,
                client_id=client_id,
                purpose="reminders",
                status=wish.consent,
                wording_version="2026-01",
                decided_at=NOON - dt.timedelta(days=30),
                recorded_by=clinic_.lead,
                expires_on=wish.consent_expires_on,
            )
        )
    session.flush()
    return client_id, contact.id, case.id


def run_digests(clinic: Clinic, at: dt.datetime) -> None:
    """One beat of the digests at that time."""
    clinic.set_clock(at)
    with clinic.worker() as worker:
        digests.run(worker)
