"""What each site may set for itself: keys, types, defaults and what they mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from intake.errors import FieldErrors

Value = bool | int | str | list[str] | None


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """The settings of one site; what is not stored has its default."""

    #: Nothing is sent from this local time …
    quiet_from: str = "20:00"
    #: … until this one
    quiet_until: str = "09:00"
    #: Which reminders are planned for an appointment
    reminder_kinds: list[str] = field(default_factory=lambda: ["d7", "d3", "d1", "h2"])
    #: At most this many messages to a person in a day
    cap_per_day: int = 3
    #: At most this many in seven days
    cap_per_week: int = 10
    #: When the audit digest goes out, local time
    digest_at: str = "07:30"
    #: A session ends after this many idle minutes
    idle_minutes: int = 15
    #: Whether DSM-5 item 11 (withdrawal) counts
    dsm_count_withdrawal: bool = False
    #: AUDIT-C is positive from here, sex at birth male
    audit_c_cutoff_male: int = 4
    #: AUDIT-C is positive from here, anything else
    audit_c_cutoff_other: int = 3
    #: Counts below this are not shown
    small_cell_minimum: int = 5
    #: strict: a second person for roles and holds; relaxed: flagged in the digest
    two_person: str = "strict"
    #: Past appointments become no-shows by themselves
    auto_no_show: bool = False
    #: Who signed the rule set for clinical use here
    clinical_safety_owner: str | None = None

    @property
    def quiet_hours(self) -> tuple[dt.time, dt.time]:
        """From and until, local."""
        return dt.time.fromisoformat(self.quiet_from), dt.time.fromisoformat(self.quiet_until)

    @property
    def digest_time(self) -> dt.time:
        """When the digest goes out, local."""
        return dt.time.fromisoformat(self.digest_at)


TIMES = ("quiet_from", "quiet_until", "digest_at")


def from_stored(stored: Mapping[str, object]) -> SiteSettings:
    """Settings from their stored rows. Raises ValidationFailed for an unknown key or wrong type."""
    known = {one.name for one in fields(SiteSettings)}
    errors = FieldErrors()
    defaults = SiteSettings()
    for key, value in stored.items():
        if key not in known:
            errors.add(f"/{key}", "unknown_setting", f"There is no setting named {key}.")
        elif not _fits(key, getattr(defaults, key), value):
            errors.add(f"/{key}", "wrong_type", f"The setting {key} needs another kind of value.")
    errors.raise_if_any()
    return SiteSettings(**stored)  # type: ignore[arg-type] # each value was checked just above


def _fits(key: str, default: Value, value: object) -> bool:
    """Whether a stored value is of the declared kind."""
    if key in TIMES:
        return isinstance(value, str) and _is_time(value)
    if default is None:
        return value is None or isinstance(value, str)
    return type(value) is type(default)


def _is_time(value: str) -> bool:
    try:
        dt.time.fromisoformat(value)
    except ValueError:
        return False
    return True
