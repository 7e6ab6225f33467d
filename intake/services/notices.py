"""What do staff get by mail? A daily digest, and what can't wait: counts and a link, never a name.

Each morning, at the site's own hour, one row of `staff_notices` per clinical lead and auditor.
Planning is idempotent per site, person and day; sending works by lease like reminders, but a mail
whose outcome nobody knows is sent again: two digests do no harm.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from intake import clock
from intake.access import Role
from intake.models import Membership, Site, Staff, StaffNotice
from intake.services import audit
from intake.services.audit import FAILED, Event
from intake.services.notice_mails import DIGEST, LINES, PERSONAL, Mail, mail_of
from intake.services.reminder_facts import site_profile
from intake.services.reminder_leases import Claimed

READERS = (Role.CLINICAL_LEAD, Role.AUDITOR)
COUNTS = text(
    "SELECT agent_id, type, subtype, action, outcome, events "
    "FROM audit_counts(:site, :since, :until)"
)
CLAIM = text(
    "SELECT id, site_id, lease_token, attempts FROM claim_notices("
    ":now, make_interval(secs => :lease_seconds), :owner, :limit)"
)
MAX_ATTEMPTS = 12
BACKOFF = dt.timedelta(minutes=1)
LONGEST_BACKOFF = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice is of: its kind, the row it is about, and the address to look at."""

    kind: str
    about: uuid.UUID
    path: str


def all_sites(session: Session) -> list[uuid.UUID]:
    """Every site, for jobs that go from one to the next."""
    return list(session.scalars(select(Site.id).order_by(Site.id)))


def plan_digests(session: Session, *, now: dt.datetime) -> int:
    """Store today's digest of the session's site for everybody who gets one; answer how many.

    Nothing happens before the site's hour or when all of today's rows are there. The digest
    covers yesterday, from midnight to midnight at the site.
    """
    profile = site_profile(session, session.info["site"])
    zone = ZoneInfo(profile.site.time_zone)
    local = now.astimezone(zone)
    if local.time() < profile.settings.digest_time:
        return 0
    missing = _without_digest(session, profile.site.id, local.date())
    if not missing:
        return 0
    day = local.date() - dt.timedelta(days=1)
    since, until = _midnight(day, zone), _midnight(local.date(), zone)
    counts = {**_counts(session, since, until), "day": day.isoformat()}
    rows = [
        {
            "id": clock.uuid7(),
            "site_id": profile.site.id,
            "staff_id": person,
            "kind": DIGEST,
            "dedupe_key": key,
            "counts": counts,
            "path": f"/audit-events?from={day}&until={local.date()}",
            "send_after": now,
            "next_attempt_at": now,
        }
        for person, key in missing.items()
    ]
    session.execute(
        insert(StaffNotice)
        .values(rows)
        .on_conflict_do_nothing(index_elements=["site_id", "dedupe_key"])
    )
    audit.record(session, Event("notice", "plan", "C", hits=len(rows)))
    return len(rows)


def _without_digest(session: Session, site_id: uuid.UUID, day: dt.date) -> dict[uuid.UUID, str]:
    """Who has no digest of the day yet, each with the key that makes theirs the only one."""
    keys = {one: f"{DIGEST}:{one}:{day}" for one in _readers(session, site_id)}
    stored = select(StaffNotice.dedupe_key).where(StaffNotice.dedupe_key.in_(keys.values()))
    known = set(session.scalars(stored))
    return {person: key for person, key in keys.items() if key not in known}


def tell_readers(session: Session, site_id: uuid.UUID, what: Told, *, now: dt.datetime) -> None:
    """A notice for each active clinical lead and auditor of a site; `now` is clinic time."""
    rows = [
        {
            "id": clock.uuid7(),
            "site_id": site_id,
            "staff_id": person,
            "kind": what.kind,
            "dedupe_key": f"{what.kind}:{person}:{what.about}",
            "counts": {},
            "path": what.path,
            "send_after": now,
            "next_attempt_at": now,
        }
        for person in _readers(session, site_id)
    ]
    if rows:
        session.execute(insert(StaffNotice).values(rows))


