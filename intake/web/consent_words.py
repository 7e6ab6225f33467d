"""How do consents read? Purposes in their order, what may be answered, and what follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from intake.models.clients import CONSENT_PURPOSES
from intake.models.disclosures import REVOKED_HOW
from intake.services.consents import ConsentView
from intake.services.disclosure_consents import DisclosureConsentView
from intake.web import case_words, words

#: The wording that a service begins with; each answer keeps the version it was given to.
WORDING = "2026-01"
#: A consent that ends within this is marked.
ENDS_SOON = dt.timedelta(days=30)
PURPOSES = {
    "treatment": "Treatment here",
    "share_gp": "Telling the GP",
    "share_urology": "Telling urology",
    "share_family": "Telling the family",
    "national_reporting": "National reporting (NDTMS)",
    "reminders": "Reminders of appointments",
    "research": "Research",
}
#: What holds from the moment a consent is withdrawn.
FOLLOWS = {
    "treatment": "The case stays where it is. Speak with the person about what happens next.",
    "share_gp": "Nothing more is sent to the GP. What was sent can't be called back.",
    "share_urology": "Nothing more is sent to urology. What was sent can't be called back.",
    "share_family": "Nothing more is told to the family, whoever asks.",
    "national_reporting": "The next report leaves out what they told us.",
    "reminders": "No reminder is sent from this moment, also none that is planned already.",
    "research": "Their record is used for no study from now on.",
}
HOW = {"in_writing": "In writing", "spoken": "Spoken", "electronic": "By e-mail or form"}
HOW_CHOICES = words.options(HOW, REVOKED_HOW)
KINDS = {
    "tpo_single": "Treatment, payment and operations",
    "specific": "One recipient or purpose",
    "counselling_notes": "Counselling notes",
    "legal_proceeding": "A legal proceeding",
    "contact_preference": "How to be reached",
}
DISCLOSURE_STATES = {
    "given": ("In force", "ok", "check-circle-fill"),
    "revoked": ("Revoked", "warn", "exclamation-triangle-fill"),
    "ended": ("Ended", "", "dash-circle-fill"),
}
GIVEN, REFUSED, WITHDRAWN = ("given", "Given"), ("refused", "Refused"), ("withdrawn", "Withdrawn")
#: Without these nothing goes on.
FIRST = ("treatment", "reminders")
IN_ORDER = FIRST + tuple(one for one in CONSENT_PURPOSES if one not in FIRST)


@dataclass(frozen=True, slots=True)
class Line:
    """One purpose as a row: since or until when, and a badge."""

    purpose: str
    title: str
    text: str
    badge: tuple[str, ...]
    meta: str = ""


def choices(before: str | None) -> tuple[tuple[str, str], ...]:
    """What may be answered now: only what was given can be withdrawn."""
    return (GIVEN, WITHDRAWN) if before == "given" else (GIVEN, REFUSED)


def status(one: ConsentView, today: dt.date) -> str:
    """given, refused, withdrawn, or expired."""
    has_ended = one.expires_on is not None and one.expires_on < today
    return "expired" if has_ended else one.status


def lines(newest: Iterable[ConsentView], today: dt.date, zone: str) -> list[Line]:
    """Every purpose, those that weren't asked too."""
    known = {one.purpose: one for one in newest}
    return [_line(one, known.get(one), today, zone) for one in IN_ORDER]


def history(one: ConsentView, names: dict[object, str], zone: str) -> tuple[str, ...]:
    """One answer as a row of the table: when, for what, what was said, wording, by whom."""
    until = f", until {words.long_day(one.expires_on)}" if one.expires_on else ""
    return (
        words.long_moment(one.decided_at, zone),
        PURPOSES[one.purpose],
        words.sentence(one.status) + until,
        one.wording_version,
        names.get(one.recorded_by, ""),
    )


def disclosure(one: DisclosureConsentView) -> Line:
    """A written consent to disclosure as a row."""
    to = ", ".join([*one.recipient_names, *(words.code(each) for each in one.recipient_classes)])
    until = {
        "on_date": f"until {words.long_day(one.expires_on)}" if one.expires_on else "",
        "end_of_treatment": "until treatment ends",
    }.get(one.expiry, "without an end")
    signed = f"Signed {words.long_day(one.signed_on)}, {until}"
    text = ". ".join(part for part in (f"To {to}" if to else "", signed) if part)
    return Line(str(one.id), KINDS[one.kind], text, DISCLOSURE_STATES[one.state])


def _line(purpose: str, one: ConsentView | None, today: dt.date, zone: str) -> Line:
    title = PURPOSES[purpose]
    if one is None:
        return Line(purpose, title, "Nobody asked yet", ("Not asked", ""))
    now = status(one, today)
    since = f"Since {words.long_day(words.local(one.decided_at, zone).date())}"
    until = f", until {words.long_day(one.expires_on)}" if one.expires_on else ""
    left = (one.expires_on - today) if one.expires_on and now == "given" else None
    soon = left is not None and left <= ENDS_SOON
    meta = f"Ends in {words.many(left.days, 'day')}" if left is not None and soon else ""
    return Line(purpose, title, since + until, case_words.ANSWERS[now], meta)
