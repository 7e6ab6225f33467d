"""What are the lanes of the board called, and what is said where one is empty?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """What a lane is called, and what is said when it is empty: why, and the next step."""

    title: str
    icon: str
    tone: str
    nothing: str
    next_step: str


HEADINGS: Mapping[str, Heading] = {
    "alerts": Heading(
        "Safety alerts",
        "exclamation-triangle-fill",
        "bad",
        "No open alerts",
        "An answer that worries raises one here, and says by when it is to be answered.",
    ),
    "coming_today": Heading(
        "Coming today",
        "calendar3",
        "",
        "Nobody is expected any more today",
        "Whoever has an appointment today is checked in here.",
    ),
    "overdue_follow_ups": Heading(
        "Overdue follow-ups",
        "hourglass-split",
        "warn",
        "Nothing is overdue",
        "What a plan asks for and nobody booked in time is listed here: book it from the case.",
    ),
    "failed_reminders": Heading(
        "Failed reminders",
        "chat-dots",
        "bad",
        "No failed reminders",
        "A reminder that didn't arrive is listed here until it is sent again or somebody called.",
    ),
    "waiting_referrals": Heading(
        "Waiting referrals",
        "person-plus",
        "warn",
        "No referral is waiting",
        "A new referral is listed here until somebody takes it and hands in its intake.",
    ),
    "drafts": Heading(
        "Drafts",
        "pencil",
        "",
        "No drafts",
        "An intake or a note you interrupt waits here, and goes on where you left it.",
    ),
}