def claim(
    session: Session, owner: str, *, now: dt.datetime, lease_seconds: float, limit: int
) -> list[Claimed]:
    """Lease due notices of all sites, as reminders are leased."""
    values = {"now": now, "lease_seconds": lease_seconds, "owner": owner, "limit": limit}
    return [Claimed(*row) for row in session.execute(CLAIM, values)]


def begin(session: Session, token: uuid.UUID, *, public_url: str) -> list[Mail]:
    """Make the leased notices of the session's site ready, with one event each.

    Who left the site or was disabled gets none. Commit before sending.
    """
    found = session.execute(
        select(StaffNotice, Staff.email, Staff.active, Membership.role)
        .join(Staff, Staff.id == StaffNotice.staff_id)
        .join(
            Membership,
            and_(
                Membership.site_id == StaffNotice.site_id,
                Membership.staff_id == StaffNotice.staff_id,
            ),
        )
        .where(StaffNotice.lease_token == token, StaffNotice.state == "leased")
        .with_for_update(of=StaffNotice)
    )
    mails = []
    for notice, email, active, role in found:
        allowed = active and (role in READERS or notice.kind in PERSONAL)
        if not allowed or notice.attempts > MAX_ATTEMPTS:
            notice.state = "dead"
            code = "no_longer_a_reader" if not allowed else "too_many_attempts"
            audit.record(session, Event("notice", "not_sent", "U", row=notice, outcome_code=code))
            continue
        notice.state = "sending"
        audit.record(session, Event("notice", "send_attempted", "E", row=notice))
        mails.append(mail_of(notice, email, public_url))
    return mails


def record(
    session: Session, mail: Mail, outcome: str, *, token: uuid.UUID, now: dt.datetime
) -> bool:
    """Store how a mail ended; False when the lease was no longer ours."""
    notice = session.scalars(
        select(StaffNotice)
        .where(
            StaffNotice.id == mail.notice_id,
            StaffNotice.lease_token == token,
            StaffNotice.state == "sending",
        )
        .with_for_update()
    ).one_or_none()
    if notice is None:
        return False
    if outcome == "accepted":
        notice.state, notice.sent_at = "sent", now
    elif outcome == "permanent":
        notice.state = "dead"
        audit.record(
            session,
            Event("notice", "send_failed", "U", row=notice, outcome=FAILED, outcome_code=outcome),
        )
    else:
        notice.state = "scheduled"
        wait = min(BACKOFF * 2.0 ** min(notice.attempts - 1, 10), LONGEST_BACKOFF)
        notice.next_attempt_at = now + wait
    return True


def _readers(session: Session, site_id: uuid.UUID) -> list[uuid.UUID]:
    """Active clinical leads and auditors of a site."""
    statement = (
        select(Membership.staff_id)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(Membership.site_id == site_id, Membership.role.in_(READERS), Staff.active)
        .order_by(Membership.staff_id)
    )
    return list(session.scalars(statement))


def _counts(session: Session, since: dt.datetime, until: dt.datetime) -> dict[str, int]:
    """The digest's numbers from the trail; nothing in them leads to a person."""
    counts: Counter[str] = Counter(dict.fromkeys(LINES, 0))
    people = set()
    values = {"site": session.info["site"], "since": since, "until": until}
    for row in session.execute(COUNTS, values):
        counts.update(
            dict.fromkeys(_lines_of(row.type, row.subtype, row.action, row.outcome), row.events)
        )
        people.add(row.agent_id)
    counts["people"] = len(people - {None})
    return dict(counts)


def _lines_of(noun: str, act: str, action: str, outcome: int) -> list[str]:
    """Which lines of the digest an event counts in."""
    if noun == "session" and act == "sign_in" and outcome:
        return ["failed_sign_ins"]
    if noun == "reminder" and act in {"send_attempted", "send_failed"}:
        return ["reminders" if act == "send_attempted" else "reminders_failed"]
    if outcome:
        return ["refused"]
    if noun == "break_glass" and act in {"open", "review"}:
        return ["changes", "emergencies" if act == "open" else "reviews"]
    if action == "R":
        return ["lists" if act in {"list", "search"} else "reads"]
    return ["changes"] if action in {"C", "U", "D"} else []


def _midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The start of a day at the site, in UTC."""
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)
