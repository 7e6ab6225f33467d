"""What must be known at the moment of sending? Everything that can have changed since planning.

A fixed number of statements for a whole batch: the reminders with what they are about (locked),
consents, earlier attempts, what went out lately, and the site.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from intake import site_settings
from intake.clinical.reminder_times import QuietHours
from intake.models import (
    Appointment,
    Case,
    Client,
    Consent,
    ContactPoint,
    Reminder,
    ReminderAttempt,
    Site,
    SiteSetting,
)
from intake.services.reminders import quiet_hours_of
from intake.site_settings import SiteSettings

WEEK = dt.timedelta(days=7)
COUNTED_STATES = ("sending", "accepted", "delivered", "uncertain")
MERGED = "merged"
"""The reason stored with a reminder that another one's text told about."""


def site_profile(session: Session, site_id: uuid.UUID) -> SiteProfile:
    """The site of the session and its settings."""
    site = session.scalars(select(Site).where(Site.id == site_id)).one()
    stored = session.execute(
        select(SiteSetting.key, SiteSetting.value).where(SiteSetting.site_id == site.id)
    )
    return SiteProfile(site, site_settings.from_stored({row.key: row.value for row in stored}))


def leased(session: Session, token: uuid.UUID, only: Collection[uuid.UUID] | None) -> list[Row]:
    """The rows of one lease, locked; `only` narrows them. Rows that are no longer ours are gone."""
    mine = and_(Reminder.lease_token == token, Reminder.state == "leased")
    if only is not None:
        mine = and_(mine, Reminder.id.in_(only))
    return _rows(session, mine, skip_locked=False)


def sending(session: Session, token: uuid.UUID, ids: Collection[uuid.UUID]) -> list[Row]:
    """Those of these rows which are still being sent under this lease, locked."""
    mine = and_(Reminder.lease_token == token, Reminder.state == "sending", Reminder.id.in_(ids))
    return _rows(session, mine, skip_locked=False)


def due_the_same_day(session: Session, rows: Collection[Row], *, now: dt.datetime) -> list[Row]:
    """Later reminders of the same local day to the same contacts, locked; they share a text.

    Not those of two hours before, which help only then, nor what was tried before.
    """
    places = {row.contact.id: row for row in rows}
    if not places:
        return []
    later = and_(
        Reminder.contact_id.in_(places),
        Reminder.state == "scheduled",
        Reminder.kind.not_in(("changed", "h2")),
        Reminder.next_attempt_at > now,
        Reminder.next_attempt_at < now + dt.timedelta(days=1),
        Reminder.outage_attempts == 0,
        Reminder.attempts == 0,
    )
    found = _rows(session, later, skip_locked=True)
    return [row for row in found if _same_day(row, places[row.contact.id], now)]


def with_history(
    session: Session, rows: Collection[Row], profile: SiteProfile, *, now: dt.datetime
) -> list[Facts]:
    """The rows with consents, earlier attempts and what went out lately."""
    clients = {row.client.id for row in rows}
    consents = _reminders_consents(session, clients)
    attempts = _attempts(session, [row.reminder.id for row in rows])
    recent = _sent_lately(session, clients, now=now)
    facts = []
    for row in rows:
        zone = ZoneInfo(row.contact.time_zone or profile.site.time_zone)
        today = now.astimezone(zone).date()
        consent = consents.get(row.client.id)
        facts.append(
            Facts(
                row=row,
                profile=profile,
                zone=zone,
                consents=_is_live(consent, today),
                attempts=tuple(attempts[row.reminder.id]),
                sent_today=sum(at.astimezone(zone).date() == today for at in recent[row.client.id]),
                sent_this_week=len(recent[row.client.id]),
            )
        )
    return facts


