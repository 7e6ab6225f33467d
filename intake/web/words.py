"""Which words do pages use for states, roles and times? One table each, never in a template."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping

from intake.clinical.in_words import SETTING_WORDS

#: Said on the page after something was done; the key stands in the address (`go(…, done="…")`).
DONE: dict[str, str] = {
    "signed_out": "You are signed out.",
    "assessment_kept": "The assessment is kept as a draft. It counts once it is signed.",
    "assessment_signed": "The assessment is signed.",
    "plan_chosen": "The plan is chosen.",
    "plan_waits": "The choice is kept. It counts once a clinical lead has signed it off.",
    "plan_signed_off": "The plan is signed off and in force.",
    "opinion_asked": "Your colleague is asked. The answer will stand beside the suggestion.",
    "opinion_given": "Your opinion is given. It stands beside the suggestion and decides nothing.",
    "plan_returned": "The choice is returned. Whoever decided is asked to decide again.",
    "recommendation_made": "This is what the rules suggest for what is known now.",
    "draft_kept": "The draft is kept. It waits here and on Today until you go on.",
    "intake_begun": "The referral is registered. From now on everything is saved while you type.",
    "intake_begun_number": "The referral is registered, and the number is added to this person's.",
    "intake_begun_known_number": "The referral is registered. The number was on record"
    " already; what may be done with it stays as it was.",
    "call_back": "The draft is kept, and a task asks you to ring again at that time.",
    "intake_handed_in": "The intake is handed in.",
    "intake_booked": "The intake is handed in, and the first appointment is booked.",
    "contact_added": "The way to reach the person is added.",
    "contact_changed": "What the person allows is changed. Planned reminders follow it.",
    "contact_replaced": "The new one is in use. The old one is kept below; nothing is sent there.",
    "contact_ended": "It is no longer used. It is kept below; nothing is sent there.",
    "person_corrected": "The person's details are corrected.",
    "consents_kept": "What the person decided is recorded.",
    "reminders_stopped": "Recorded. No reminder is sent from now on.",
    "disclosure_revoked": "Revoked. Nothing leaves on this consent from now on.",
    "safety_plan_written": "The plan is saved and counts from now on. What it was is kept below.",
    "told_apart": "Remembered: these are two people.",
    "merge_asked": "A clinical lead is asked to merge the two records.",
    "site_chosen": "You are now working at this site.",
    "checked_in": "Checked in.",
    "referral_taken": "You took this referral. Speak with the person soon.",
    "proposed": "It is proposed. A clinical lead is asked to decide on it.",
    "proposal_approved": "You agreed, and the case is moved.",
    "proposal_returned": "The proposal is returned with your comment.",
    "proposal_withdrawn": "The proposal is taken back.",
    "case_moved": "The case is moved.",
    "attended": "Noted that the visit took place.",
    "booked": "Booked. Its reminders are planned.",
    "visit_moved": "Moved. Its reminders are planned anew.",
    "visit_cancelled": "Cancelled. Its reminders have ended.",
    "call_logged": "The call is written down.",
    "reminder_planned": "Planned: the reminder is sent again.",
    "task_done": "The task is done.",
    "task_cancelled": "The task is called off.",
    "task_open": "The task is open again.",
    "alert_taken": "You took this alert on.",
    "alert_closed": "The alert is closed.",
    "note_kept": "The draft is kept.",
    "note_signed": "The note is signed.",
    "glass_broken": "The case is open to you for an hour. Key worker and auditor were told.",
    "no_show": "Noted that the person didn't come. A task asks somebody to call within two hours.",
}
ROLES = {
    "intake_coordinator": "Intake coordinator",
    "counsellor": "Counsellor",
    "peer_worker": "Peer worker",
    "clinical_lead": "Clinical lead",
    "auditor": "Auditor",
    "administrator": "Administrator",
}
#: Bands of scores whose stored name isn't what one says.
BANDS = {"none_minimal": "None to minimal", "not_high": "Not high", "trend_only": "For trends only"}
VISITS = {
    "intake": "Intake visit",
    "assessment": "Assessment",
    "session": "Session",
    "review": "Review",
    "admission": "Admission",
    "contact": "Contact",
    "medical": "Medical visit",
}
MODES = {
    "in_person": "in person",
    "phone": "by phone",
    "video": "by video",
    "group": "in a group",
    "outreach": "outreach",
}
#: What a colleague thinks of a suggestion.
OPINIONS = {"agree": "Agrees", "disagree": "Disagrees", "other": "Sees it otherwise"}
OPINION_CHOICES = (("agree", "I agree"), ("disagree", "I don't agree"), ("other", "Otherwise"))
PLANS = {
    "awaiting_sign_off": "Waits for sign-off",
    "agreed": "In force",
    "returned": "Returned",
    "superseded": "Replaced",
}
MINUTE, HOUR = 60, 3600


def role(value: str) -> str:
    """A role in words; one that nobody translated yet is shown as it is stored."""
    return ROLES.get(value, value.replace("_", " ").capitalize())


def band(value: str | None) -> str:
    """The band of a score in words: "moderately_severe" is "Moderately severe"."""
    return BANDS.get(value or "", (value or "").replace("_", " ").capitalize())


def setting(code: str) -> str:
    """A setting in words, as a heading: "Outpatient CBT"; everywhere the same."""
    said = SETTING_WORDS[code]
    return said[0].upper() + said[1:]


def code(value: str) -> str:
    """A code from a list of reasons in words: "no_bed" is "No bed"."""
    return value.replace("_", " ").capitalize()


def field(name: str) -> str:
    """The name of a field that nobody wrote a word for: "client.given_name" is "Given name"."""
    last = name if name.rpartition(".")[2].isdecimal() else name.rpartition(".")[2]
    return code(last.replace(".", " ").replace("-", " "))


def look_back(days: int | None) -> str:
    """Such as "Over the last 2 weeks"; empty where an instrument asks about no period."""
    if days is None:
        return ""
    weeks, rest = divmod(days, 7)
    if rest == 0 and 1 < weeks < 9:  # noqa: PLR2004 - longer periods aren't said in weeks
        return f"Over the last {weeks} weeks"
    return "Over the last year" if days == 365 else f"Over the last {days} days"  # noqa: PLR2004


def said(table: Mapping[str, str], code: str | None) -> str:
    """The word for a code; one that nobody wrote a word for yet is shown as it is stored."""
    code = code or ""
    return table.get(code, code.replace("_", " "))


def options(table: Mapping[str, str], codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Codes with their words, for a list to choose from."""
    return tuple((one, sentence(said(table, one))) for one in codes)


