"""What is a channel? Something that takes one finished text to one recipient and says how it went.

A channel sends or returns the failure; it never swallows one, never retries and never decides what
happens next. The classes of outcome are the rows of the classification table of the reminders'
design; `services/reminder_outcomes.py` decides what each means for a reminder.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

CONNECT_SECONDS = 3.0
"""A provider that doesn't answer the phone within this is down."""
READ_SECONDS = 10.0
"""The slowest send the lease must cover; silence beyond it leaves the outcome unknown."""


class Outcome(StrEnum):
    """How a send ended, as far as can be known from here."""

    ACCEPTED = "accepted"
    """The provider has it, now or from an earlier attempt with the same key."""
    PERMANENT = "permanent"
    """The provider will never take it: wrong or blocked number."""
    CONFIG = "config"
    """Our credentials or address are wrong; no reminder is to blame."""
    THROTTLED = "throttled"
    """Too fast; `retry_after` says when again."""
    OUTAGE = "outage"
    """The provider can't be reached; it has certainly not accepted."""
    TRANSIENT = "transient"
    """The provider failed and has not accepted; later may work."""
    UNKNOWN = "unknown"
    """It may or may not have been accepted."""


@dataclass(frozen=True, slots=True)
class Message:
    """One finished text on its way out; `key` is the same on every attempt."""

    recipient: str
    text: str
    key: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one send. `error_class` is a type name or code, never a text with an address."""

    outcome: Outcome
    provider_ref: str | None = None
    http_status: int | None = None
    error_class: str | None = None
    retry_after: float | None = None
    """Seconds, only with THROTTLED."""


class Channel(Protocol):
    """One way out."""

    name: str
    """The provider, as stored with attempts: `sms_http`, `smtp`, `console`."""
    honours_key: bool
    """True where a second send with the same key reaches the person once. Elsewhere an unknown
    outcome is never retried."""

    def send(self, message: Message) -> Result:
        """Send once, within CONNECT_SECONDS + READ_SECONDS. Raises nothing the network caused."""
        ...
