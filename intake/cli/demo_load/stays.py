"""What belongs to a stay? A bed asked for, offered and taken, and the daily list of withdrawal."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from intake.access import Permission
from intake.cli.demo_load import deciding
from intake.cli.demo_load.life import COORDINATOR, Life
from intake.cli.demo_load.words import GAP_PLAN
from intake.models import Placement, Programme
from intake.services import placements
from intake.services.placements import NewPlacement, Step

WARD = "Rowan Ward"
#: Withdrawal is asked for on each of the first days of a stay.
DAYS_OF_WITHDRAWAL = 7
EVERY_WEEK = ("phq9", "gad7")


def ask_for_bed(life: Life) -> None:
    """The coordinator puts the person on the ward's list."""
    with life.acting(COORDINATOR, Permission.PLACEMENT_WRITE) as work:
        ward = work.session.scalars(select(Programme.id).where(Programme.name == WARD)).one()
        order = NewPlacement(
            programme_id=ward,
            gap_setting="outpatient_cbt",
            gap_plan=GAP_PLAN,
            urgency="urgent" if life.story.like == "V05" else "routine",
        )
        placements.ask(work.session, life.case_id, order, actor=work.actor, now=work.now)


def offer_bed(life: Life) -> None:
    """A bed is free, and the person takes it."""
    _step(life, "offer")
    _step(life, "accept")


def follow(life: Life, admitted: dt.date) -> None:
    """The admission, its first week, and the last day."""
    life.on(admitted, "09:05", lambda life: _step(life, "start"))
    for day in range(1, DAYS_OF_WITHDRAWAL + 1):
        part = day / (DAYS_OF_WITHDRAWAL + 2)
        life.on(
            admitted + dt.timedelta(days=day),
            "10:15",
            lambda life, part=part: deciding.repeat(life, part, ("kwc8",)),  # type: ignore[misc] # bound now
        )
    for week in (1, 2, 3):
        life.on(
            admitted + dt.timedelta(days=7 * week),
            "18:05",
            lambda life, week=week: deciding.repeat(life, week / 6, EVERY_WEEK),  # type: ignore[misc] # bound now
        )
    life.on(admitted + deciding.STAY, "10:30", lambda life: _step(life, "end"))


def _step(life: Life, action: str) -> None:
    with life.acting(COORDINATOR, Permission.PLACEMENT_WRITE) as work:
        row = work.session.execute(
            select(Placement.id, Placement.version).where(Placement.case_id == life.case_id)
        ).one()
        reason = "The stay is complete." if action == "end" else None
        placements.take(
            work.session, row.id, Step(action=action, reason=reason), version=row.version,
            actor=work.actor, now=work.now,
        )  # fmt: skip
