"""How do the stories become rows? Each scene in its turn, all in the transaction of the caller."""

from __future__ import annotations

import copy
import datetime as dt
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from intake.access import Actor
from intake.cli import vignettes
from intake.cli.demo_load import care, names, plots, posting, scores, stories, surroundings
from intake.cli.demo_load.diary import Diary
from intake.cli.demo_load.life import Life
from intake.cli.demo_load.schedule import Schedule
from intake.cli.demo_load.stage import Stage
from intake.cli.demo_load.stories import Story
from intake.models.base import SiteRow

#: The site is older than the first referral.
FOUNDED = dt.timedelta(days=190)
#: Often enough for a reminder that is due two hours before a visit.
POST_EVERY = dt.timedelta(hours=2)
#: Nobody of these began earlier.
FIRST_USED_AT = 15


@dataclass(frozen=True, slots=True)
class Order:
    """How many people, and the seed by which they are always the same."""

    cases: int
    seed: int


def play(
    session: Session, staff: Mapping[str, Actor], order: Order, *, now: dt.datetime,
    progress: Callable[[dt.datetime], None],
) -> int:  # fmt: skip
    """Play every story up to now; answer how many people there are.

    Args:
        session: a transaction at the site, which the caller commits.
        staff: who works there, by the names of `intake demo seed`.
        order: whom to invent.
        now: clinic time; the stories end here.
        progress: is told where the stories are.
    """
    stage = Stage(session, staff, until=now, moment=now - FOUNDED)
    event.listen(session, "before_flush", _dating(stage))
    schedule = Schedule()
    lives = cast(stage, schedule, order)
    beds = sum(one.story.plot == "stay" for one in lives)
    surroundings.make_programmes(stage, max(beds, 2))
    for life in lives:
        plots.PLOTS[life.story.plot](life)
    _play(stage, schedule, lives, progress)
    stage.moment = now
    surroundings.arrange(stage, lives)
    return len(lives)


def cast(stage: Stage, schedule: Schedule, order: Order) -> list[Life]:
    """The people of an order with their stories; the same for the same order and day."""
    rng, diary = random.Random(order.seed), Diary()  # noqa: S311 - a story, no secret
    people = names.invent(order.cases, rng, stage.today)
    examples = vignettes.examples()
    told = list(stories.told(order.cases))
    return [
        Life(
            stage, schedule, diary, story, person,
            intake=_answers(examples[story.like]["intake"], story, person, one, stage.today),
            rng=one, tells_gp=one.random() < 0.8,  # noqa: PLR2004 - most people
        )
        for story, person in zip(told, people, strict=True)
        for one in (random.Random(f"{order.seed}:{person.phone}"),)  # noqa: S311 - as above
    ]  # fmt: skip


def _play(
    stage: Stage,
    schedule: Schedule,
    lives: Sequence[Life],
    progress: Callable[[dt.datetime], None],
) -> None:
    """One scene after the other; between them reminders end and alerts are heard."""
    posted = stage.moment
    while (found := schedule.next_until(stage.until)) is not None:
        moment, scene = found
        stage.moment = moment
        if moment - posted >= POST_EVERY:
            posting.post(stage, lives)
            posted = moment
        scene()
        if stage.has_observed:
            care.hear(stage, lives)
        progress(moment)
    stage.moment = stage.until
    posting.post(stage, lives)


def _answers(
    example: Mapping[str, Any],
    story: Story,
    person: names.Invented,
    rng: random.Random,
    today: dt.date,
) -> dict[str, Any]:
    """The answers of a worked example as this person's own."""
    intake = copy.deepcopy(dict(example))
    is_woman = person.sex == "female"
    intake["demographics"] |= {
        "date_of_birth": person.date_of_birth.isoformat(),
        "sex_at_birth": person.sex,
    }
    intake["pregnancy"] = {
        "status": "not_pregnant" if is_woman else "not_applicable",
        "weeks": None,
    }
    use = intake["substance_use"]
    age = (today - person.date_of_birth).days // 366
    use["years_regular_use"] = min(use["years_regular_use"], age - FIRST_USED_AT)
    use["age_first_use"] = age - math.ceil(use["years_regular_use"])
    use["grams_per_use_day"] = round(use["grams_per_use_day"] * rng.uniform(0.8, 1.3), 1)
    use["craving_0_10"] = max(1, min(9, use["craving_0_10"] + rng.randint(-1, 1)))
    intake["instruments"] = {
        code: scores.varied(code, answers, rng) for code, answers in intake["instruments"].items()
    }
    if "sign_off" in story.marks:
        intake["polysubstance"] |= {"opioid_days_30": 8, "opioid_dependence": True}
    if "risk" in story.marks:
        intake["physical"] |= {"urinary_retention": True}
    return intake


def _dating(stage: Stage) -> Callable[[Session, UOWTransaction, object], None]:
    """Rows say when the story stored them, not when the story was told."""

    def date(session: Session, context: UOWTransaction, instances: object) -> None:
        del context, instances
        for row in session.new:
            if isinstance(row, SiteRow):
                row.created_at = stage.moment

    return date
