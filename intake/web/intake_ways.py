"""What of an intake is kept in rows of its own? The person, ways to reach them, and consents."""

from __future__ import annotations

from intake.http.unit_of_work import work
from intake.models.clients import CONSENT_PURPOSES
from intake.services import cases, clients, consents, contacts, referrals
from intake.services.contacts import ContactView
from intake.services.identity import Identity
from intake.services.intake_views import IntakeView
from intake.web import consent_words, contact_words, referral_words, words

Rows = list[tuple[str, str]]


def rows(slug: str, found: IntakeView) -> Rows:
    """What a step shows beside its questions."""
    now = work()
    if slug == "person":
        return person(found)
    if slug == "contact":
        ways = contacts.list_for(now.session, found.client_id, actor=now.actor)
        return [way(one) for one in ways]
    if slug in ("safety", "referral"):
        seen = referrals.read(now.session, found.case_id, actor=now.actor, now=now.now)
        return referral_words.caller(seen) if slug == "safety" else referral_words.rows(seen)
    if slug == "consent":
        answers = current(found)
        return [(consent_words.PURPOSES[one], words.sentence(answers[one])) for one in answers]
    return []


def person(found: IntakeView) -> Rows:
    """Who it is; the read is recorded."""
    now = work()
    who = clients.read(now.session, found.client_id, actor=now.actor).identity
    if not isinstance(who, Identity):
        return [("Name", "Erased")]
    known = (
        ("Name", f"{who.given_name} {who.family_name}"),
        ("Date of birth", words.long_day(who.date_of_birth)),
        ("Preferred name", who.preferred_name or ""),
        ("Pronouns", who.pronouns or ""),
    )
    return [row for row in known if row[1]]


def way(one: ContactView) -> tuple[str, str]:
    """A way to reach the person, and what they allowed there."""
    notes = [
        "safe" if one.is_safe else "not known to be safe",
        "preferred" if one.is_preferred else "",
        "a message may be left" if one.may_leave_message else "",
        "the service may be named" if one.may_identify_service else "",
        "to be checked" if one.needs_check else "",
    ]
    return contact_words.CHANNELS[
        one.channel
    ], f"{one.value or ''} ({', '.join(filter(None, notes))})"


def current(found: IntakeView) -> dict[str, str]:
    """The newest answer to each purpose, in the order of the purposes."""
    now = work()
    today = cases.local_date(now.now, now.actor)
    known = consents.current(now.session, found.client_id, today=today)
    return {one: known[one] for one in CONSENT_PURPOSES if one in known}
