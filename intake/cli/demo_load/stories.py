"""Who is at which point of their way? The sixty stories of the demonstration, one a line.

`like` is the worked example whose answers the intake resembles; it decides the recommendation:
V01 and V05 a stay, V02, V04 and V06 outpatient treatment, V03 peer support.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Course = Literal["better", "worse", "flat", "lapse", "relapse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One person's way so far. `plot` names what is played; the rest are its particulars.

    `days` is how long ago it began, for whom treatment has not begun. `weeks` counts the weeks of
    treatment, `gap` the days since the last visit: 0 is a visit today. `marks` are events beside
    it, which plots look for by name.
    """

    plot: str
    like: str = "V02"
    worker: str = "counsellor"
    days: int = 5
    weeks: int = 0
    gap: int = 2
    course: Course = "better"
    marks: frozenset[str] = frozenset()


def _story(plot: str, like: str = "V02", marks: str = "", **particulars: object) -> Story:
    return Story(plot=plot, like=like, marks=frozenset(marks.split()), **particulars)  # type: ignore[arg-type] # a table of keywords


OTHER, LEAD = "counsellor2", "lead"
STORIES: tuple[Story, ...] = (
    # On their way in: referrals, drafts, handed in.
    _story("waiting", "V02", "urgent gp", days=6),
    _story("drafting", "V01", "deep", days=2),
    _story("treated", "V02", "today", weeks=7, gap=0),
    _story("treated", "V05", "item9", weeks=4, gap=1, course="worse"),
    _story("treated", "V06", "no_show", weeks=5, gap=1, course="flat"),
    _story("treated", "V04", "refused_text safety_plan", weeks=6, gap=4, worker=OTHER),
    _story("stay", "V01", weeks=2, gap=0),
    _story("supported", "V03", "today", weeks=6, gap=0),
    _story("planned", "V01", "bed", days=9),
    _story("assessed", "V01", "sign_off", days=7),
    _story("leaving", "V02", weeks=13, gap=2),
    _story("handed_in", "V06", days=3),
    _story("treated", "V02", "uncertain_text behind", weeks=3, gap=5, worker=OTHER),
    _story("treated", "V02", "behind", weeks=8, gap=6, course="flat"),
    _story("treated", "V06", "unsigned", weeks=4, gap=3),
    _story("treated", "V04", "consent_ends urology", weeks=10, gap=3),
    _story("left", "V02", weeks=12, gap=30),
    _story("reopened", "V02", weeks=9, gap=50),
    _story("treated", "V02", "relapse_log safety_plan", weeks=9, gap=1, course="relapse"),
    _story("treated", "V02", "unresolved", weeks=6, gap=1, worker=OTHER),
    _story("waiting", "V04", "tried", days=9),
    _story("waiting", "V03", "self", days=1),
    _story("waiting", "V05", "urgent triaged hospital", days=3),
    _story("waiting", "V02", "education", days=12),
    _story("waiting", "V06", "taken", days=4),
    _story("drafting", "V04", "interrupted", days=1),
    _story("drafting", "V02", "early", days=1),
    _story("drafting", "V05", "deep risk", days=3),
    _story("drafting", "V03", "early", days=8),
    _story("handed_in", "V02", "unassigned", days=2),
    _story("handed_in", "V04", "begun_scores", days=4, worker=OTHER),
    _story("handed_in", "V03", "begun_scores", days=5),
    _story("assessed", "V02", days=8),
    _story("assessed", "V03", days=6, worker=OTHER),
    _story("assessed", "V05", "safety_plan", days=6, worker=LEAD),
    _story("planned", "V02", days=10),
    _story("planned", "V05", "bed", days=12, worker=OTHER),
    _story("planned", "V03", days=9),
    _story("treated", "V02", "unresolved", weeks=11, gap=2, worker=LEAD),
    _story("treated", "V02", "today", weeks=4, gap=0, worker=LEAD),
    _story("treated", "V06", "today screen", weeks=10, gap=0, course="lapse"),
    _story("treated", "V05", "safety_plan", weeks=8, gap=4),
    _story("treated", "V04", "urology", weeks=5, gap=5, course="flat"),
    _story("treated", "V02", "lapse_log", weeks=12, gap=5, course="lapse"),
    _story("treated", "V02", "missed_twice", weeks=6, gap=2, course="worse", worker=OTHER),
    _story("treated", "V06", "screen no_texts", weeks=7, gap=3, worker=OTHER),
    _story("treated", "V05", "item9 safety_plan", weeks=6, gap=2, course="flat", worker=LEAD),
    _story("treated", "V04", "review", weeks=9, gap=1, worker=OTHER),
    _story("stay", "V01", weeks=1, gap=1, worker=OTHER),
    _story("stay", "V05", "safety_plan", weeks=3, gap=2),
    _story("stepped_down", "V01", weeks=6, gap=3),
    _story("stepped_down", "V01", "lapse_log", weeks=8, gap=4, course="lapse", worker=OTHER),
    _story("supported", "V03", weeks=3, gap=3),
    _story("supported", "V03", weeks=9, gap=5, worker=OTHER),
    _story("supported", "V03", "no_show", weeks=5, gap=2, course="flat", worker=LEAD),
    _story("left", "V03", weeks=12, gap=20, worker=OTHER),
    _story("left", "V04", "occasional", weeks=14, gap=45),
    _story("lost", "V02", weeks=3, gap=40, worker=OTHER),
    _story("transferred", "V06", weeks=4, gap=21),
    _story("declined", "V03", days=25),
)


def told(many: int) -> Iterator[Story]:
    """So many stories: the table from its beginning, and again when it ends."""
    for place in range(many):
        yield STORIES[place % len(STORIES)]
