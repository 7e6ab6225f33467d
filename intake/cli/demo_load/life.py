"""What is known of one person while their story is played?"""

from __future__ import annotations

import datetime as dt
import functools
import random
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from intake.access import Permission
from intake.cli.demo_load import diary
from intake.cli.demo_load.diary import Diary
from intake.cli.demo_load.names import Invented
from intake.cli.demo_load.schedule import Schedule
from intake.cli.demo_load.stage import Stage, Work
from intake.cli.demo_load.stories import Story

NOBODY = uuid.UUID(int=0)
COORDINATOR, LEAD, SECOND_LEAD, PEER = "coordinator", "lead", "lead2", "peer"


@dataclass(slots=True)
class Life:
    """One person: who they are, what they answer, and how far their story is."""

    stage: Stage
    schedule: Schedule
    diary: Diary
    story: Story
    person: Invented
    #: The answers of the worked example they resemble, as their own
    intake: dict[str, Any]
    rng: random.Random
    case_id: uuid.UUID = NOBODY
    client_id: uuid.UUID = NOBODY
    intake_id: uuid.UUID = NOBODY
    recommendation_id: uuid.UUID = NOBODY
    plan_id: uuid.UUID = NOBODY
    recommended: str = ""
    setting: str = ""
    goals: list[uuid.UUID] = field(default_factory=list)
    #: Alerts somebody will see to, so that nobody does so twice
    heard: set[uuid.UUID] = field(default_factory=set)
    #: Obligations of the plan that a visit was made for
    answered: set[uuid.UUID] = field(default_factory=set)
    is_active: bool = False
    has_ended: bool = False
    #: One of their reminders failed; the others go well
    has_failed: bool = False
    #: Whether the family doctor may know
    tells_gp: bool = True

    @property
    def stagger(self) -> dt.timedelta:
        """How much later than others everything happens: nobody shares their minutes."""
        return dt.timedelta(minutes=int(self.person.phone[-2:]) % 29)

    @property
    def worker(self) -> str:
        """Who is the key worker."""
        return self.story.worker

    @property
    def now(self) -> dt.datetime:
        """The moment of the story."""
        return self.stage.moment

    @property
    def day(self) -> dt.date:
        """The day of the story at the site."""
        return self.now.astimezone(self.stage.zone).date()

    def has(self, mark: str) -> bool:
        """Whether the story tells of this."""
        return mark in self.story.marks

    def acting(self, who: str, permission: Permission) -> AbstractContextManager[Work]:
        """One act of that person, now."""
        return self.stage.acting(who, permission)

    def ago(self, days: int) -> dt.date:
        """The working day so many days before today, or the Friday before it."""
        return diary.working_day(self.stage.today - dt.timedelta(days=days))

    def on(self, day: dt.date, clock: str, *scenes: Callable[[Life], None]) -> None:
        """Play scenes at about a wall time of that day, one after the other."""
        self.at(diary.moment(day, clock, self.stage.zone) + self.stagger, *scenes)

    def at(self, moment: dt.datetime, *scenes: Callable[[Life], None]) -> None:
        """Play scenes at that moment, one after the other, unless the case has ended by then."""
        for scene in scenes:
            self.schedule.at(moment, functools.partial(self._play, scene))

    def at_the_end(self, day: dt.date, clock: str, scene: Callable[[Life], None]) -> None:
        """Play a scene of a case that has ended."""
        moment = diary.moment(day, clock, self.stage.zone)
        self.schedule.at(moment, functools.partial(scene, self))

    def _play(self, scene: Callable[[Life], None]) -> None:
        if not self.has_ended:
            scene(self)

    def later(self, hours: float, *scenes: Callable[[Life], None]) -> None:
        """Play scenes so many hours from the moment of the story."""
        self.at(self.now + dt.timedelta(hours=hours), *scenes)
