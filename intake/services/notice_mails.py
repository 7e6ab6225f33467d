"""What does a mail to staff say? Numbers and a link; never a name, never anything clinical."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from intake.models import StaffNotice
from intake.services.messages import day_of

DIGEST = "audit_digest"
BREAK_GLASS = "break_glass"
LINES = {
    "reads": "Records read",
    "lists": "Lists and searches",
    "changes": "Changes",
    "refused": "Refused",
    "failed_sign_ins": "Failed sign-ins",
    "people": "People who worked",
    "reminders": "Reminders attempted",
    "reminders_failed": "Reminders not delivered",
}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail ready to leave; it never prints to whom."""

    site_id: uuid.UUID
    notice_id: uuid.UUID
    key: str
    recipient: str = field(repr=False)
    subject: str
    body: str


def mail_of(notice: StaffNotice, email: str, public_url: str) -> Mail:
    """The finished mail of one notice."""
    title, lines = _break_glass(notice) if notice.kind == BREAK_GLASS else _digest(notice)
    body = "\n".join([title, "", *lines, "", f"Details: {public_url.rstrip('/')}{notice.path}", ""])
    return Mail(notice.site_id, notice.id, notice.dedupe_key.replace(":", "."), email, title, body)


def _digest(notice: StaffNotice) -> tuple[str, list[str]]:
    day = dt.date.fromisoformat(str(notice.counts["day"]))
    lines = [f"{label}: {notice.counts.get(name, 0)}" for name, label in LINES.items()]
    return f"Daily digest, {day_of(dt.datetime.combine(day, dt.time()))} {day.year}", lines


def _break_glass(notice: StaffNotice) -> tuple[str, list[str]]:
    uses = notice.counts.get("uses_today", 1)
    return "Emergency access was used", [
        "A colleague opened a record that isn't theirs. A review is due within 72 hours.",
        f"Uses by this person in the last 24 hours: {uses}",
    ]