def _rows(session: Session, condition: ColumnElement[bool], *, skip_locked: bool) -> list[Row]:
    """Reminders with what they are about, in the order they are due, locked."""
    site = Reminder.site_id
    statement = (
        select(Reminder, Appointment, Case, Client, ContactPoint)
        .join(
            Appointment,
            and_(Appointment.site_id == site, Appointment.id == Reminder.appointment_id),
        )
        .join(Case, and_(Case.site_id == site, Case.id == Appointment.case_id))
        .join(Client, and_(Client.site_id == site, Client.id == Reminder.client_id))
        .join(
            ContactPoint,
            and_(ContactPoint.site_id == site, ContactPoint.id == Reminder.contact_id),
        )
        .where(condition)
        .order_by(Reminder.next_attempt_at, Reminder.id)
        .with_for_update(of=Reminder, skip_locked=skip_locked)
    )
    return [Row(*found) for found in session.execute(statement)]


def _reminders_consents(
    session: Session, clients: Collection[uuid.UUID]
) -> dict[uuid.UUID, Consent]:
    """The newest answer of each person to being reminded."""
    newest = session.scalars(
        select(Consent)
        .where(Consent.client_id.in_(clients), Consent.purpose == "reminders")
        .ext(distinct_on(Consent.client_id))
        .order_by(Consent.client_id, Consent.decided_at.desc(), Consent.id.desc())
    )
    return {consent.client_id: consent for consent in newest}


def _attempts(
    session: Session, reminders: Collection[uuid.UUID]
) -> defaultdict[uuid.UUID, list[ReminderAttempt]]:
    """Earlier attempts of each reminder, in order."""
    found: defaultdict[uuid.UUID, list[ReminderAttempt]] = defaultdict(list)
    for attempt in session.scalars(
        select(ReminderAttempt)
        .where(ReminderAttempt.reminder_id.in_(reminders))
        .order_by(ReminderAttempt.n)
    ):
        found[attempt.reminder_id].append(attempt)
    return found


def _sent_lately(
    session: Session, clients: Iterable[uuid.UUID], *, now: dt.datetime
) -> defaultdict[uuid.UUID, list[dt.datetime]]:
    """When texts went to each person in the last seven days; several in one text count once."""
    found: defaultdict[uuid.UUID, list[dt.datetime]] = defaultdict(list)
    for client, at in session.execute(
        select(Reminder.client_id, Reminder.next_attempt_at).where(
            Reminder.client_id.in_(list(clients)),
            Reminder.state.in_(COUNTED_STATES),
            Reminder.kind != "changed",
            Reminder.state_reason.is_distinct_from(MERGED),
            Reminder.send_after > now - 2 * WEEK,
            Reminder.next_attempt_at > now - WEEK,
        )
    ):
        found[client].append(at)
    return found


def _is_live(consent: Consent | None, today: dt.date) -> bool:
    """Whether the person agrees to be reminded today."""
    if consent is None or consent.status != "given":
        return False
    return consent.expires_on is None or consent.expires_on >= today


def _same_day(row: Row, other: Row, now: dt.datetime) -> bool:
    """Whether a later reminder is due on today's date where the person is."""
    zone = ZoneInfo(other.contact.time_zone or other.appointment.time_zone)
    due = row.reminder.next_attempt_at.astimezone(zone)
    return due.date() == now.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """A site and its settings."""

    site: Site
    settings: SiteSettings


@dataclass(frozen=True, slots=True)
class Row:
    """One reminder and what it is about, as stored at this moment."""

    reminder: Reminder
    appointment: Appointment
    case: Case
    client: Client
    contact: ContactPoint


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that decides whether one reminder may leave now."""

    row: Row
    profile: SiteProfile
    zone: ZoneInfo
    consents: bool
    attempts: tuple[ReminderAttempt, ...]
    sent_today: int
    sent_this_week: int

    @property
    def quiet(self) -> QuietHours:
        """The hours in which nothing is sent to this contact."""
        return quiet_hours_of(self.row.contact, self.profile.settings)

    @property
    def counted_attempts(self) -> int:
        """Attempts that count, this one included: those of an outage don't."""
        return self.row.reminder.attempts - self.row.reminder.outage_attempts

    @property
    def may_have_arrived(self) -> bool:
        """Whether an earlier attempt ended without anybody knowing how."""
        return any(attempt.outcome in (None, "unknown") for attempt in self.attempts)
