"""How does a page tell of a referral? Who sent the person, when, and how long they have waited."""

from __future__ import annotations

from intake.models.cases import REFERRAL_SOURCES
from intake.services.referrals import ReferralView
from intake.web import words

SOURCES = {"self": "The person", "gp": "GP"}


def sources() -> tuple[tuple[str, str], ...]:
    """Who may refer somebody, as code and word."""
    return tuple((one, source(one)) for one in REFERRAL_SOURCES)


def source(code: str) -> str:
    """Such as "Emergency department"."""
    return words.sentence(words.said(SOURCES, code))


def rows(one: ReferralView) -> list[tuple[str, str]]:
    """What the case knows of its referral, as term and text."""
    waits = f"{words.many(one.days_waiting, 'day')}, to be decided by {words.day(one.due_on)}"
    return [
        ("Referred by", source(one.source)),
        ("On", words.long_day(one.referral_date)),
        ("Urgency", words.sentence(one.urgency)),
        ("Waiting", waits),
        *caller(one),
    ]


def caller(one: ReferralView) -> list[tuple[str, str]]:
    """Who called, why, and how to reach them, as far as somebody said so."""
    known = (
        ("Why they come", one.reason),
        ("Caller", one.referrer_name),
        ("Organisation", one.referrer_organisation),
        ("How to reach the caller", one.referrer_contact),
    )
    return [(term, text) for term, text in known if text]
