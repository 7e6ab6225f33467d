"""Which values follow from the record by arithmetic? Missing input gives None, never a guess."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENTI = Decimal("0.01")


def grams_per_week(grams_per_use_day: Decimal | None, days_used_30: int | None) -> Decimal | None:
    """Grams a week, 2 decimals, half up: grams on a use day, times days of 30, by 30, times 7."""
    if grams_per_use_day is None or days_used_30 is None:
        return None
    exact = grams_per_use_day * days_used_30 * 7 / 30
    return exact.quantize(CENTI, rounding=ROUND_HALF_UP)


def binge_patterns(
    binges_past_90d: int | None, longest_binge_days: int | None
) -> tuple[bool | None, bool | None]:
    """The pair (binge_pattern, frequent_binge).

    A pattern is at least one binge in 90 days, the longest of 2 days or more; frequent, from
    three. One single-day episode is no pattern.
    """
    if binges_past_90d is None or longest_binge_days is None:
        return None, None
    pattern = binges_past_90d >= 1 and longest_binge_days >= 2  # noqa: PLR2004  # domain 1.3
    return pattern, pattern and binges_past_90d >= 3  # noqa: PLR2004  # domain 1.3


def full_years(born: date, on: date) -> int:
    """Age in full years; somebody born on 29 February is a year older from 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def decimal_or_none(value: object) -> Decimal | None:
    """A JSON number as an exact decimal: 0.1 is one tenth, not the nearest binary fraction."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return Decimal(str(value))
