"""What does a filled-in instrument score, which band is that, and which alerts does it raise?

submit → validate (count, range, all answered) → score → band → alerts. Pure: the same answers
always give the same score. Adding an instrument needs no code unless it counts in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from intake.clinical.answers import Answer, answer_errors, answers_by_id
from intake.clinical.instruments import Instrument, Item, Trigger
from intake.errors import ConfigurationError, ValidationFailed

Values = Mapping[str, Answer]
Extras = dict[str, int | None]


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What a site may set (domain rules 2 and 3): it changes scores and bands, never the rules."""

    # Withdrawal (DSM item 11) is not an established criterion for these drugs: shown, not counted.
    dsm_count_withdrawal: bool = False
    # AUDIT-C is positive from here; services in the UK often use 5.
    audit_c_cutoff_male: int = 4
    audit_c_cutoff_other: int = 3


DEFAULT_SETTINGS = EngineSettings()


@dataclass(frozen=True, slots=True)
class Score:
    """One scored administration. `total` is None where the instrument gives only a level.

    `extras` is shown beside the total (PHQ-9 item 9, the AUDIT-C cut-off …); `values` are the
    answers under their item's id; `alerts` are the codes the answers raise by themselves.
    """

    instrument: str
    version: str
    total: int | None
    band: str | None
    extras: Mapping[str, int | None]
    values: Values
    alerts: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """`{"total", "band", …extras}`."""
        return {"total": self.total, "band": self.band, **self.extras}


def score(
    instrument: Instrument,
    answers: object,
    *,
    sex_at_birth: str | None = None,
    settings: EngineSettings = DEFAULT_SETTINGS,
) -> Score:
    """Score complete answers. Raises ValidationFailed naming each item (`/answers/3`)."""
    if found := answer_errors(instrument, answers):
        raise ValidationFailed(*found)
    values = answers_by_id(instrument, answers)
    method = METHODS.get(instrument.score.method)
    if method is None:
        raise ConfigurationError(f"{instrument.code} scores by {instrument.score.method}, unknown.")
    total, band, extras = method(Scorable(instrument, values, sex_at_birth, settings))
    for name, item_id in instrument.score.extras.items():
        extras[name] = values[item_id]
    return Score(
        instrument=instrument.code,
        version=instrument.version,
        total=total,
        band=band,
        extras=extras,
        values=values,
        alerts=_alerts(instrument.triggers, total, band, values),
    )


def alerts_of_items(instrument: Instrument, values: Values) -> tuple[str, ...]:
    """Alert codes that single answers raise, while others are still missing (None).

    Totals and bands need every answer; an item such as PHQ-9 item 9 speaks for itself.
    """
    own = tuple(one for one in instrument.triggers if one.name in values)
    return _alerts(own, None, None, values)


@dataclass(frozen=True, slots=True)
class Scorable:
    """What a scoring method may look at."""

    instrument: Instrument
    values: Values
    sex_at_birth: str | None
    settings: EngineSettings


def _sum(what: Scorable) -> tuple[int, str | None, Extras]:
    items = what.instrument.items
    answered = [item for item in items if what.values[item.id] is not None]
    total = sum(_points(item, what.values[item.id]) for item in answered)
    if what.instrument.score.prorate_max_missing and len(answered) < len(items):
        exact = Decimal(total) * len(items) / len(answered)
        total = int(exact.to_integral_value(rounding=ROUND_HALF_UP))
    return total, _band(what.instrument, total), {}


def _dsm5(what: Scorable) -> tuple[int, str | None, Extras]:
    *counted, withdrawal = (what.values[item.id] is True for item in what.instrument.items)
    with_withdrawal = sum(counted) + withdrawal
    total = with_withdrawal if what.settings.dsm_count_withdrawal else sum(counted)
    extras: Extras = {"count_including_withdrawal": with_withdrawal}
    return total, _band(what.instrument, total), extras


def _audit_c(what: Scorable) -> tuple[int, str | None, Extras]:
    total, _, _ = _sum(what)
    settings = what.settings
    is_male = what.sex_at_birth == "male"
    cutoff = settings.audit_c_cutoff_male if is_male else settings.audit_c_cutoff_other
    return total, "positive" if total >= cutoff else "negative", {"cutoff": cutoff}


def _cssrs(what: Scorable) -> tuple[None, str | None, Extras]:
    said = {item_id for item_id, value in what.values.items() if value is True}
    if said & {"q4", "q5", "q6_past_3_months"}:
        return None, "high", {}
    if said & {"q3", "q6_lifetime"}:
        return None, "moderate", {}
    return None, "low" if said & {"q1", "q2"} else "none", {}


Method = Callable[[Scorable], tuple[int | None, str | None, Extras]]
METHODS: Mapping[str, Method] = {
    "sum": _sum,
    "count": _sum,  # yes/no options score 1 and 0 (or the other way round), so a count is a sum
    "named:dsm5": _dsm5,
    "named:audit_c": _audit_c,
    "named:cssrs": _cssrs,
}


def _points(item: Item, value: Answer) -> int:
    if item.bounds is not None:
        return int(value or 0)
    return next(option.score for option in item.options if option.value == value)


def _band(instrument: Instrument, total: int) -> str | None:
    return next((one.name for one in instrument.bands if one.low <= total <= one.high), None)


def _alerts(
    triggers: tuple[Trigger, ...], total: int | None, band: str | None, values: Values
) -> tuple[str, ...]:
    known: dict[str, object] = {**values, "total": total, "band": band}
    return tuple(dict.fromkeys(one.alert for one in triggers if _fires(one, known[one.name])))


def _fires(trigger: Trigger, value: object) -> bool:
    if trigger.comparison == "=":
        return value == trigger.value
    return isinstance(value, int) and isinstance(trigger.value, int) and value >= trigger.value
