"""What is written down after a visit? Numbers, measures, a note, use, screens."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from typing import Protocol

from sqlalchemy import select

from intake.access import Permission
from intake.cli.demo_load import deciding, scores
from intake.cli.demo_load.life import Life
from intake.cli.demo_load.words import ASSESSED, COPING, NEXT, TOLD, TRIGGERS
from intake.models import Task
from intake.services import (
    contact_attempts,
    drug_screens,
    progress_notes,
    session_records,
    tasks,
    use_entries,
)
from intake.services.contact_attempts import NewAttempt
from intake.services.drug_screens import NewScreen
from intake.services.progress_notes import NewNote
from intake.services.session_records import SessionSaid
from intake.services.task_changes import TaskChange
from intake.services.use_entries import NewUseEntry

HALF = 0.5
MOST_DAYS, MOST_CRAVING = 28, 10
#: Which session (from 0) brings which instruments again.
EVERY_OTHER = ("phq9", "gad7")
SCORED_BY = {"kwc8": (0, 1, 3), "kbc6": (3, 7, 11), "sds": (11,)}


class Held(Protocol):
    """A visit that took place."""

    id: uuid.UUID
    part: float
    place: int | None
    is_last: bool


def write_up(life: Life, visit: Held) -> None:
    """Everything that the key worker writes after a session."""
    _numbers(life, visit)
    place = visit.place or 0
    codes: tuple[str, ...] = EVERY_OTHER if place % 2 == 1 or visit.is_last else ()
    codes += tuple(code for code, places in SCORED_BY.items() if place in places)
    if codes:
        item_9 = life.rng.randint(1, 2) if visit.is_last and life.has("item9") else 0
        deciding.repeat(life, visit.part, codes, item_9=item_9)
    _note(life, visit)
    _use(life, visit)
    if life.has("screen") and place % 3 == 1:
        _screen(life, visit)


def called(life: Life) -> None:
    """Somebody got through to who had not come; the task is done with it."""
    with life.acting(life.worker, Permission.REFERRAL_WORK) as work:
        order = NewAttempt(work.now - dt.timedelta(minutes=5), "phone", "reached")
        contact_attempts.record(work.session, life.case_id, order, actor=work.actor, now=work.now)
    with life.acting(life.worker, Permission.WORK_CLOSE) as work:
        open_calls = select(Task).where(
            Task.case_id == life.case_id, Task.kind == "call_client", Task.state == "open"
        )
        for task in work.session.scalars(open_calls).all():
            done = TaskChange(state="done", note="Spoke with them; new time agreed.")
            tasks.change(work.session, task.id, done, version=task.version, actor=work.actor)


def _numbers(life: Life, visit: Held) -> None:
    """Craving, mood, days of use and grams, as told."""
    story, use = life.story, life.intake["substance_use"]

    def told(first: float, most: int) -> int:
        return scores.course(story.course, first, visit.part, most=most, rng=life.rng)

    days = told(use["days_used_30"] * 28 / 30, MOST_DAYS)
    answers: dict[str, object] = {
        "craving": told(use["craving_0_10"], MOST_CRAVING),
        "mood": 10 - told(7, 9),
        "days_used_28": days,
    }
    if days:
        grams = max(0.1, use["grams_per_use_day"] * scores.left(story.course, visit.part))
        answers["grams_per_day"] = decimal.Decimal(f"{grams:.1f}")
    words = {"triggers": life.rng.choice(TRIGGERS), "coping": life.rng.choice(COPING)}
    with life.acting(life.worker, Permission.PROGRESS_WRITE) as work:
        session_records.record(
            work.session, visit.id, SessionSaid(answers, words), actor=work.actor
        )


def _note(life: Life, visit: Held) -> None:
    """A note of the session, signed at once but where the story says otherwise."""
    order = NewNote(
        format="dap",
        sections={
            "data": life.rng.choice(TOLD[life.story.course]),
            "assessment": life.rng.choice(ASSESSED),
            "plan": life.rng.choice(NEXT),
        },
        appointment_id=visit.id,
        minutes=50,
        mode="in_person",
        goal_ids=tuple(life.goals[:1]),
    )
    with life.acting(life.worker, Permission.NOTE_WRITE) as work:
        made = progress_notes.write(
            work.session, life.case_id, order, actor=work.actor, now=work.now
        )
    if visit.is_last and life.has("unsigned"):
        return
    with life.acting(life.worker, Permission.NOTE_WRITE) as work:
        progress_notes.sign(
            work.session, made.id, version=made.version, actor=work.actor, now=work.now
        )


def _use(life: Life, visit: Held) -> None:
    """Days of use told at the first session; a lapse or a relapse told at the last one."""
    if visit.place == 0:
        days = [3, 1] if life.story.course != "flat" else [5, 4, 1]
    elif visit.is_last and life.has("lapse_log"):
        days = [3]
    elif visit.is_last and life.has("relapse_log"):
        days = [5, 4, 2, 1]
    else:
        return
    grams = decimal.Decimal(str(life.intake["substance_use"]["grams_per_use_day"]))
    for before in days:
        entry = NewUseEntry(
            used_on=life.day - dt.timedelta(days=before),
            substance="ketamine",
            grams=grams,
            context=life.rng.choice(TRIGGERS),
        )
        with life.acting(life.worker, Permission.PROGRESS_WRITE) as work:
            use_entries.record(work.session, life.case_id, entry, actor=work.actor, now=work.now)


def _screen(life: Life, visit: Held) -> None:
    """A urine screen that was asked for ketamine by name."""
    still_uses = scores.left(life.story.course, visit.part) > HALF
    found = "positive" if still_uses else "negative"
    order = NewScreen(
        collected_at=life.now - dt.timedelta(minutes=40),
        is_observed=False,
        results={"ketamine": found, "norketamine": found, "cocaine": "negative"},
    )
    with life.acting(life.worker, Permission.PROGRESS_WRITE) as work:
        drug_screens.record(work.session, life.case_id, order, actor=work.actor, now=work.now)