def sentence(text: str) -> str:
    """The text with a capital where it begins."""
    return text[:1].upper() + text[1:]


def case_state(code: str) -> str:
    """Such as "Referred"."""
    return sentence(said({}, code))


def many(count: int, what: str) -> str:
    """Such as "1 day" and "3 days"."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def not_kept(count: int) -> str:
    """What is said where a save left answers out."""
    return (
        f"{many(count, 'answer')} couldn't be read and {'was' if count == 1 else 'were'} not kept."
    )


def local(moment: dt.datetime, zone: str) -> dt.datetime:
    """A moment as the clock at the site shows it."""
    return moment.astimezone(zoneinfo.ZoneInfo(zone))


def day(value: dt.date) -> str:
    """Such as "Tue 24 Nov"."""
    return f"{value:%a} {value.day} {value:%b}"


def long_day(value: dt.date) -> str:
    """Such as "24 November 2026"."""
    return f"{value.day} {value:%B %Y}"


def clock_time(value: dt.datetime | dt.time) -> str:
    """Such as "10:00"."""
    return f"{value:%H:%M}"


def moment(value: dt.datetime, zone: str) -> str:
    """Such as "Tue 24 Nov, 10:00", as the clock at the site shows it."""
    there = local(value, zone)
    return f"{day(there)}, {clock_time(there)}"


def long_moment(value: dt.datetime, zone: str) -> str:
    """Such as "24 November 2026, 10:00": of times that may be years ago."""
    there = local(value, zone)
    return f"{long_day(there.date())}, {clock_time(there)}"


def span(begin: dt.datetime, end: dt.datetime, zone: str) -> str:
    """Such as "Tue 24 Nov, 10:00 to 10:50"."""
    return f"{moment(begin, zone)} to {clock_time(local(end, zone))}"


def wait(seconds: int) -> str:
    """How long to wait: "45 seconds", "2 minutes", "an hour"."""
    if seconds < MINUTE:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    minutes = -(-seconds // MINUTE)
    if seconds < HOUR:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return "an hour"


def within(span: dt.timedelta) -> str:
    """How soon something is answered: "15 minutes", "1 hour", "3 days"."""
    for size, name in ((86400, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        count, rest = divmod(int(span.total_seconds()), size)
        if count and not rest:
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return f"{int(span.total_seconds())} seconds"
