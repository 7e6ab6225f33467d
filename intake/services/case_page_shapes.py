"""What is on the page of a case? Every part as a card, which may be hidden or broken."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from intake.access import Permission
from intake.clinical.lifecycle import Move
from intake.clinical.reassessment import Due
from intake.services import (
    timelines,
)
from intake.services.appointment_views import AppointmentView
from intake.services.case_page_facts import (
    AlertHere,
    ConsentHere,
    FollowUpHere,
    MoveHere,
    SafetyHere,
)
from intake.services.cases import CaseView
from intake.services.contacts import ContactView
from intake.services.courses import CourseEntry
from intake.services.goal_views import GoalView
from intake.services.identity import Identity
from intake.services.plan_views import PlanLine
from intake.services.score_trends import Trends
from intake.services.task_views import TaskView
from intake.services.timelines import Timeline

T = TypeVar("T")
P = Permission
# More than anybody looks at on one page; the pages behind the tabs show the rest.
TASKS, VISITS, GOALS = 20, 6, 20
MOOD = "phq9"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Card(Generic[T]):
    """One part of the page. `value` is None where the reader doesn't see such things, or broken."""

    value: T | None = None
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Scores:
    """What was measured; `item9` is the answer about self-harm of each PHQ-9, by its day."""

    trends: Trends
    item9: Mapping[dt.date, int]


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything on the page; `sees` are the permissions that hold for this case."""

    case: CaseView
    today: dt.date
    person: Identity | None
    staff: Mapping[uuid.UUID, str]
    sees: frozenset[Permission]
    by_grant: bool
    contacts: Card[list[ContactView]]
    consents: Card[tuple[ConsentHere, ...]]
    alerts: Card[tuple[AlertHere, ...]]
    tasks: Card[list[TaskView]]
    follow_ups: Card[tuple[FollowUpHere, ...]]
    due: Card[tuple[Due, ...]]
    moves: Card[tuple[Move, ...]]
    moved: Card[tuple[MoveHere, ...]]
    scores: Card[Scores]
    visits: Card[list[AppointmentView]]
    visit_counts: Mapping[str, int]
    plan: Card[PlanLine]
    goals: Card[list[GoalView]]
    safety: Card[SafetyHere]
    course: Card[Timeline[CourseEntry]]
    assessments: int
    notes: int


@dataclass(frozen=True, slots=True)
class CourseWanted:
    """Which part of the course: the kinds of entries, and the page of them, newest first."""

    types: Collection[str]
    page: timelines.Wanted
