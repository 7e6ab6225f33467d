"""Which answers and numbers tell a believable course? Totals over time, and items that add up."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from intake.cli.demo_load.stories import Course

#: Rated from 0 to 3 in each item, and given again during treatment; how many items.
RATED: Mapping[str, int] = {"phq9": 9, "gad7": 7, "sds": 5, "kwc8": 8, "kbc6": 6}
VARIED = ("phq9", "gad7", "kbc6")
HIGHEST = 3
ITEM_9 = 8


#: What is left of a first value at the beginning, after each quarter, and now.
COURSES: Mapping[Course, tuple[float, ...]] = {
    "better": (1.0, 0.83, 0.64, 0.47, 0.32),
    "worse": (1.0, 0.93, 1.04, 1.22, 1.42),
    "flat": (1.0, 1.02, 0.95, 0.97, 0.93),
    "lapse": (1.0, 0.8, 0.55, 0.72, 0.4),
    "relapse": (1.0, 0.75, 0.5, 0.62, 0.95),
}


def left(kind: Course, part: float) -> float:
    """What is left of a first value after a part (0 to 1) of the treatment so far."""
    values = COURSES[kind]
    place = max(0.0, min(1.0, part)) * (len(values) - 1)
    before = min(int(place), len(values) - 2)
    return values[before] + (values[before + 1] - values[before]) * (place - before)


def course(kind: Course, first: float, part: float, *, most: int, rng: random.Random) -> int:
    """A number of a course, from 0 to `most`, with the noise of everyday life."""
    noise = rng.gauss(0, 0.05 * most) if part > 0 else 0.0
    return max(0, min(most, round(first * left(kind, part) + noise)))


def items(total: int, many: int, rng: random.Random) -> list[int]:
    """So many answers from 0 to 3 that add up to a total, uneven as people answer."""
    found = [0] * many
    for _ in range(min(total, many * HIGHEST)):
        found[rng.choice([place for place in range(many) if found[place] < HIGHEST])] += 1
    return found


def mood(total: int, item_9: int, rng: random.Random) -> list[int]:
    """Nine answers of the PHQ-9 with that answer to item 9."""
    return [*items(max(0, total - item_9), ITEM_9, rng), item_9]


def varied(code: str, answers: Any, rng: random.Random) -> Any:
    """The answers of a worked example as another person might have given them.

    What decides about risk, diagnosis, dependence and withdrawal stays; the others move by 2.
    """
    if code not in VARIED or not isinstance(answers, list):
        return answers
    total = max(0, sum(answers) + rng.randint(-2, 2))
    if code == "phq9":
        return mood(total, answers[ITEM_9], rng)
    return items(total, len(answers), rng)
