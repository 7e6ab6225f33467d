"""Which case of a caseload comes first? The one in which waiting does the most harm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

PRIORITIES = ("critical", "high", "medium", "low")
NEVER = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one case stands: open alerts by priority, and what is overdue or was missed."""

    alerts: tuple[str, ...]
    overdue_follow_ups: int
    overdue_measures: tuple[str, ...]
    missed_in_a_row: int
    last_contact_on: date | None

    @property
    def is_overdue(self) -> bool:
        """Whether an obligation or a measure is past its day."""
        return self.overdue_follow_ups > 0 or bool(self.overdue_measures)

    @property
    def may_miss_again(self) -> bool:
        """Whether the last visit that was to be was missed."""
        return self.missed_in_a_row > 0


def urgency(standing: Standing) -> tuple[bool, bool, bool, int, date]:
    """Sorts the most pressing first.

    A critical alert, then a high one, an overdue obligation, visits missed in a row, and whom
    nobody has been in contact with for the longest time (the product's own order).
    """
    return (
        "critical" not in standing.alerts,
        "high" not in standing.alerts,
        standing.overdue_follow_ups == 0,
        -standing.missed_in_a_row,
        standing.last_contact_on or NEVER,
    )
