"""What is a rule set made of? Rows: points, floors, ceilings, adjuncts, alerts, follow-up.

A rule set is data over named criteria. A second version is a second object beside the first;
results name the version they came from, so old results keep theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, IntEnum

from intake.clinical.criteria.criterion import Criterion
from intake.clinical.facts import Facts

NOTICE = "Decision support, not validated; the clinician decides."

# Most urgent last.
URGENCIES = ("none", "same_day_medical", "same_day_psychiatric", "emergency_now")


class Setting(IntEnum):
    """Where treatment happens; a higher value is more intensive."""

    PEER_SUPPORT = 1
    OUTPATIENT_CBT = 2
    INPATIENT = 3

    @property
    def code(self) -> str:
        """`peer_support`, `outpatient_cbt` or `inpatient`."""
        return self.name.lower()


SETTING_CODES = tuple(setting.code for setting in Setting)


class Priority(IntEnum):
    """How soon an alert needs its first response."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def code(self) -> str:
        """`low`, `medium`, `high` or `critical`."""
        return self.name.lower()

    @property
    def respond_within(self) -> timedelta:
        """Time to the first response (a product decision): 1 h, 24 h, 72 h or 7 d."""
        return _RESPONSE[self]


_RESPONSE = {
    Priority.CRITICAL: timedelta(hours=1),
    Priority.HIGH: timedelta(hours=24),
    Priority.MEDIUM: timedelta(hours=72),
    Priority.LOW: timedelta(days=7),
}


@dataclass(frozen=True, slots=True)
class Level:
    """Points given when the criterion holds."""

    points: int
    when: Criterion


@dataclass(frozen=True, slots=True)
class PointRule:
    """One value per rule: that of the first level that holds, so the highest comes first.

    `dimension` is the number of an ASAM-style dimension (4th edition), for display only.
    `instrument` is named when the rule scores 0 for want of it and should then be listed.
    """

    id: str
    levels: tuple[Level, ...]
    dimension: str
    source: str
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """A minimum setting: that of the first level that holds; `urgency` comes with any."""

    id: str
    levels: tuple[tuple[Setting, Criterion], ...]
    urgency: str
    source: str
    # Whether choosing below it needs a clinical lead when it asks for an inpatient bed.
    guards_inpatient: bool = False


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A maximum setting. It applies when `when` holds and no floor of `unless_floor` fired."""

    id: str
    when: Criterion
    at: Setting | None  # the setting it applies to; None: any
    unless_floor: Setting
    setting: Setting
    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class Adjunct:
    """Something to add to the plan; of several `levels` (`J01:urgent`) the first that holds."""

    id: str
    title: str
    levels: tuple[tuple[str | None, Criterion], ...]
    source: str


@dataclass(frozen=True, slots=True)
class AlertRule:
    """A flag with a task: acknowledged and closed by people, never silently expired."""

    id: str
    name: str
    priority: Priority
    when: Criterion
    source: str


class Anchor(Enum):
    """The date of a plan from which the days of an obligation are counted."""

    DECISION = "decided_on"
    ADMISSION = "admission_on"
    DISCHARGE = "discharge_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides which obligations apply. `setting` is the chosen one, or None while unknown."""

    facts: Facts
    setting: Setting | None
    urgency: str
    alerts: frozenset[str]
    enhanced_monitoring: bool
    adjuncts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Step:
    """A dated obligation: `days` after the anchor; `hard` ones are never shifted.

    `before_admission` rows are left out unless they fall before the admission.
    """

    code: str
    label: str
    anchor: Anchor
    days: int
    applies: Callable[[Situation], bool]
    source: str = "Product decision"
    hard: bool = False
    before_admission: bool = False


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of the decision support; `bands` are (lowest total, setting), highest first.

    `required` are (name shown, fact) without which no setting is suggested, in the order shown.
    """

    id: str
    required: tuple[tuple[str, str], ...]
    points: Sequence[PointRule]
    bands: tuple[tuple[int, Setting], ...]
    floors: Sequence[Floor]
    ceilings: Sequence[Ceiling]
    adjuncts: Sequence[Adjunct]
    alerts: Sequence[AlertRule]
    follow_up: Sequence[Step]
    intensive_from: int
    group_contraindication: Criterion
    cbt_adaptation: Criterion
    bed_is_usable: Criterion
    out_of_scope: Criterion
