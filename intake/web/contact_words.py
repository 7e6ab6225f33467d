"""How does a way to reach a person read? What may be said there, and why one is no longer used."""

from __future__ import annotations

from dataclasses import dataclass

from intake.models.clients import CONTACT_ENDINGS
from intake.services.contacts import ContactView
from intake.web import words

CHANNELS = {"sms": "Text and calls", "phone": "Calls only", "email": "E-mail", "post": "Letter"}
SHORT = {"sms": "Mobile", "phone": "Phone", "email": "E-mail", "post": "Letter"}
#: Why it ended, as a row of the history; what somebody chooses begins the same way.
ENDED = {
    "replaced": "Replaced by another",
    "not_theirs": "Not theirs any more",
    "not_safe": "Not safe",
    "not_wanted": "The person doesn't want to be reached there",
    "entered_in_error": "Entered in error",
}
HINTS = {
    "not_theirs": "Given up, or somebody else has it now",
    "not_safe": "Somebody else reads or answers it: nobody is asked to call instead",
    "not_wanted": "They are reached in another way",
    "entered_in_error": "It was never theirs: it no longer finds this person",
}
REASONS = tuple((one, ENDED[one], HINTS[one]) for one in CONTACT_ENDINGS if one in HINTS)
DOUBT, NO, YES = "exclamation-triangle-fill", "x-circle-fill", "shield-check"


@dataclass(frozen=True, slots=True)
class Line:
    """One row: number or address, what holds there, and badges."""

    point: ContactView
    title: str
    text: str
    badges: tuple[tuple[str, ...], ...]
    meta: str = ""


def safe(point: ContactView) -> tuple[str, ...]:
    """Whether and how it may be used: term, words, icon and tone, as the macro `identity` takes."""
    if not point.is_safe:
        return "Safe contact", "Not safe: send nothing", NO, "bad"
    said = ["Safe"]
    if point.channel == "phone":
        said = ["Message may be left" if point.may_leave_message else "No voicemail"]
    elif point.channel == "sms":
        said = ["Texts"] if point.may_leave_message else ["Text only, no voicemail"]
    said.append("may name the service" if point.may_identify_service else "don't name the service")
    if point.quiet_from and point.quiet_until:
        said.append(f"not {point.quiet_from:%H:%M} to {point.quiet_until:%H:%M}")
    if point.needs_check:
        return "Safe contact", ", ".join([*said, "check the number"]), DOUBT, "warn"
    return "Safe contact", ", ".join(said), YES, "ok"


def in_use(point: ContactView) -> Line:
    """A row of those in use."""
    said = safe(point)[1] if point.is_safe else "Nothing is sent there"
    text = f"{SHORT[point.channel]}. {said}"
    return Line(point, point.value or "Erased", text, tuple(_badges(point)))


def ended(point: ContactView, zone: str) -> Line:
    """A row of the history."""
    why = words.said(ENDED, point.ended_reason)
    day = words.long_day(words.local(point.ended_at, zone).date()) if point.ended_at else ""
    return Line(point, point.value or "Erased", f"{SHORT[point.channel]}. {why}", (), day)


def is_usable(point: ContactView) -> bool:
    """Whether a reminder may go there."""
    return point.is_safe and not point.needs_check and point.confirmed_at is not None


def _badges(point: ContactView) -> list[tuple[str, ...]]:
    found = [("Safe", "ok", YES) if point.is_safe else ("Not safe", "bad", NO)]
    if point.needs_check:
        found.append(("Check it: a message failed", "warn", DOUBT))
    elif point.is_safe and point.confirmed_at is None:
        found.append(("Not read back yet", "warn", DOUBT))
    return [*found, ("Preferred", "info", "flag")] if point.is_preferred else [*found]
