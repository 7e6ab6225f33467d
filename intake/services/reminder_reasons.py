"""Why does a reminder stand where it stands? Sentences for the codes that are stored."""

from __future__ import annotations

from intake.models import Reminder
from intake.models.cases import TERMINAL_STATES
from intake.models.clients import CLIENT_STATES

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


def explanation(reminder: Reminder) -> str:
    """The state and the reason of a reminder in words."""
    return in_words(reminder.state, reminder.state_reason)


def in_words(state: str, reason: str | None) -> str:
    """A state and the code of its reason in words."""
    return f"{STATES[state]} {REASONS.get(reason or '', '')}".strip()
