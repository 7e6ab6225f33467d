"""Why does a reminder stand where it stands? Sentences for the codes that are stored."""

from __future__ import annotations

from intake.models import Reminder
from intake.models.cases import TERMINAL_STATES
from intake.models.clients import CLIENT_STATES

#: The states of which it is certain that nothing reached the person.
RESENT = ("failed", "dead")
STATES = {
    "scheduled": "It waits for its time.",
    "leased": "A worker is checking it right now.",
    "sending": "A worker is sending it right now, or stopped while doing so; it is taken up again.",
    "accepted": "The gateway took it.",
    "delivered": "It reached the phone.",
    "failed": "It can't be delivered.",
    "dead": "It was tried and certainly not delivered.",
    "uncertain": "Nobody knows whether it arrived, so it isn't repeated.",
    "cancelled": "It is no longer needed.",
    "suppressed": "It may not be sent.",
    "expired": "Its time passed before it could be sent.",
}
REASONS = {
    "rescheduled": "The appointment moved; another reminder tells its new time.",
    "appointment_cancelled": "The appointment was cancelled.",
    "appointment_arrived": "The person has arrived.",
    "appointment_fulfilled": "The appointment has taken place.",
    "appointment_noshow": "The appointment is over.",
    "appointment_entered_in_error": "The appointment was entered in error.",
    "no_consent": "There is no live consent to reminders.",
    "contact_ended": "The person is no longer reached there.",
    "contact_not_safe": "The person hasn't said that messages are safe there.",
    "contact_not_confirmed": "The number was never read back to the person.",
    "contact_needs_check": "An earlier message failed there; ask for the number again.",
    "contact_changed": "The contact was changed after this was planned.",
    "contact_unreadable": "The number can't be decrypted.",
    "text_refused": "The text didn't pass the check for revealing words and length.",
    "too_late": "It would have come too late to help.",
    "quiet_hours": "It fell into quiet hours.",
    "daily_cap": "The person already got as many texts today as the site allows.",
    "weekly_cap": "The person already got as many texts this week as the site allows.",
    "merged": "Its appointment was told in the text of another reminder.",
    "group_changed": "It shared a text with a reminder that may no longer be sent.",
    "outcome_unknown": "The gateway's answer was lost.",
    "refused_by_provider": "The gateway refused the number.",
    "too_many_attempts": "Every attempt failed.",
    "no_time_left": "There was no time for another attempt.",
    "config": "The gateway refused our credentials; an operator must look.",
    "throttled": "The gateway asked to slow down.",
    "outage": "The gateway was out of reach or failed for everybody.",
    "not_started": "It was given back unsent; it is next in line.",
    "transient": "The gateway failed; it is tried again.",
    "unknown": "The gateway's answer was lost; it is asked again with the same key.",
    **{f"case_{state}": f"The case is closed ({state})." for state in TERMINAL_STATES},
    **{f"client_{state}": f"The person's record is {state}." for state in CLIENT_STATES},
}


#: How a reminder that failed was settled.
SETTLED = {
    "resent": "It was sent again.",
    "spoken": "Somebody spoke with the person since.",
}
# What staff can do about a reason for which a reminder may not be sent again.
REMEDIES = {
    "no_consent": "Ask the person, and record the answer first.",
    "contact_not_safe": "Ask the person which number is safe for messages.",
    "contact_not_confirmed": "Read it back first, or call.",
    **dict.fromkeys(
        ("too_late", "quiet_hours", "daily_cap", "weekly_cap"),
        "Call the person, if it is safe to.",
    ),
}
NO_NUMBER = "It can't be sent again. The person has no number for text messages; add one, or call."
UNSURE = (
    "Nobody knows whether this reminder arrived, so it isn't sent again: the person could be told "
    "twice. Call the person, if it is safe to."
)


def settled(at: object, contact_attempt: object) -> str | None:
    """How staff settled a reminder that failed, by its two columns: a key of SETTLED, or None."""
    if at is None:
        return None
    return "resent" if contact_attempt is None else "spoken"


def explanation(reminder: Reminder) -> str:
    """The state and the reason of a reminder in words, and how it was settled."""
    said = in_words(reminder.state, reminder.state_reason)
    how = settled(reminder.settled_at, reminder.contact_attempt_id)
    return f"{said} {SETTLED.get(how or '', '')}".strip()


def against(reason: str) -> str:
    """Why a reminder may not be sent again, and what can be done."""
    said = f"It can't be sent again. {REASONS[reason]} {REMEDIES.get(reason, '')}"
    return said.strip()


def not_failed(reminder: Reminder) -> str | None:
    """Why this reminder is none to be sent again, or None when it failed and waits for staff."""
    if how := settled(reminder.settled_at, reminder.contact_attempt_id):
        return f"This reminder needs nothing more. {SETTLED[how]}"
    if reminder.state == "uncertain":
        return UNSURE
    if reminder.state not in RESENT:
        return f"Only a reminder that failed can be sent again. {explanation(reminder)}"
    return None


def in_words(state: str, reason: str | None) -> str:
    """A state and the code of its reason in words."""
    return f"{STATES[state]} {REASONS.get(reason or '', '')}".strip()
