"""From the instruments to the plan: what the key worker measures and decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from intake.access import Permission
from intake.cli import vignettes
from intake.cli.demo_load import scores
from intake.cli.demo_load.life import Life
from intake.cli.demo_load.words import GOALS
from intake.services import assessments, recommendations
from intake.services import plans as decisions
from intake.services.assessments import NewAssessment
from intake.services.plan_orders import NewGoal, NewPlan

FIRST_TWO = ("phq9", "gad7")
GOAL_WITHIN = dt.timedelta(days=84)
PREPARED = dt.timedelta(days=5)
STAY = dt.timedelta(days=28)
#: What is chosen, and why, where it isn't what is recommended.
CHOSEN: Mapping[str, str] = {
    "V01": "inpatient",
    "V02": "outpatient_cbt",
    "V03": "peer_support",
    "V04": "outpatient_cbt",
    "V05": "outpatient_cbt",
    "V06": "outpatient_cbt",
}
AT_HOME = ("client_preference", "Wishes to stay at home near the family; accepts close contact.")
IN_BED = ("clinical_judgement_higher", "Lives alone with dark thoughts; a safe place for a month.")


def give(life: Life, code: str, answers: Any, *, is_signed: bool = True) -> None:
    """The key worker records one instrument, and signs it."""
    with life.acting(life.worker, Permission.ASSESSMENT_WRITE) as work:
        order = NewAssessment(code, "interviewer", answers=answers)
        made = assessments.record(work.session, life.case_id, order, actor=work.actor, now=work.now)
    if is_signed:
        with life.acting(life.worker, Permission.ASSESSMENT_WRITE) as work:
            assessments.sign(
                work.session, made.id, version=made.version, actor=work.actor, now=work.now
            )
        life.stage.has_observed = True


def measure(life: Life) -> None:
    """All instruments of an intake, each signed."""
    for body in vignettes.assessment_bodies({"intake": life.intake}):
        give(life, body["instrument"], body["answers"])


def measure_some(life: Life) -> None:
    """Two instruments signed, a third one begun."""
    given = life.intake["instruments"]
    for code in FIRST_TWO:
        give(life, code, given[code])
    give(life, "sds", given["sds"], is_signed=False)


def recommend(life: Life) -> None:
    """The rules are asked."""
    with life.acting(life.worker, Permission.PLAN_PROPOSE) as work:
        made, _ = recommendations.compute(
            work.session, life.case_id, actor=work.actor, now=work.now
        )
    life.recommendation_id = made.id
    life.recommended = made.result["recommendation"]["recommended_setting"]


def decide(life: Life) -> None:
    """The key worker and the person choose what is done, and goals."""
    setting, override = _choice(life)
    life.setting = setting
    is_stay = setting == "inpatient"
    admitted = life.day + PREPARED if is_stay else None
    order = NewPlan(
        recommendation_id=life.recommendation_id,
        chosen_setting=setting,
        shared_decision=True,
        override_code=override[0] if override else None,
        override_reason=override[1] if override else None,
        client_view="Wants to begin soon." if life.rng.random() < 0.5 else None,  # noqa: PLR2004 - every second person
        admission_on=admitted,
        discharge_on=admitted + STAY if admitted else None,
        goals=_goals(life, setting),
    )
    with life.acting(life.worker, Permission.PLAN_DECIDE) as work:
        made = decisions.decide(work.session, life.case_id, order, actor=work.actor, now=work.now)
    life.plan_id = made.id


def repeat(life: Life, part: float, codes: tuple[str, ...], *, item_9: int = 0) -> None:
    """Instruments given again, after that part (0 to 1) of the treatment so far."""
    for code in codes:
        first = sum(life.intake["instruments"][code])
        many = scores.RATED[code]
        total = scores.course(
            life.story.course, first, part, most=many * scores.HIGHEST, rng=life.rng
        )
        is_mood = code == "phq9"
        answers = (
            scores.mood(min(total, 24), item_9, life.rng)
            if is_mood
            else scores.items(total, many, life.rng)
        )
        give(life, code, answers)


def _choice(life: Life) -> tuple[str, tuple[str, str] | None]:
    """The setting, and code and reason where it isn't the recommended one."""
    is_bed = life.story.plot == "stay" or life.has("bed")
    chosen = "inpatient" if life.story.like == "V05" and is_bed else CHOSEN[life.story.like]
    if life.has("sign_off"):
        chosen = "outpatient_cbt"
    if chosen == life.recommended:
        return chosen, None
    return chosen, IN_BED if chosen == "inpatient" else AT_HOME


def _goals(life: Life, setting: str) -> tuple[NewGoal, ...]:
    wanted = GOALS[setting]
    chosen = (wanted[0], life.rng.choice(wanted[1:]))
    return tuple(
        NewGoal(
            statement=statement,
            problem=problem,
            domain=domain,
            measure=measured,
            target=target,
            baseline="As at intake",
            due_on=life.day + GOAL_WITHIN,
            confidence=life.rng.randint(3, 8),
        )
        for statement, problem, domain, measured, target in chosen
    )
