"""What does a mail to staff say? Numbers and a link; never a name, never anything clinical."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from intake.models import StaffNotice
from intake.services.messages import day_of

DIGEST = "audit_digest"
BREAK_GLASS = "break_glass"
API_KEY = "api_key"
ALERT, ALERT_ESCALATED = "alert", "alert_escalated"
# For whom they are meant is decided when they are planned, not by role.
PERSONAL = frozenset({BREAK_GLASS, ALERT, ALERT_ESCALATED})
LINES = {
    "reads": "Records read",
    "lists": "Lists and searches",
    "changes": "Changes",
    "refused": "Refused",
    "failed_sign_ins": "Failed sign-ins",
    "emergencies": "Emergency accesses",
    "reviews": "Reviews of emergency accesses",
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
    title, lines = SAYS[notice.kind](notice)
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


def _api_key(notice: StaffNotice) -> tuple[str, list[str]]:
    del notice
    return "A program was given access", [
        "An administrator made an API key for this site. The list says for what, and until when.",
        "Ask them if you don't know the reason; they can revoke it at once.",
    ]


def _alert(notice: StaffNotice) -> tuple[str, list[str]]:
    del notice
    return "Somebody has to look now", [
        "A critical alert was raised and you are called to it.",
        "Take it on there; after 30 minutes every clinical lead is told.",
    ]


def _escalated(notice: StaffNotice) -> tuple[str, list[str]]:
    del notice
    return "Nobody has taken on an alert", [
        "An alert is past its time and nobody has taken it on. Every clinical lead is told, once.",
    ]


SAYS: Mapping[str, Callable[[StaffNotice], tuple[str, list[str]]]] = {
    DIGEST: _digest,
    BREAK_GLASS: _break_glass,
    ALERT: _alert,
    ALERT_ESCALATED: _escalated,
    API_KEY: _api_key,
}
